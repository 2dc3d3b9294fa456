//===- DepthwiseTest.cpp - channels on their own ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

namespace convwright::schedules::testing {

namespace {

constexpr Layout layouts[] = {Layout::ChannelsFirst, Layout::ChannelsLast};
constexpr PaddingMode modes[] = {PaddingMode::Zeros, PaddingMode::Reflect, PaddingMode::Replicate,
                                 PaddingMode::Circular};

Result<Choice> chooseDepthwise(const Kernel &kernel, const Target &target,
                               std::map<std::string, int64_t> parameters = {}) {
  PlanRequest request;
  request.algorithm = "depthwise";
  request.parameters = std::move(parameters);
  return choosePlan(kernel, target, request);
}

void expectRightWith(const Kernel &kernel, const Plan &plan, const Target &target,
                     const std::vector<std::vector<int64_t>> &sizes, int threads) {
  KernelRunner runner(kernel, plan, target);
  ASSERT_EQ(runner.error(), "") << print(plan);
  for (const std::vector<int64_t> &values : sizes) {
    SCOPED_TRACE(::testing::PrintToString(values) + " " + print(plan));
    runner.prepare(values);
    RunStatistics statistics = runner.run(threads);
    EXPECT_EQ(statistics.status, 0);
    EXPECT_LE(runner.relativeError(), 2e-6);
    EXPECT_LE(statistics.peakBytes, runner.declaredScratch(threads));
    EXPECT_FALSE(statistics.foreignContext);
    for (size_t i = 0; i < kernel.outputs.size(); ++i)
      EXPECT_TRUE(runner.output(i).isIntact());
  }
}

void expectRight(const Kernel &kernel, const std::vector<std::vector<int64_t>> &sizes = {{}},
                 int threads = 2) {
  Target host = *findTarget("host");
  Result<Choice> choice = chooseDepthwise(kernel, host);
  ASSERT_TRUE(choice) << choice.error().message;
  expectRightWith(kernel, choice->plan, host, sizes, threads);
}

Layer layer(Layout in, Layout out, int64_t channels) {
  return {.N = 2,
          .C = channels,
          .H = 13,
          .W = 19,
          .K = channels,
          .R = 3,
          .S = 3,
          .padH = 1,
          .padW = 1,
          .groups = channels,
          .in = in,
          .out = out};
}

/// As networks have them: nhwc, square, as large out as in.
Layer networkLayer(int64_t channels, int64_t size, int64_t taps) {
  Layer same = layer(Layout::ChannelsLast, Layout::ChannelsLast, channels);
  same.N = 1;
  same.H = same.W = size;
  same.R = same.S = taps;
  same.padH = same.padW = taps / 2;
  return same;
}

/// f32 constants [1, 1, R, S] as operand `index`.
Operand constantFilter(int64_t R, int64_t S, const std::vector<float> &taps) {
  Operand operand;
  operand.name = "taps";
  operand.role = Operand::Role::Constant;
  operand.dims = {Extent::constant(1), Extent::constant(1), Extent::constant(R),
                  Extent::constant(S)};
  operand.data.resize(taps.size() * sizeof(float));
  std::memcpy(operand.data.data(), taps.data(), operand.data.size());
  return operand;
}

/// The edge filter: two constant filters over bytes, their magnitude as bytes.
Kernel sobel(PaddingMode mode, ElementType input = ElementType::U8) {
  Layer image{.H = 40,
              .W = 70,
              .R = 3,
              .S = 3,
              .padH = 1,
              .padW = 1,
              .mode = mode,
              .in = Layout::ChannelsFirst,
              .out = Layout::ChannelsFirst,
              .bias = false,
              .symbolic = true};
  Kernel kernel = convolutionKernel(image);
  kernel.operands[0].type = input;
  kernel.operands[1] = constantFilter(3, 3, {-1, 0, 1, -2, 0, 2, -1, 0, 1});
  kernel.operands.push_back(constantFilter(3, 3, {-1, -2, -1, 0, 0, 0, 1, 2, 1}));
  Stage &first = kernel.stages[0];
  first.input = convert(ScalarExpr::operand(0, input), ElementType::F32);
  Stage second = first;
  second.filter = ScalarExpr::operand(2, ElementType::F32);
  kernel.stages.push_back(second);
  auto square = [](int32_t conv) {
    return binary(ScalarOp::Mul, ScalarExpr::conv(conv), ScalarExpr::conv(conv));
  };
  ScalarExpr magnitude = unary(ScalarOp::Sqrt, binary(ScalarOp::Add, square(0), square(1)));
  kernel.outputs[0].value = convert(magnitude, ElementType::U8);
  kernel.outputs[0].type = ElementType::U8;
  return kernel;
}

} // namespace

TEST(Depthwise, EveryLayoutAndChannelCount) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      for (int64_t channels : {1, 2, 3, 7, 16, 21, 48})
        expectRight(convolutionKernel(layer(in, out, channels)));
}

