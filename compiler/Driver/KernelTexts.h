//===- KernelTexts.h - stages and decisions as text -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_KERNELTEXTS_H
#define CONVWRIGHT_COMPILER_DRIVER_KERNELTEXTS_H

#include "compiler/Driver/Driver.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace convwright::compiler {

/// Every kernel of the program at that stage (Halide, Assembly or LlvmIr), each under a line that
/// names it.
schedules::Result<std::string> kernelTexts(const TargetProgram &program, Stage stage);

/// A layer's interface, from its function's type and attributes.
LayerInterface interfaceOf(mlir::func::FuncOp function);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_KERNELTEXTS_H
