//===- Names.h - which name means what, and which declarations are sound ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_NAMES_H
#define CONVWRIGHT_COMPILER_IMPORT_NAMES_H

#include "compiler/Import/Reporter.h"
#include "dsl/Ast.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace convwright::compiler {

/// The declarations of a file by name. Constants, functions and layers share one set of names.
class Names {
public:
  const dsl::ConstDecl *constant(llvm::StringRef name) const { return constants.lookup(name); }
  const dsl::FunctionDecl *function(llvm::StringRef name) const { return functions.lookup(name); }
  const dsl::LayerDecl *layer(llvm::StringRef name) const { return layers.lookup(name); }

  /// Every name used in this function or layer, and in those that it calls, has a meaning; every
  /// call has as many arguments as it needs, and attributes that exist; nothing calls itself.
  bool isSound(const dsl::FunctionDecl &function) const { return !unsound.contains(&function); }
  bool isSound(const dsl::LayerDecl &layer) const { return !unsound.contains(&layer); }

private:
  friend class NameResolver;
  llvm::StringMap<const dsl::ConstDecl *> constants;
  llvm::StringMap<const dsl::FunctionDecl *> functions;
  llvm::StringMap<const dsl::LayerDecl *> layers;
  llvm::DenseSet<const void *> unsound;
};

/// Resolves every name of the file and reports those that have no meaning, or two. Says nothing of
/// types and shapes.
Names resolveNames(const dsl::Module &module, Reporter &reporter);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_NAMES_H
