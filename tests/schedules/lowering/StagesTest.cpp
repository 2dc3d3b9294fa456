//===- StagesTest.cpp - what a stage can be besides a convolution ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Stages.h"

#include "schedules/kernel/KernelCheck.h"
#include "schedules/kernel/Problem.h"
#include "tests/schedules/support/Expect.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace convwright::schedules::testing {

namespace {

constexpr Layout layouts[] = {Layout::ChannelsFirst, Layout::ChannelsLast};
constexpr PaddingMode modes[] = {PaddingMode::Zeros, PaddingMode::Reflect, PaddingMode::Replicate,
                                 PaddingMode::Circular};
constexpr WindowAxis odd{.taps = 3, .stride = 2, .padBefore = 1, .padAfter = 1};
constexpr WindowAxis wide{.taps = 4, .stride = 3, .dilation = 1, .padBefore = 2, .padAfter = 1};

WindowLayer layerIn(Layout layout, int64_t channels = 5) {
  return {
      .N = 2, .C = channels, .size = {9, 22}, .window = {odd, wide}, .in = layout, .out = layout};
}

Result<Choice> choiceOf(const Kernel &kernel, const std::string &algorithm) {
  PlanRequest request;
  request.algorithm = algorithm;
  return choosePlan(kernel, *findTarget("host"), request);
}

/// Sound, the same after a way through JSON, and right in every algorithm's hands that takes it.
void expectRightEverywhere(const Kernel &kernel,
                           const std::vector<std::vector<int64_t>> &sizes = {{}}) {
  ASSERT_EQ(checkKernel(kernel).value_or(""), "");
  nlohmann::json text = kernelToJson(kernel);
  Result<Kernel> again = kernelFromJson(text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(kernelToJson(*again), text);
  for (const std::string &algorithm : algorithmNames())
    if (choiceOf(kernel, algorithm)) {
      SCOPED_TRACE(algorithm);
      expectRight(kernel, {.algorithm = algorithm, .sizes = sizes});
    }
}

} // namespace

TEST(Stages, TheLargestOfAWindowInEveryLayoutAndType) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      for (ElementType type : allElementTypes) {
        WindowLayer layer = layerIn(in);
        layer.out = out;
        layer.type = type;
        layer.window[1].dilation = 2;
        expectRightEverywhere(poolKernel(layer, Reduction::Max));
        expectRightEverywhere(poolKernel(layer, Reduction::Max, /*partialWindows=*/true));
      }
}

TEST(Stages, TheMeanOfAWindowCountsWhatItIsToCount) {
  for (Layout layout : layouts)
    for (bool partial : {false, true})
      for (bool countPadding : {false, true})
        expectRightEverywhere(poolKernel(layerIn(layout), Reduction::Mean, partial, countPadding));
}

TEST(Stages, PoolsOfSymbolicSizesDownToOnePixel) {
  for (Layout layout : layouts)
    for (Reduction reduction : {Reduction::Max, Reduction::Mean})
      for (bool partial : {false, true}) {
        WindowLayer layer = layerIn(layout, 17);
        layer.symbolic = true;
        layer.window = {odd, {.taps = 3, .stride = 2, .padBefore = 1, .padAfter = 1}};
        expectRightEverywhere(poolKernel(layer, reduction, partial),
                              {{1, 1}, {2, 3}, {9, 22}, {9, 40}, {40, 33}});
      }
}

TEST(Stages, PoolsWhoseStrideIsLongerThanTheImage) {
  for (Layout layout : layouts) {
    WindowLayer layer{.N = 1, .C = 5, .size = {6, 2}, .in = layout, .out = layout};
    layer.window = {{.taps = 2, .stride = 2}, {.taps = 1, .stride = 3}};
    expectRightEverywhere(poolKernel(layer, Reduction::Max));
    WindowLayer row{.N = 2, .C = 3, .size = {1, 2}, .in = layout, .out = layout};
    row.window = {{}, {.taps = 4, .stride = 4, .padBefore = 1, .padAfter = 1}};
    expectRightEverywhere(poolKernel(row, Reduction::Mean, /*partialWindows=*/true));
  }
}

