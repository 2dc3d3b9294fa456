//===- LoopsTest.cpp - the algorithm that takes anything -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <cmath>
#include <gtest/gtest.h>

namespace convwright::schedules::testing {

namespace {

Plan defaultLoops(const Kernel &kernel, const Target &target) {
  PlanRequest request;
  request.algorithm = "loops";
  return choosePlan(kernel, target, request)->plan;
}

/// Compiles for the host, runs at `sizes` and expects f32 accuracy and untouched surroundings.
void expectRight(const Kernel &kernel, const std::vector<std::vector<int64_t>> &sizes = {{}},
                 int threads = 1) {
  Target host = *findTarget("host");
  KernelRunner runner(kernel, defaultLoops(kernel, host), host);
  ASSERT_EQ(runner.error(), "");
  for (const std::vector<int64_t> &values : sizes) {
    SCOPED_TRACE(::testing::PrintToString(values));
    runner.prepare(values);
    RunStatistics statistics = runner.run(threads);
    EXPECT_EQ(statistics.status, 0);
    EXPECT_LE(runner.relativeError(), 2e-6);
    EXPECT_LE(statistics.peakBytes, runner.declaredScratch(threads));
    for (size_t i = 0; i < kernel.outputs.size(); ++i)
      EXPECT_TRUE(runner.output(i).isIntact());
  }
}

constexpr Layout layouts[] = {Layout::ChannelsFirst, Layout::ChannelsLast};

Layer odd(Layout in, Layout out) {
  return {.N = 2,
          .C = 6,
          .H = 9,
          .W = 21,
          .K = 10,
          .R = 3,
          .S = 5,
          .strideH = 2,
          .padH = 1,
          .padW = 3,
          .dilationW = 2,
          .groups = 2,
          .in = in,
          .out = out};
}

} // namespace

TEST(Loops, GroupsStridesDilationAndPaddingInEveryLayout) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      expectRight(convolutionKernel(odd(in, out)));
}

TEST(Loops, EveryPaddingMode) {
  for (Layout layout : layouts)
    for (PaddingMode mode : {PaddingMode::Zeros, PaddingMode::Reflect, PaddingMode::Replicate,
                             PaddingMode::Circular}) {
      Layer layer = odd(layout, layout);
      layer.mode = mode;
      expectRight(convolutionKernel(layer));
    }
}

TEST(Loops, SymbolicSizesDownToOnePixel) {
  for (Layout layout : layouts) {
    Layer layer{.C = 3,
                .H = 20,
                .W = 40,
                .K = 5,
                .R = 3,
                .S = 3,
                .padH = 1,
                .padW = 1,
                .in = layout,
                .out = layout,
                .symbolic = true};
    expectRight(convolutionKernel(layer), {{20, 40}, {1, 1}, {3, 17}, {33, 2}}, 3);
  }
}

TEST(Loops, PointwiseKernelsOfSeveralTypesAndBroadcasts) {
  for (Layout layout : layouts) {
    Kernel kernel;
    kernel.name = "pointwise";
    kernel.symbols = {{"H", 1, 500, 1, 30}};
    Dims shape = {Extent::constant(2), Extent::constant(5), Extent::ofSymbol(0),
                  Extent::constant(19)};
    std::vector<Extent> dims(shape.begin(), shape.end());
    using Role = Operand::Role;
    kernel.operands = {
        {"image", Role::Activation, ElementType::U8, dims, layout, {}},
        {"scale", Role::Weight, ElementType::F32, {Extent::constant(5)}, layout, {}},
        {"rows",
         Role::Activation,
         ElementType::F32,
         {Extent::constant(1), Extent::constant(1), Extent::ofSymbol(0), Extent::constant(1)},
         layout,
         {}}};
    ScalarExpr value = binary(
        ScalarOp::Add,
        binary(ScalarOp::Mul, convert(ScalarExpr::operand(0, ElementType::U8), ElementType::F32),
               ScalarExpr::operand(1, ElementType::F32)),
        ScalarExpr::operand(2, ElementType::F32));
    kernel.outputs = {
        {"real", value, ElementType::F32, shape, layout},
        {"byte", convert(value, ElementType::I8), ElementType::I8, shape, layout},
        {"turned", value, ElementType::F32, shape,
         layout == Layout::ChannelsFirst ? Layout::ChannelsLast : Layout::ChannelsFirst}};
    expectRight(kernel, {{30}, {1}, {257}}, 2);
    kernel.operands.pop_back(); // nothing broadcasts over pixels now: they are walked as one line
    value =
        binary(ScalarOp::Mul, convert(ScalarExpr::operand(0, ElementType::U8), ElementType::F32),
               ScalarExpr::operand(1, ElementType::F32));
    kernel.outputs = {{"real", value, ElementType::F32, shape, layout}};
    expectRight(kernel, {{30}, {1}, {257}}, 2);
  }
}