TEST(Depthwise, EveryPaddingModeWithUnevenPads) {
  for (Layout layout : layouts)
    for (PaddingMode mode : modes) {
      Layer uneven = layer(layout, layout, 18);
      uneven.mode = mode;
      uneven.R = 5;
      Kernel kernel = convolutionKernel(uneven);
      Stage &conv = kernel.stages[0];
      conv.window[0].padBefore = 3, conv.window[0].padAfter = 1;
      conv.window[1].padBefore = 0, conv.window[1].padAfter = 2;
      conv.outputDims[2] = Extent::constant(13);
      conv.outputDims[3] = Extent::constant(19);
      kernel.outputs[0].dims = conv.outputDims;
      expectRight(kernel);
    }
}

TEST(Depthwise, StridesAndDilations) {
  for (Layout layout : layouts)
    for (int64_t stride : {1, 2, 3})
      for (int64_t dilation : {1, 2, 3}) {
        Layer odd = layer(layout, layout, 20);
        odd.strideH = odd.strideW = stride;
        odd.dilationH = odd.dilationW = dilation;
        odd.padH = odd.padW = dilation;
        expectRight(convolutionKernel(odd));
      }
}

TEST(Depthwise, SeveralOutputChannelsForEachInputChannel) {
  for (Layout layout : layouts)
    for (int64_t channels : {1, 6, 16}) {
      Layer multiplied = layer(layout, layout, channels);
      multiplied.K = 3 * channels;
      expectRight(convolutionKernel(multiplied));
    }
}

TEST(Depthwise, SymbolicSizesDownToOnePixel) {
  for (Layout layout : layouts)
    for (int64_t channels : {1, 5, 32})
      for (int64_t stride : {1, 2}) {
        Layer symbolic = layer(layout, layout, channels);
        symbolic.N = 1;
        symbolic.strideH = symbolic.strideW = stride;
        symbolic.symbolic = true;
        expectRight(convolutionKernel(symbolic),
                    {{symbolic.H, symbolic.W}, {13, 19}, {1, 1}, {1, 40}, {70, 2}, {17, 133}});
      }
}

// Column 1 of a padding of 2 was read from the interior.
TEST(Depthwise, BouncingPaddingOfSymbolicSizesIsRightInEveryColumn) {
  for (Layout layout : layouts)
    for (PaddingMode mode : {PaddingMode::Reflect, PaddingMode::Circular})
      for (int64_t multiplier : {1, 3}) {
        Layer bouncing = layer(layout, layout, 2);
        bouncing.K = 2 * multiplier;
        bouncing.S = 1;
        bouncing.padW = 2;
        bouncing.mode = mode;
        bouncing.symbolic = true;
        Kernel kernel = convolutionKernel(bouncing);
        for (Symbol &symbol : kernel.symbols)
          symbol.lo = 13; // rows are at least a tile long: the last one is shifted inwards
        expectRight(kernel, {{13, 16}, {17, 40}});
      }
}