TEST(Stages, PoolsOfManyTapsInTheOtherLayoutWhereChannelsFillNoVector) {
  for (Reduction reduction : {Reduction::Max, Reduction::Mean})
    expectRightEverywhere(poolKernel(
        {.N = 1,
         .C = 3,
         .size = {3, 4, 4},
         .window = {{.taps = 3, .stride = 3}, {.taps = 4, .stride = 3}, {.taps = 4, .stride = 3}},
         .in = Layout::ChannelsFirst,
         .out = Layout::ChannelsLast},
        reduction));
}

TEST(Stages, PoolsOfThreeAxes) {
  for (Layout layout : layouts)
    for (Reduction reduction : {Reduction::Max, Reduction::Mean})
      expectRightEverywhere(poolKernel({.N = 2,
                                        .C = 3,
                                        .size = {5, 6, 19},
                                        .window = {odd, odd, odd},
                                        .in = layout,
                                        .out = layout},
                                       reduction, true, false));
}

TEST(Stages, PoolsOfTheWholeImageAtEverySize) {
  for (Layout layout : layouts)
    for (int64_t channels : {1, 3, 16, 40})
      for (Reduction reduction : {Reduction::Max, Reduction::Mean}) {
        WindowLayer layer{.N = 2, .C = channels, .size = {7, 19}, .in = layout, .out = layout};
        expectRightEverywhere(globalPoolKernel(layer, reduction));
        layer.symbolic = true;
        layer.size = {1, 1};
        layer.window = {{}, {}};
        Kernel kernel = globalPoolKernel(layer, reduction);
        expectRightEverywhere(kernel, {{1, 1}, {3, 50}, {33, 2}});
      }
}

TEST(Stages, PoolsOfAWindowAsLargeAsTheImage) {
  for (Layout layout : layouts)
    for (Reduction reduction : {Reduction::Max, Reduction::Mean})
      for (int64_t channels : {1, 5, 70})
        expectRightEverywhere(poolKernel({.N = 2,
                                          .C = channels,
                                          .size = {7, 9},
                                          .window = {{.taps = 7}, {.taps = 9, .stride = 2}},
                                          .in = layout,
                                          .out = layout},
                                         reduction));
}

TEST(Stages, VolumesWhosePlanesPassUnderOneBlockOfWeights) {
  WindowLayer layer{.N = 2, .C = 6, .K = 40, .size = {3, 5, 7}, .window = {odd, odd, odd}};
  for (Layout layout : layouts) {
    layer.in = layer.out = layout;
    for (int64_t stride : {1, 2}) {
      layer.window[0].stride = stride;
      expectRight(sharedKernel(layer), {.algorithm = "direct", .parameters = {{"parallel_k", 1}}});
    }
  }
}

TEST(Stages, PoolsOfAnImageThatIsOnePixel) {
  for (Layout layout : layouts)
    for (Reduction reduction : {Reduction::Max, Reduction::Mean})
      for (const std::vector<int64_t> &size : {std::vector<int64_t>{1, 1}, {1, 1, 1}}) {
        WindowLayer layer{.N = 3, .C = 17, .size = size, .in = layout, .out = layout};
        expectRightEverywhere(globalPoolKernel(layer, reduction));
      }
}

TEST(Stages, WorkBeforeAndBehindAPoolIsFused) {
  for (Layout layout : layouts) {
    Kernel kernel = poolKernel(layerIn(layout), Reduction::Max);
    Stage &stage = kernel.stages.front();
    stage.input = binary(ScalarOp::Sub, stage.input, ScalarExpr::constant(2, ElementType::F32));
    kernel.outputs.front().value = relu(unary(ScalarOp::Neg, ScalarExpr::conv(0)));
    expectRightEverywhere(kernel);
  }
}

