//===- Inputs.h - whether tensors fit a layer, and which sizes they have ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_REFERENCE_INPUTS_H
#define CONVWRIGHT_COMPILER_REFERENCE_INPUTS_H

#include "compiler/Reference/ExactTensor.h"
#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Result.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <span>

namespace convwright::compiler {

std::string argumentName(mlir::func::FuncOp layer, unsigned argument);

/// The value of each symbol, read off the inputs' shapes, when every argument of the layer has a
/// tensor of its type and shape, and there are no others. The error says what does not fit.
schedules::Result<std::vector<int64_t>> bindSizes(mlir::func::FuncOp layer,
                                                  std::span<const schedules::Symbol> symbols,
                                                  const ExactTensors &inputs);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_REFERENCE_INPUTS_H
