//===- KernelLowering.h - conv.kernel to schedules::Kernel -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_KERNELLOWERING_H
#define CONVWRIGHT_COMPILER_LOWERING_KERNELLOWERING_H

#include "compiler/IR/ConvDialect.h"
#include "schedules/kernel/Kernel.h"

#include <vector>

namespace convwright::compiler {

/// A kernel in plain structs.
struct LoweredKernel {
  schedules::Kernel kernel;
  /// For each of kernel.operands, which input of the conv.kernel it is. Inputs that no expression
  /// reads have no operand.
  std::vector<unsigned> inputs;
  /// For each of kernel.outputs, of which result of the conv.kernel it is, or is a part.
  std::vector<unsigned> results;
};

/// Fails, with a diagnostic, only on work that the plain structs cannot say.
llvm::FailureOr<LoweredKernel> lowerKernel(ir::KernelOp op);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_KERNELLOWERING_H
