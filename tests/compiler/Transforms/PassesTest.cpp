//===- PassesTest.cpp - the passes do not change what a layer computes -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Passes.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Reference/Interpreter.h"
#include "tests/compiler/support/RandomLayer.h"

#include "mlir/IR/Verifier.h"
#include <gtest/gtest.h>

#include <cmath>

using namespace convwright;
using namespace convwright::compiler;

namespace {

constexpr unsigned firstSeed = 1, layerCount = 400;

mlir::func::FuncOp layerOf(mlir::ModuleOp module) {
  return *module.getOps<mlir::func::FuncOp>().begin();
}

void expectEqual(const ExactTensors &before, const ExactTensors &after) {
  ASSERT_EQ(before.size(), after.size());
  for (const auto &[name, expected] : before) {
    const ExactTensor &found = after.at(name);
    ASSERT_EQ(found.shape, expected.shape);
    EXPECT_EQ(found.type, expected.type);
    // Folded constants are rounded to f32, which may move a value over the edge of a conversion.
    double allowed = expected.type == schedules::ElementType::F32 ? 1e-4 : 1;
    for (size_t i = 0; i < expected.values.size(); ++i)
      ASSERT_NEAR(found.values[i], expected.values[i], allowed * (1 + std::abs(expected.values[i])))
          << name << "[" << i << "]";
  }
}

/// What the drawn layers turned into, so that a rule that never fires is noticed.
struct Seen {
  int convolutionPairs = 0, prologues = 0, extraResults = 0, pointwise = 0, weightWork = 0,
      accesses = 0, assemblies = 0;

  void count(ir::KernelOp kernel) {
    auto convolutions = llvm::to_vector(kernel.getBody().getOps<ir::Conv2dOp>());
    convolutionPairs += convolutions.size() > 1;
    pointwise += convolutions.empty();
    extraResults += kernel.getNumResults() > 1;
    prologues += !convolutions.empty() && convolutions[0].getInput().getDefiningOp<ir::MapOp>();
    accesses += !kernel.getBody().getOps<ir::AccessOp>().empty();
    weightWork += !convolutions.empty() && convolutions[0].getFilter().getDefiningOp();
  }
};

/// Forms the layer's kernels and compares with what it gave before.
void expectTheSame(mlir::ModuleOp module, const LayerForm &form, const ExactTensors &inputs,
                   const ExactTensors &before) {
  mlir::PassManager manager(module.getContext());
  ir::buildKernelPipeline(manager, form);
  ASSERT_TRUE(mlir::succeeded(manager.run(module)));
  for (mlir::Operation &op : layerOf(module).getBody().front())
    EXPECT_TRUE(
        (mlir::isa<ir::KernelOp, ir::ConstantOp, ir::AssemblyOp, mlir::func::ReturnOp>(op)));
  auto after = interpret(layerOf(module), inputs);
  ASSERT_TRUE(after) << after.error().message;
  expectEqual(before, *after);
}

TEST(Passes, KernelsComputeWhatTheLayerDid) {
  Seen seen;
  for (unsigned seed = firstSeed; seed < firstSeed + layerCount; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    mlir::MLIRContext context;
    auto drawn = compiler::testing::drawLayer(context, seed);
    ASSERT_TRUE(mlir::succeeded(mlir::verify(*drawn.module)));
    auto before = interpret(layerOf(*drawn.module), drawn.inputs);
    ASSERT_TRUE(before) << before.error().message;

    expectTheSame(*drawn.module, {}, drawn.inputs, *before);
    drawn.module->walk([&](ir::KernelOp kernel) { seen.count(kernel); });
    drawn.module->walk([&](ir::AssemblyOp) { ++seen.assemblies; });
    if (HasFatalFailure()) {
      drawn.module->dump();
      return;
    }
  }
  for (int count : {seen.convolutionPairs, seen.prologues, seen.extraResults, seen.pointwise,
                    seen.weightWork, seen.accesses, seen.assemblies})
    EXPECT_GE(count, 10);
}

TEST(Passes, EveryFormComputesWhatTheLayerDid) {
  for (unsigned seed = firstSeed; seed < firstSeed + layerCount / 4; ++seed) {
    mlir::MLIRContext context;
    auto drawn = compiler::testing::drawLayer(context, seed);
    auto before = interpret(layerOf(*drawn.module), drawn.inputs);
    ASSERT_TRUE(before) << before.error().message;
    for (const LayerForm &form : allLayerForms()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + print(form));
      mlir::OwningOpRef<mlir::ModuleOp> module(drawn.module->clone());
      expectTheSame(*module, form, drawn.inputs, *before);
      if (HasFatalFailure()) {
        module->dump();
        return;
      }
    }
  }
}

/// What a form promises of its kernels.
void expectFormIsKept(ir::KernelOp kernel, const LayerForm &form) {
  bool epilogues = form.fusion == Fusion::Full || form.fusion == Fusion::Epilogue;
  bool prologues = form.fusion == Fusion::Full || form.fusion == Fusion::Prologue;
  for (auto conv : kernel.getBody().getOps<ir::Conv2dOp>()) {
    for (mlir::Operation *user : conv->getUsers())
      EXPECT_TRUE(epilogues || mlir::isa<ir::YieldOp>(user));
    EXPECT_TRUE(prologues || !conv.getInput().getDefiningOp<ir::MapOp>());
  }
}

/// How many results of kernels that only kernels read lie in another layout than `intermediates`.
int countOtherLayouts(mlir::func::FuncOp layer, Intermediates intermediates) {
  auto wanted = intermediates == Intermediates::Nhwc ? schedules::Layout::ChannelsLast
                                                     : schedules::Layout::ChannelsFirst;
  int others = 0;
  for (auto kernel : layer.getOps<ir::KernelOp>())
    for (mlir::Value result : kernel.getResults())
      others += !llvm::any_of(result.getUsers(), llvm::IsaPred<mlir::func::ReturnOp>) &&
                ir::encodingOf(result.getType()).getLayout() != wanted;
  return others;
}

TEST(Passes, AFormsKernelsAreAsItSays) {
  int before = 0, after = 0;
  for (unsigned seed = firstSeed; seed < firstSeed + layerCount / 4; ++seed) {
    mlir::MLIRContext context;
    auto drawn = compiler::testing::drawLayer(context, seed);
    for (const LayerForm &form : allLayerForms()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + print(form));
      mlir::OwningOpRef<mlir::ModuleOp> module(drawn.module->clone());
      mlir::func::FuncOp layer = layerOf(*module);
      mlir::FunctionType type = layer.getFunctionType();
      mlir::PassManager manager(&context);
      ir::buildKernelPipeline(manager, form);
      ASSERT_TRUE(mlir::succeeded(manager.run(*module)));
      EXPECT_EQ(layer.getFunctionType(), type);
      layer.walk([&](ir::KernelOp kernel) { expectFormIsKept(kernel, form); });
      if (form.intermediates == Intermediates::Declared)
        before += countOtherLayouts(layer, Intermediates::Nchw) +
                  countOtherLayouts(layer, Intermediates::Nhwc);
      else
        after += countOtherLayouts(layer, form.intermediates);
    }
  }
  // What stays has one channel or one pixel, or lies beside a result of the layer.
  EXPECT_GT(before, 100);
  EXPECT_LT(after, before / 2);
}

} // namespace