TEST(Stages, AMaximumHandsNaNOnAndFindsMinusInfinity) {
  for (Layout layout : layouts)
    for (const std::string &algorithm : algorithmNames()) {
      WindowLayer layer{.C = 16, .size = {4, 40}, .in = layout, .out = layout};
      layer.window = {{.taps = 2, .stride = 2}, {.taps = 2, .stride = 2}};
      Kernel kernel = poolKernel(layer, Reduction::Max);
      Target host = *findTarget("host");
      Result<Choice> choice = choiceOf(kernel, algorithm);
      if (!choice)
        continue;
      KernelRunner runner(kernel, choice->plan, host);
      ASSERT_EQ(runner.error(), "");
      runner.prepare({});
      runner.operand(0).set({0, 3, 1, 5}, std::numeric_limits<double>::quiet_NaN());
      for (int64_t y : {2, 3})
        for (int64_t x : {6, 7})
          runner.operand(0).set({0, 1, y, x}, -std::numeric_limits<double>::infinity());
      EXPECT_EQ(runner.run().status, 0);
      EXPECT_TRUE(std::isnan(runner.output(0).at({0, 3, 0, 2}))) << algorithm;
      EXPECT_FALSE(std::isnan(runner.output(0).at({0, 3, 0, 3}))) << algorithm;
      EXPECT_EQ(runner.output(0).at({0, 1, 1, 3}), -std::numeric_limits<double>::infinity());
    }
}

TEST(Stages, AFilterForEveryPositionInEveryLayoutAndPaddingMode) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      for (PaddingMode mode : modes) {
        WindowLayer layer = layerIn(in, 3);
        layer.out = out;
        layer.K = 5;
        layer.mode = mode;
        layer.bias = mode != PaddingMode::Reflect;
        expectRightEverywhere(perPositionKernel(layer));
        layer.K = 33;
        layer.size = {5, 4};
        expectRightEverywhere(perPositionKernel(layer));
        layer.K = 2; // pixels in the lanes in every layout
        expectRightEverywhere(perPositionKernel(layer));
      }
}

TEST(Stages, AKernelForEveryPixelSharedByTheChannelsOfAGroup) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      for (PaddingMode mode : modes)
        for (auto [channels, groups] : {std::pair(3, 1), {6, 2}, {4, 4}, {32, 2}, {17, 1}}) {
          WindowLayer layer = layerIn(in, channels);
          layer.out = out;
          layer.groups = groups;
          layer.mode = mode;
          layer.window[0].dilation = 2;
          expectRightEverywhere(perPixelKernel(layer));
        }
}

TEST(Stages, AKernelForEveryPixelOfSymbolicSizes) {
  for (Layout layout : layouts) {
    WindowLayer layer = layerIn(layout, 4);
    layer.symbolic = true;
    layer.groups = 2;
    layer.window = {{.taps = 3, .padBefore = 1, .padAfter = 1},
                    {.taps = 5, .padBefore = 2, .padAfter = 2}};
    expectRightEverywhere(perPixelKernel(layer), {{1, 1}, {3, 7}, {5, 16}, {6, 45}});
  }
}

TEST(Stages, KernelsBetweenTheCentresOfAGrid) {
  for (Layout layout : layouts)
    for (std::vector<int64_t> grid : {std::vector<int64_t>{1, 1}, {2, 3}, {3, 1}, {4, 9}})
      for (PaddingMode mode : modes) {
        WindowLayer layer{
            .N = 2, .C = 3, .size = {11, 70}, .mode = mode, .in = layout, .out = layout};
        layer.window = {{.taps = 3, .padBefore = 1, .padAfter = 1},
                        {.taps = 5, .padBefore = 2, .padAfter = 2}};
        expectRightEverywhere(regionsKernel(layer, grid));
      }
}

