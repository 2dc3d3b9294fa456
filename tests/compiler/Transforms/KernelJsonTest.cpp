//===- KernelJsonTest.cpp - every kernel that the compiler makes survives JSON ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/KernelLowering.h"
#include "compiler/Transforms/Passes.h"
#include "schedules/kernel/Problem.h"
#include "tests/compiler/support/RandomLayer.h"

#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace convwright;
using namespace convwright::compiler;

namespace {

/// Reads what it writes, and the canonical form is its own.
void expectSurvives(const schedules::Kernel &kernel, unsigned seed) {
  for (const schedules::Kernel &form : {kernel, schedules::canonicalKernel(kernel)}) {
    std::string text = schedules::kernelToJson(form).dump();
    auto read = schedules::kernelFromJson(nlohmann::json::parse(text));
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message << "\n" << text;
    EXPECT_EQ(schedules::kernelToJson(*read).dump(), text) << "seed " << seed;
    EXPECT_EQ(schedules::problemKey(*read), schedules::problemKey(kernel)) << "seed " << seed;
    EXPECT_EQ(schedules::convolutionKey(*read), schedules::convolutionKey(kernel))
        << "seed " << seed;
  }
}

TEST(KernelJson, KernelsOfRandomLayersSurvive) {
  mlir::MLIRContext context;
  context.disableMultithreading();
  size_t kernels = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    compiler::testing::RandomLayer layer = compiler::testing::drawLayer(context, seed);
    mlir::PassManager manager(&context);
    ir::buildKernelPipeline(manager);
    ASSERT_TRUE(mlir::succeeded(manager.run(*layer.module))) << "seed " << seed;
    layer.module->walk([&](ir::KernelOp op) {
      auto lowered = lowerKernel(op);
      ASSERT_TRUE(mlir::succeeded(lowered)) << "seed " << seed;
      expectSurvives(lowered->kernel, seed);
      ++kernels;
    });
  }
  EXPECT_GT(kernels, 100u);
}

} // namespace
