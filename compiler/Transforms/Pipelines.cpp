//===- Pipelines.cpp - the order of the passes -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace convwright;
using namespace mlir;

void ir::buildLayerPipeline(OpPassManager &manager, const compiler::LayerForm &form) {
  // Equal subexpressions first: convolutions share a kernel when they read the same value.
  manager.addPass(createCSEPass());
  manager.addPass(createFoldBatchNorm());
  manager.addPass(createFoldConstants());
  manager.addPass(createFuseEpilogue());
  manager.addPass(createCSEPass());
  manager.addPass(createFormKernels({form.fusion}));
  manager.addPass(createAssignLayouts({form.intermediates}));
}

void ir::buildKernelPipeline(OpPassManager &manager, const compiler::LayerForm &form) {
  buildLayerPipeline(manager.nest<func::FuncOp>(), form);
}

void ir::buildCompilePipeline(OpPassManager &manager, const SelectPlanOptions &options) {
  buildKernelPipeline(manager);
  manager.addPass(createSelectPlan(options));
  manager.addNestedPass<func::FuncOp>(createPlanWorkspace());
}

namespace {
struct CompileOptions : PassPipelineOptions<CompileOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("The target's name")};
};
} // namespace

void ir::registerConvPipelines() {
  PassPipelineRegistration<>("conv-kernels", "From an imported layer to conv.kernel regions",
                             [](OpPassManager &manager) { buildKernelPipeline(manager); });
  PassPipelineRegistration<CompileOptions>(
      "conv-compile", "From an imported layer to planned kernels",
      [](OpPassManager &manager, const CompileOptions &options) {
        SelectPlanOptions select;
        select.target = options.target;
        buildCompilePipeline(manager, select);
      });
}