// In f32 the places of 50 regions were 1.7e-6 off, those of 1500 6e-5.
TEST(Stages, ManyRegionsAreAsExactAsFew) {
  for (Layout layout : layouts)
    for (int64_t rows : {50, 61}) {
      WindowLayer layer{.N = 1, .C = 2, .size = {61, 37}, .in = layout, .out = layout};
      layer.window = {{}, {.taps = 3, .padBefore = 1, .padAfter = 1}};
      expectRightEverywhere(regionsKernel(layer, {rows, 2}));
      expectRightEverywhere(regionsKernel(layer, {3, 37}));
    }
}

TEST(Stages, KernelsBetweenTheCentresOfAGridAtEverySize) {
  for (Layout layout : layouts)
    for (int64_t channels : {1, 16}) {
      WindowLayer layer{.C = channels, .size = {64, 96}, .in = layout, .out = layout};
      layer.symbolic = true;
      layer.window = {{.taps = 3, .padBefore = 1, .padAfter = 1},
                      {.taps = 3, .padBefore = 1, .padAfter = 1}};
      expectRightEverywhere(regionsKernel(layer, {2, 4}), {{1, 1}, {2, 3}, {5, 200}, {19, 64}});
    }
}

TEST(Stages, DisplacedTapsWithAndWithoutAMask) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      for (bool mask : {false, true})
        for (auto [groups, offsetGroups] : {std::pair(1, 1), {1, 2}, {2, 2}, {2, 1}}) {
          WindowLayer layer = layerIn(in, 4);
          layer.out = out;
          layer.K = 6;
          layer.groups = groups;
          layer.bias = mask;
          layer.window[0].dilation = 2;
          expectRightEverywhere(displacedKernel(layer, offsetGroups, mask));
        }
}

// Places were rounded to f32: 1e-5 of a pixel in the middle of 400 columns.
TEST(Stages, DisplacedTapsOfAWideImageAreAsExactAsOfANarrowOne) {
  for (Layout layout : layouts) {
    WindowLayer layer{.N = 1, .C = 2, .K = 2, .size = {3, 700}, .in = layout, .out = layout};
    layer.window = {{}, {.taps = 3, .padBefore = 1, .padAfter = 1}};
    expectRightEverywhere(displacedKernel(layer, 1, false));
  }
}

TEST(Stages, DisplacedTapsOfSymbolicSizes) {
  for (Layout layout : layouts) {
    WindowLayer layer = layerIn(layout, 16);
    layer.symbolic = true;
    layer.K = 20;
    layer.window = {odd, odd};
    expectRightEverywhere(displacedKernel(layer, 1, true), {{1, 1}, {5, 7}, {9, 40}});
  }
}

