//===- LayerArguments.h - what a call of a layer gives it -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_LAYERARGUMENTS_H
#define CONVWRIGHT_COMPILER_IMPORT_LAYERARGUMENTS_H

#include "compiler/Import/LayerContext.h"
#include "dsl/Ast.h"

namespace convwright::compiler {

/// Checks the arguments of a call of `layer` against its parameters' types, and puts them under the
/// parameters' names. The layer's sizes stand for what the arguments have there; they must be
/// within their ranges. Layout words do not matter here: only the outermost layer's tensors lie in
/// memory.
bool bindLayerArguments(const LayerContext &context, const dsl::LayerDecl &layer,
                        const dsl::CallExpr &call, llvm::ArrayRef<Value> arguments,
                        llvm::StringMap<std::optional<Value>> &values);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_LAYERARGUMENTS_H
