//===- PassesTest.cpp - the passes do not change what a layer computes -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Passes.h"
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

void expectEqual(const HostTensors &before, const HostTensors &after) {
  ASSERT_EQ(before.size(), after.size());
  for (const auto &[name, expected] : before) {
    const HostTensor &found = after.at(name);
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
  int convolutionPairs = 0, prologues = 0, extraResults = 0, pointwise = 0, weightWork = 0;

  void count(ir::KernelOp kernel) {
    auto convolutions = llvm::to_vector(kernel.getBody().getOps<ir::Conv2dOp>());
    convolutionPairs += convolutions.size() > 1;
    pointwise += convolutions.empty();
    extraResults += kernel.getNumResults() > 1;
    prologues += !convolutions.empty() && convolutions[0].getInput().getDefiningOp();
    weightWork += !convolutions.empty() && convolutions[0].getFilter().getDefiningOp();
  }
};

TEST(Passes, KernelsComputeWhatTheLayerDid) {
  Seen seen;
  for (unsigned seed = firstSeed; seed < firstSeed + layerCount; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    mlir::MLIRContext context;
    auto drawn = compiler::testing::drawLayer(context, seed);
    ASSERT_TRUE(mlir::succeeded(mlir::verify(*drawn.module)));
    auto before = interpret(layerOf(*drawn.module), drawn.inputs);
    ASSERT_TRUE(before) << before.error().message;

    mlir::PassManager manager(&context);
    ir::buildKernelPipeline(manager);
    ASSERT_TRUE(mlir::succeeded(manager.run(*drawn.module)));
    for (mlir::Operation &op : layerOf(*drawn.module).getBody().front())
      EXPECT_TRUE((mlir::isa<ir::KernelOp, ir::ConstantOp, mlir::func::ReturnOp>(op)));

    drawn.module->walk([&](ir::KernelOp kernel) { seen.count(kernel); });
    auto after = interpret(layerOf(*drawn.module), drawn.inputs);
    ASSERT_TRUE(after) << after.error().message;
    expectEqual(*before, *after);
    if (HasFatalFailure()) {
      drawn.module->dump();
      return;
    }
  }
  for (int count :
       {seen.convolutionPairs, seen.prologues, seen.extraResults, seen.pointwise, seen.weightWork})
    EXPECT_GE(count, 10);
}

} // namespace
