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

/// Algorithms that were considered without regard to a tolerance: those that it excludes were no
/// choice, and say so.
void leaveOutByTolerance(Step &step, double tolerance);

/// A program's plans and the reasons for them. `contents` says what stands in a kernel, by the
/// names of the layer and the kernel.
using KernelContents = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
std::string explainPlans(const TargetProgram &program, const KernelContents &contents);

/// A layer's interface, from its function's type and attributes.
LayerInterface interfaceOf(mlir::func::FuncOp function);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_KERNELTEXTS_H
