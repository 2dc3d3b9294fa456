//===- LayerIdentity.h - what makes two layers the same --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_LAYERIDENTITY_H
#define CONVWRIGHT_COMPILER_DRIVER_LAYERIDENTITY_H

#include "compiler/Driver/Driver.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace convwright::compiler {

/// The identity of an imported layer; the function itself is left as it is.
LayerIdentity identityOf(mlir::func::FuncOp layer);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_LAYERIDENTITY_H