TEST(Depthwise, KernelsLargerThanTheImage) {
  for (Layout layout : layouts) {
    Layer large = layer(layout, layout, 16);
    large.H = large.W = 7;
    large.R = large.S = 13;
    large.padH = large.padW = 6;
    expectRight(convolutionKernel(large));
  }
}

TEST(Depthwise, RowsShorterThanTheStride) {
  for (Layout layout : layouts) {
    Layer narrow = layer(layout, layout, 2);
    narrow.H = 5;
    narrow.W = 1;
    narrow.strideH = narrow.strideW = 3;
    expectRight(convolutionKernel(narrow));
  }
}

TEST(Depthwise, FiltersTooLongToUnroll) {
  for (Layout layout : layouts)
    for (int64_t taps : {70, 67}) { // with a divisor, and a prime
      Layer wide = layer(layout, layout, 16), tall = wide;
      wide.S = wide.W = tall.R = tall.H = taps;
      wide.padW = tall.padH = taps / 2;
      expectRight(convolutionKernel(wide));
      expectRight(convolutionKernel(tall));
    }
}

TEST(Depthwise, InputExpressionsArePaddedAfterTheyAreEvaluated) {
  for (Layout layout : layouts) {
    Kernel kernel = convolutionKernel(layer(layout, layout, 16));
    kernel.stages[0].input = unary(ScalarOp::Exp, ScalarExpr::operand(0, ElementType::F32));
    expectRight(kernel);
  }
}

TEST(Depthwise, ResidualOperandsAndSeveralOutputs) {
  for (Layout layout : layouts) {
    Kernel kernel = convolutionKernel(layer(layout, layout, 24));
    ScalarExpr sum =
        binary(ScalarOp::Add, ScalarExpr::conv(0), ScalarExpr::operand(0, ElementType::F32));
    kernel.outputs.push_back(kernel.outputs[0]);
    kernel.outputs[1].value = convert(sum, ElementType::I8);
    kernel.outputs[1].type = ElementType::I8;
    expectRight(kernel);
  }
}

TEST(Depthwise, ConstantFiltersOnBytesGiveTheBytesOfF32Arithmetic) {
  Target host = *findTarget("host");
  for (PaddingMode mode : modes)
    for (ElementType input : {ElementType::U8, ElementType::I8}) {
      Kernel kernel = sobel(mode, input);
      KernelRunner runner(kernel, chooseDepthwise(kernel, host)->plan, host);
      ASSERT_EQ(runner.error(), "");
      for (std::vector<int64_t> sizes :
           {std::vector<int64_t>{40, 70}, {3, 3}, {5, 200}, {67, 64}}) {
        runner.prepare(sizes);
        RunStatistics statistics = runner.run(2);
        EXPECT_EQ(statistics.status, 0);
        EXPECT_EQ(runner.relativeError(), 0) << ::testing::PrintToString(sizes);
        EXPECT_LE(statistics.peakBytes, runner.declaredScratch(2));
      }
    }
}

TEST(Depthwise, ExtremeBytesDoNotOverflowLiteralSums) {
  Target host = *findTarget("host");
  for (float tap : {14.0f, 15.0f}) { // 9 * 255 * 14 fits 16 bits, 9 * 255 * 15 does not
    Kernel kernel = sobel(PaddingMode::Zeros);
    kernel.operands[1] = constantFilter(3, 3, std::vector<float>(9, tap));
    kernel.outputs[0].value = ScalarExpr::conv(0);
    kernel.outputs[0].type = ElementType::F32;
    KernelRunner runner(kernel, chooseDepthwise(kernel, host)->plan, host);
    ASSERT_EQ(runner.error(), "");
    runner.prepare({8, 80});
    runner.operand(0).forEach(
        [&](const std::vector<int64_t> &at) { runner.operand(0).set(at, 255); });
    ASSERT_EQ(runner.run().status, 0);
    EXPECT_EQ(runner.relativeError(), 0);
  }
}

