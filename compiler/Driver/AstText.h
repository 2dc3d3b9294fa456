//===- AstText.h - the tree of a .conv file as text -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_ASTTEXT_H
#define CONVWRIGHT_COMPILER_DRIVER_ASTTEXT_H

#include "dsl/Ast.h"

#include <string>

namespace convwright::compiler {

/// What the parser understood: one node a line, children indented. Expressions in prefix form, so
/// that precedence can be seen.
std::string printTree(const dsl::Module &tree);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_ASTTEXT_H
