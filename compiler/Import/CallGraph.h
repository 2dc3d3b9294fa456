//===- CallGraph.h - who calls whom ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_CALLGRAPH_H
#define CONVWRIGHT_COMPILER_IMPORT_CALLGRAPH_H

#include "compiler/Import/Reporter.h"
#include "dsl/Ast.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <vector>

namespace convwright::compiler {

/// Calls between the functions and layers of a file. Declarations are known by their address.
class CallGraph {
public:
  void add(const void *decl, const dsl::Name &name);
  void addCall(const void *caller, const void *callee, llvm::SMRange call);

  /// Reports each cycle once, with its calls in order; the declarations on cycles.
  std::vector<const void *> reportRecursion(Reporter &reporter) const;
  /// Those that call one of `decls`, directly or through others.
  std::vector<const void *> callersOf(const llvm::DenseSet<const void *> &decls) const;

private:
  struct Edge {
    size_t callee;
    llvm::SMRange call;
  };
  struct Node {
    const void *decl;
    dsl::Name name;
    std::vector<Edge> edges;
  };
  struct Search;
  void visit(size_t node, Search &search) const;

  std::vector<Node> nodes;
  llvm::DenseMap<const void *, size_t> indices;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_CALLGRAPH_H