TEST(Depthwise, ZeroTapsStillCarryNanOfFloatInputs) {
  Target host = *findTarget("host");
  Kernel kernel = sobel(PaddingMode::Zeros);
  kernel.operands[0].type = ElementType::F32;
  kernel.stages[0].input = kernel.stages[1].input = ScalarExpr::operand(0, ElementType::F32);
  kernel.outputs[0].value = ScalarExpr::conv(0);
  kernel.outputs[0].type = ElementType::F32;
  KernelRunner runner(kernel, chooseDepthwise(kernel, host)->plan, host);
  ASSERT_EQ(runner.error(), "");
  runner.prepare({10, 20});
  runner.operand(0).set({0, 0, 5, 5}, std::nan(""));
  ASSERT_EQ(runner.run().status, 0);
  EXPECT_TRUE(std::isnan(runner.output(0).at({0, 0, 5, 5}))); // under a tap of 0
  EXPECT_LE(runner.relativeError(), 2e-6);
}

TEST(Depthwise, PlansOfTheSpaceAreRight) {
  Target host = *findTarget("host");
  for (Layout layout : layouts) {
    Kernel kernel = convolutionKernel(layer(layout, layout, 32));
    for (const Parameter &parameter : findAlgorithm("depthwise")->space(kernel, host))
      for (int64_t value : parameter.values) {
        for (int64_t inside : {0, 1}) {
          Result<Choice> choice =
              chooseDepthwise(kernel, host, {{"channels_inside", inside}, {parameter.name, value}});
          if (choice)
            expectRightWith(kernel, choice->plan, host, {{}}, 2);
        }
      }
  }
}

TEST(Depthwise, ATilePassesAllChannelsWhereVectorsFillHalfALine) {
  Target avx2 = *findTarget("x86-64-v3");
  Layer mobile = networkLayer(256, 28, 3);
  Result<Choice> choice = choosePlan(convolutionKernel(mobile), avx2, {});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.algorithm, "depthwise"); // loops were 2.8 times slower
  EXPECT_EQ(choice->plan.get("channels_inside", -1), 1);
  // A copied input lies vector by vector.
  choice = chooseDepthwise(convolutionKernel(mobile), avx2, {{"stage", 1}});
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("channels_inside = 1 goes with stage = 0"),
            std::string::npos);
  EXPECT_TRUE(
      chooseDepthwise(convolutionKernel(mobile), avx2, {{"stage", 1}, {"channels_inside", 0}}));
}

TEST(Depthwise, WhereALineDoesNotStayForTheNextVectorOneVectorFillsIt) {
  Layer mobile = networkLayer(512, 14, 3);
  Kernel kernel = convolutionKernel(mobile);
  Target avx2 = *findTarget("x86-64-v3");
  Result<Choice> choice = choosePlan(kernel, avx2, {});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("lanes", -1), 16);
  EXPECT_EQ(choice->plan.get("channels_inside", -1), 1);
  if (__builtin_cpu_supports("avx2"))
    expectRightWith(kernel, choice->plan, avx2, {{}}, 2);
  choice = chooseDepthwise(kernel, avx2, {{"tile_x", 7}, {"lanes", 16}});
  EXPECT_TRUE(choice);
  mobile.W = 28;
  choice = chooseDepthwise(convolutionKernel(mobile), avx2, {{"tile_x", 8}, {"lanes", 16}});
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("take 16 registers for sums; 15 are allowed"),
            std::string::npos);
}

