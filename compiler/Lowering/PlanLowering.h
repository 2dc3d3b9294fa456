//===- PlanLowering.h - #conv.plan and what was asked for ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_PLANLOWERING_H
#define CONVWRIGHT_COMPILER_LOWERING_PLANLOWERING_H

#include "compiler/IR/ConvDialect.h"
#include "schedules/Schedules.h"

namespace convwright::compiler {

ir::PlanAttr toMlir(mlir::MLIRContext *context, const schedules::Plan &plan);
schedules::Plan fromMlir(ir::PlanAttr plan);

/// The steering attributes of the kernel's convolutions: their algorithm, their smallest tolerance.
schedules::PlanRequest requestOf(ir::KernelOp kernel);

/// The kernel's plan, validated, and what selection thinks of every algorithm. The error says why
/// the plan cannot be; also when there is none yet.
schedules::Result<schedules::Choice> choiceOf(ir::KernelOp op, const schedules::Kernel &kernel,
                                              const schedules::Target &target);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_PLANLOWERING_H