TEST(Loops, SeveralConvolutionsOfDifferentShape) {
  Kernel kernel = convolutionKernel(
      {.C = 4, .H = 12, .W = 18, .K = 4, .R = 3, .S = 3, .padH = 1, .padW = 1, .groups = 4});
  Kernel wide = convolutionKernel(
      {.C = 4, .H = 12, .W = 18, .K = 4, .R = 5, .S = 1, .padH = 2, .groups = 2, .bias = false});
  kernel.operands.push_back(wide.operands[1]);
  Stage second = wide.stages[0];
  second.filter = ScalarExpr::operand(3, ElementType::F32);
  second.input = unary(ScalarOp::Exp, ScalarExpr::operand(0, ElementType::F32));
  kernel.stages.push_back(second);
  kernel.outputs[0].value =
      binary(ScalarOp::Mul, ScalarExpr::conv(0), unary(ScalarOp::Tanh, ScalarExpr::conv(1)));
  expectRight(kernel);
}

TEST(Loops, IntegersAreExact) {
  Layer layer = odd(Layout::ChannelsLast, Layout::ChannelsFirst);
  Kernel kernel = convolutionKernel(layer);
  Target host = *findTarget("host");
  KernelRunner runner(kernel, defaultLoops(kernel, host), host);
  ASSERT_EQ(runner.error(), "");
  runner.prepare({});
  for (size_t i = 0; i < kernel.operands.size(); ++i) {
    HostTensor &tensor = runner.operand(i);
    int64_t value = 0;
    tensor.forEach(
        [&](const std::vector<int64_t> &at) { tensor.set(at, double(value++ % 17) - 8); });
  }
  ASSERT_EQ(runner.pack(), 0);
  ASSERT_EQ(runner.run().status, 0);
  EXPECT_EQ(runner.relativeError(), 0);
}

TEST(Loops, LongSumsAreAsPreciseAsIsPromised) {
  Target host = *findTarget("host");
  for (const Layer &layer : {Layer{.C = 512, .H = 7, .W = 7, .K = 64, .R = 7, .S = 7},
                             Layer{.H = 130, .W = 130, .R = 127, .S = 127}}) {
    Kernel kernel = convolutionKernel(layer);
    Plan plan = defaultLoops(kernel, host);
    KernelRunner runner(kernel, plan, host);
    ASSERT_EQ(runner.error(), "");
    runner.prepare({});
    EXPECT_EQ(runner.run().status, 0);
    EXPECT_LE(runner.relativeError(), errorBound(kernel, plan));
  }
}

TEST(Loops, NanAndInfinityReachWhatReadsThemAndNothingElse) {
  Kernel kernel =
      convolutionKernel({.C = 2, .H = 8, .W = 24, .K = 3, .R = 3, .S = 3, .padH = 1, .padW = 1});
  Target host = *findTarget("host");
  KernelRunner runner(kernel, defaultLoops(kernel, host), host);
  ASSERT_EQ(runner.error(), "");
  runner.prepare({});
  runner.operand(0).set({0, 1, 4, 11}, std::nan(""));
  runner.operand(0).set({0, 0, 1, 2}, HUGE_VAL);
  ASSERT_EQ(runner.run().status, 0);
  EXPECT_LE(runner.relativeError(), 2e-6);
}

TEST(Loops, EveryPlanOfTheSpaceIsRight) {
  Kernel kernel = convolutionKernel(odd(Layout::ChannelsLast, Layout::ChannelsLast));
  Target host = *findTarget("host");
  for (int64_t rows : {1, 2, 8})
    for (int64_t chunk : {8, 1024}) {
      Plan plan = defaultLoops(kernel, host);
      plan.parameters = {{"rows", rows}, {"chunk", chunk}};
      KernelRunner runner(kernel, plan, host);
      ASSERT_EQ(runner.error(), "");
      runner.prepare({});
      ASSERT_EQ(runner.run(2).status, 0);
      EXPECT_LE(runner.relativeError(), 2e-6);
    }
}

} // namespace convwright::schedules::testing
