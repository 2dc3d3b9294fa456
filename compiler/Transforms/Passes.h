//===- Passes.h - from an imported layer to planned kernels ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_H
#define CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_H

#include "compiler/IR/ConvDialect.h"
#include "compiler/Lowering/LayerForm.h"
#include "schedules/Schedules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace convwright::ir {

#define GEN_PASS_DECL
#include "compiler/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/Transforms/Passes.h.inc"

/// conv-select-plan with somebody to ask before the cost models; `advisor` may be empty.
std::unique_ptr<mlir::Pass> createSelectPlan(const SelectPlanOptions &options,
                                             schedules::Advisor advisor);

/// Everything before the choice of plans, for one layer (`manager` is of func.func): CSE,
/// FoldBatchNorm, FoldConstants, FuseEpilogue, FormKernels, AssignLayouts.
void buildLayerPipeline(mlir::OpPassManager &manager, const compiler::LayerForm &form);
/// The same for all layers of a module.
void buildKernelPipeline(mlir::OpPassManager &manager, const compiler::LayerForm &form = {});
/// The whole flow from an imported module to a planned one.
void buildCompilePipeline(mlir::OpPassManager &manager, const SelectPlanOptions &options);

/// `conv-kernels` and `conv-compile` for conv-opt.
void registerConvPipelines();

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_H