TEST(Stages, ADisplacementToNowhereReadsNothing) {
  for (Layout layout : layouts)
    for (const std::string &algorithm : algorithmNames()) {
      WindowLayer layer{.C = 16, .K = 16, .size = {5, 20}, .in = layout, .out = layout};
      layer.window = {{}, {}};
      Kernel kernel = displacedKernel(layer, 1, false);
      Target host = *findTarget("host");
      Result<Choice> choice = choiceOf(kernel, algorithm);
      if (!choice)
        continue;
      KernelRunner runner(kernel, choice->plan, host);
      ASSERT_EQ(runner.error(), "");
      runner.prepare({});
      constexpr double infinity = std::numeric_limits<double>::infinity();
      const double nowhere[] = {std::nan(""), infinity, -infinity, 1e30, -3e9};
      for (int64_t x = 0; x < 5; ++x)
        runner.operand(2).set({0, x % 2, 1, x}, nowhere[x]);
      EXPECT_EQ(runner.run().status, 0);
      for (int64_t x = 0; x < 5; ++x)
        EXPECT_EQ(runner.output(0).at({0, 3, 1, x}), 0) << algorithm;
      EXPECT_LE(runner.relativeError(), 2e-6) << algorithm;
    }
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

namespace {

std::string complaintAbout(const Kernel &kernel) { return checkKernel(kernel).value_or(""); }

} // namespace

TEST(Stages, WhatDoesNotFitTogetherIsRefused) {
  WindowLayer layer = layerIn(Layout::ChannelsLast, 4);
  Kernel kernel = poolKernel(layer, Reduction::Max);
  kernel.stages[0].reduction = Reduction::Sum;
  EXPECT_EQ(complaintAbout(kernel), "convolution 0 needs a filter for a sum, and none (nor a bias) "
                                    "for anything else");
  kernel = poolKernel(layer, Reduction::Mean);
  kernel.stages[0].window[0].dilation = 2;
  EXPECT_EQ(complaintAbout(kernel), "convolution 0 has a window that its reduction does not take");
  layer.size = {9, 23};
  kernel = poolKernel(layer, Reduction::Mean);
  kernel.stages[0].partialWindows = true; // but the sizes are those of whole ones
  EXPECT_EQ(complaintAbout(kernel), "convolution 0 has an output size of 8 along W, which does not "
                                    "follow from its input of 23");
  kernel = globalPoolKernel(layer, Reduction::Mean);
  kernel.stages[0].window[1].taps = 21;
  EXPECT_EQ(complaintAbout(kernel),
            "convolution 0 has 21 taps along W, but all of the input is 23");
  layer.type = ElementType::U8;
  EXPECT_EQ(complaintAbout(poolKernel(layer, Reduction::Mean)),
            "convolution 0 reduces an input that is not f32");
  layer.type = ElementType::F32;
  kernel = perPixelKernel(layer);
  kernel.operands[1].dims[1] = Extent::constant(2);
  EXPECT_EQ(complaintAbout(kernel), "convolution 0 filter: is no f32 activation [N, groups, taps, "
                                    "output positions]");
  kernel = perPixelKernel(layer);
  kernel.stages[0].input = ScalarExpr::operand(1, ElementType::F32);
  EXPECT_EQ(complaintAbout(kernel),
            "convolution 0 input: node 0 (operand) is a filter for each pixel");
  kernel = regionsKernel(layer, {2});
  EXPECT_EQ(complaintAbout(kernel), "convolution 0 has no grid of kernels along each axis");
  kernel = displacedKernel(layer, 2, false);
  kernel.stages[0].displacement->groups = 3;
  EXPECT_EQ(complaintAbout(kernel),
            "convolution 0 has 3 groups of offsets, which do not divide C = 4");
  kernel = displacedKernel(layer, 2, false);
  kernel.stages[0].displacement->groups = 1;
  EXPECT_EQ(complaintAbout(kernel),
            "convolution 0 offsets: is not 24 values for each output position");
}

TEST(Stages, ALastWindowStartsInsideTheInputOrThePaddingBeforeIt) {
  auto sizes = [](const WindowAxis &window) {
    std::vector<int64_t> list;
    for (int64_t size = 1; size <= 7; ++size)
      list.push_back(partialOutputSize(size, window).value_or(0));
    return list;
  };
  using Sizes = std::vector<int64_t>;
  // torch.nn.functional.max_pool1d(…, ceil_mode=True)
  EXPECT_EQ(sizes({.taps = 2, .stride = 2}), (Sizes{1, 1, 2, 2, 3, 3, 4}));
  EXPECT_EQ(sizes({.taps = 3, .stride = 2, .padBefore = 1, .padAfter = 1}),
            (Sizes{1, 2, 2, 3, 3, 4, 4}));
  EXPECT_EQ(sizes({.taps = 2, .stride = 3, .padBefore = 1, .padAfter = 1}),
            (Sizes{1, 1, 2, 2, 2, 3, 3}));
  EXPECT_EQ(sizes({.taps = 3, .stride = 1}), (Sizes{0, 0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(sizes({.taps = 3, .stride = 2}), (Sizes{0, 1, 1, 2, 2, 3, 3}));
}

} // namespace convwright::schedules::testing
