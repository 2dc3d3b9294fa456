//===- Parser.h - tokens to a tree -----------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_PARSER_H
#define CONVWRIGHT_DSL_PARSER_H

#include "dsl/Ast.h"
#include "dsl/Diagnostics.h"

namespace convwright::dsl {

/// Expressions, lists and parentheses nest this deep at most.
inline constexpr unsigned MaxNesting = 256;

/// Parses a buffer of the engine's SourceMgr. What is wrong is reported to the engine, up to its
/// limit; what could be read is returned all the same. Ask `engine.hasErrors()` before using it.
///   Names of operations and element types that this version does not compile are reported here.
Module parse(DiagnosticEngine &engine, unsigned bufferId);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_PARSER_H