TEST(Depthwise, FewTilesAreARowUnderAFilterAsLargeAsTheImage) {
  Target avx2 = *findTarget("x86-64-v3");
  for (Layer large : {networkLayer(512, 14, 27), networkLayer(256, 28, 29)}) {
    Result<Choice> choice = choosePlan(convolutionKernel(large), avx2, {});
    ASSERT_TRUE(choice);
    EXPECT_GE(choice->plan.get("tile_x", -1) * 3, large.W); // unrolled
    EXPECT_EQ(choice->plan.get("stage", -1), 0);            // its padding would be computed
  }
}

TEST(Depthwise, ASmallFilterIsStagedWhereNotEvenATileStays) {
  Target avx2 = *findTarget("x86-64-v3");
  Kernel kernel = convolutionKernel(networkLayer(1024, 7, 3));
  Result<Choice> choice = choosePlan(kernel, avx2, {});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("stage", -1), 1);
  EXPECT_EQ(choice->plan.get("lanes", -1), 16);
  if (__builtin_cpu_supports("avx2"))
    expectRightWith(kernel, choice->plan, avx2, {{}}, 2);
}

TEST(Depthwise, LargeFiltersThatEvictTheirInputAreStagedOrFillLines) {
  Target avx2 = *findTarget("x86-64-v3");
  Layer large = networkLayer(384, 14, 7);
  Result<Choice> choice = choosePlan(convolutionKernel(large), avx2, {});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("stage", -1), 0);
  EXPECT_EQ(choice->plan.get("lanes", -1), 16);
  large = networkLayer(128, 56, 31);
  choice = choosePlan(convolutionKernel(large), avx2, {});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("stage", -1), 1);
}

// The sums of sixteen tiles were computed for a strip of 64 rows, whatever the image's height.
TEST(Depthwise, AStripHasNoTilesBelowTheImage) {
  Layer low = networkLayer(4, 16, 3);
  low.in = low.out = Layout::ChannelsFirst;
  Target target = *findTarget("x86-64-v3");
  Kernel kernel = convolutionKernel(low);
  Result<Choice> choice = chooseDepthwise(kernel, target, {{"rows", 64}, {"tile_y", 4}});
  ASSERT_TRUE(choice) << choice.error().message;
  Result<std::string> loops =
      emitKernel(kernel, choice->plan, target, "entry", EmitKind::HalideStatement);
  ASSERT_TRUE(loops);
  EXPECT_NE(loops->find("block, 0, 4)"), std::string::npos);
  EXPECT_EQ(loops->find("block.rebased"), std::string::npos);
}

TEST(Depthwise, SaysWhyNot) {
  Target host = *findTarget("host");
  Layer dense = layer(Layout::ChannelsLast, Layout::ChannelsLast, 16);
  dense.groups = 4;
  Result<Choice> choice = chooseDepthwise(convolutionKernel(dense), host);
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("groups = 4 is not C = 16"), std::string::npos)
      << choice.error().message;
  choice = chooseDepthwise(convolutionKernel(layer(Layout::ChannelsLast, Layout::ChannelsLast, 16)),
                           host, {{"tile_x", 1000}});
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("tile_x = 1000"), std::string::npos);
}

TEST(Depthwise, OtherX86TargetsThatRunHereAreRight) {
  for (const Target &target : allTargets()) {
    if (!runsHere(target))
      continue;
    for (Layout layout : layouts)
      for (int64_t channels : {1, 20}) {
        Kernel kernel = convolutionKernel(layer(layout, layout, channels));
        expectRightWith(kernel, chooseDepthwise(kernel, target)->plan, target, {{}}, 1);
      }
    Kernel kernel = sobel(PaddingMode::Replicate);
    KernelRunner runner(kernel, chooseDepthwise(kernel, target)->plan, target);
    ASSERT_EQ(runner.error(), "");
    runner.prepare({21, 75});
    ASSERT_EQ(runner.run().status, 0);
    EXPECT_EQ(runner.relativeError(), 0) << target.name;
  }
}

} // namespace convwright::schedules::testing
