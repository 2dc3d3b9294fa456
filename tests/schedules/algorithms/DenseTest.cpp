//===- DenseTest.cpp - direct and pointwise give the reference's numbers --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Expect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

void expectLayer(const Layer &layer, Ask ask) {
  SCOPED_TRACE(describe(layer));
  expectRight(convolutionKernel(layer), ask);
}

constexpr Layout layouts[] = {Layout::ChannelsLast, Layout::ChannelsFirst};

TEST(Direct, ComputesEveryCombinationOfLayouts) {
  for (Layout in : layouts)
    for (Layout out : layouts)
      expectLayer({.C = 20,
                   .H = 9,
                   .W = 17,
                   .K = 40,
                   .R = 3,
                   .S = 3,
                   .padH = 1,
                   .padW = 1,
                   .in = in,
                   .out = out},
                  {.algorithm = "direct"});
}

TEST(Direct, ComputesOnEveryX86Level) {
  for (const char *target : {"x86-64-v2", "x86-64-v3", "x86-64-v4", "znver4"}) {
    if (!runsHere(*findTarget(target)))
      continue;
    expectLayer({.C = 19, .H = 7, .W = 15, .K = 37, .R = 3, .S = 3, .padH = 1, .padW = 1},
                {.algorithm = "direct", .target = target});
    expectLayer({.C = 19,
                 .H = 7,
                 .W = 15,
                 .K = 37,
                 .R = 3,
                 .S = 3,
                 .padH = 1,
                 .padW = 1,
                 .in = Layout::ChannelsFirst,
                 .out = Layout::ChannelsFirst},
                {.algorithm = "direct", .target = target});
  }
}

TEST(Direct, ComputesOnePixelOneChannel) {
  expectLayer({}, {.algorithm = "direct"});
  expectLayer({.R = 3, .S = 3, .padH = 1, .padW = 1}, {.algorithm = "direct"});
  expectLayer({.C = 5, .K = 3, .in = Layout::ChannelsFirst, .out = Layout::ChannelsFirst},
              {.algorithm = "direct"});
}

TEST(Direct, ComputesAllPaddingModes) {
  for (PaddingMode mode :
       {PaddingMode::Zeros, PaddingMode::Reflect, PaddingMode::Replicate, PaddingMode::Circular})
    for (Layout layout : layouts)
      expectLayer({.C = 3,
                   .H = 6,
                   .W = 5,
                   .K = 8,
                   .R = 5,
                   .S = 4,
                   .padH = 4,
                   .padW = 4,
                   .mode = mode,
                   .in = layout,
                   .out = layout},
                  {.algorithm = "direct"});
}

TEST(Direct, ComputesPaddingWiderThanTheImage) {
  for (PaddingMode mode : {PaddingMode::Zeros, PaddingMode::Replicate})
    expectLayer(
        {.C = 4, .H = 2, .W = 3, .K = 6, .R = 3, .S = 3, .padH = 5, .padW = 7, .mode = mode},
        {.algorithm = "direct"});
}

TEST(Direct, LeavesOutTapsInThePaddingOnlyWhereTheyAre) {
  for (Layout layout : layouts) {
    expectLayer(
        {.C = 16,
         .H = 7,
         .W = 7,
         .K = 32,
         .R = 3,
         .S = 3,
         .padH = 1,
         .padW = 1,
         .in = layout,
         .out = layout},
        {.algorithm = "direct", .parameters = {{"tile_x", 7}, {"tile_y", 1}, {"tile_k", 1}}});
    expectLayer(
        {.N = 2,
         .C = 12,
         .H = 13,
         .W = 13,
         .K = 32,
         .R = 5,
         .S = 5,
         .strideH = 2,
         .strideW = 2,
         .padH = 4,
         .padW = 3,
         .in = layout,
         .out = layout},
        {.algorithm = "direct", .parameters = {{"tile_x", 8}, {"tile_y", 1}, {"tile_k", 1}}});
    expectLayer(
        {.C = 16,
         .H = 6,
         .W = 5,
         .K = 24,
         .R = 3,
         .S = 3,
         .padH = 4,
         .padW = 3,
         .dilationH = 3,
         .dilationW = 2,
         .in = layout,
         .out = layout},
        {.algorithm = "direct", .parameters = {{"tile_x", 7}, {"tile_y", 1}, {"tile_k", 1}}});
  }
}

TEST(Direct, ComputesAsymmetricPadding) {
  Kernel kernel = convolutionKernel({.C = 8, .H = 8, .W = 9, .K = 16, .R = 4, .S = 2});
  Stage &conv = kernel.stages.front();
  conv.window[0].padBefore = 2, conv.window[0].padAfter = 1;
  conv.window[1].padBefore = 0, conv.window[1].padAfter = 3;
  conv.outputDims[2] = Extent::constant(8);
  conv.outputDims[3] = Extent::constant(11);
  kernel.outputs.front().dims = conv.outputDims;
  expectRight(kernel, {.algorithm = "direct"});
}

TEST(Direct, CutsAnImagesOnlyRowIntoStrips) {
  for (Layout layout : layouts)
    for (int64_t channels : {3, 20})
      expectLayer({.C = channels,
                   .W = 233,
                   .K = 24,
                   .S = 3,
                   .strideW = 2,
                   .padW = 1,
                   .in = layout,
                   .out = layout},
                  {.algorithm = "direct", .threads = 2});
}

TEST(Direct, ComputesStridesAndDilations) {
  expectLayer({.C = 16,
               .H = 23,
               .W = 29,
               .K = 32,
               .R = 3,
               .S = 3,
               .strideH = 2,
               .strideW = 3,
               .padH = 1,
               .padW = 1},
              {.algorithm = "direct"});
  expectLayer({.C = 16,
               .H = 23,
               .W = 29,
               .K = 32,
               .R = 3,
               .S = 3,
               .padH = 4,
               .padW = 2,
               .dilationH = 4,
               .dilationW = 2},
              {.algorithm = "direct"});
  expectLayer({.C = 3,
               .H = 23,
               .W = 29,
               .K = 32,
               .R = 7,
               .S = 7,
               .strideH = 2,
               .strideW = 2,
               .padH = 3,
               .padW = 3,
               .dilationH = 2,
               .dilationW = 2,
               .in = Layout::ChannelsFirst},
              {.algorithm = "direct"});
}

TEST(Direct, ComputesGroups) {
  for (int64_t groups : {2, 4, 8, 32})
    for (Layout layout : layouts)
      expectLayer({.C = 32,
                   .H = 6,
                   .W = 10,
                   .K = 64,
                   .R = 3,
                   .S = 3,
                   .padH = 1,
                   .padW = 1,
                   .groups = groups,
                   .in = layout,
                   .out = layout},
                  {.algorithm = "direct"});
  expectLayer({.C = 9, .H = 6, .W = 10, .K = 15, .R = 3, .S = 3, .padH = 1, .padW = 1, .groups = 3},
              {.algorithm = "direct"});
}

TEST(Direct, ComputesBatches) {
  expectLayer({.N = 3, .C = 8, .H = 5, .W = 6, .K = 24, .R = 3, .S = 3, .padH = 1, .padW = 1},
              {.algorithm = "direct", .threads = 2});
  expectLayer({.N = 2,
               .C = 8,
               .H = 5,
               .W = 6,
               .K = 24,
               .R = 3,
               .S = 3,
               .in = Layout::ChannelsFirst,
               .out = Layout::ChannelsFirst},
              {.algorithm = "direct"});
}

TEST(Direct, ComputesEverySizeOfASymbolicLayer) {
  Layer layer{.C = 6,
              .H = 40,
              .W = 40,
              .K = 20,
              .R = 3,
              .S = 3,
              .strideH = 1,
              .strideW = 2,
              .padH = 1,
              .padW = 1,
              .symbolic = true};
  std::vector<std::vector<int64_t>> sizes = {{1, 1},  {1, 64},  {2, 3},   {5, 1},
                                             {8, 28}, {13, 29}, {37, 61}, {40, 40}};
  for (Layout layout : layouts) {
    layer.in = layer.out = layout;
    expectLayer(layer, {.algorithm = "direct", .sizes = sizes});
    expectLayer(layer, {.algorithm = "direct", .sizes = sizes, .threads = 2});
  }
}

TEST(Direct, RefusesOutputsThatAreEmptyAtTheSmallestSizes) {
  // As a phase of a transposed convolution whose result is shorter than the stride.
  Kernel kernel = convolutionKernel({.C = 6, .H = 2, .W = 4, .K = 3, .R = 2, .symbolic = true});
  PlanRequest request;
  request.algorithm = "direct";
  Result<Choice> choice = choosePlan(kernel, *findTarget("host"), request);
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("at the smallest sizes an output has no elements"),
            std::string::npos)
      << choice.error().message;
  EXPECT_TRUE(choosePlan(kernel, *findTarget("host"), {}));
}

// A batch that could be empty was left to `loops`.
TEST(Direct, SizesMayBeginAtZero) {
  Kernel kernel = convolutionKernel({.C = 6, .H = 5, .W = 4, .K = 16, .symbolic = true});
  kernel.symbols[0].lo = kernel.symbols[1].lo = 0;
  for (const char *algorithm : {"direct", "pointwise"}) {
    PlanRequest request;
    request.algorithm = algorithm;
    EXPECT_TRUE(choosePlan(kernel, *findTarget("host"), request)) << algorithm;
  }
}

TEST(Direct, ComputesWithThreadsOverStripsAndOverChannels) {
  Layer layer{.C = 32, .H = 24, .W = 24, .K = 96, .R = 3, .S = 3, .padH = 1, .padW = 1};
  for (int64_t parallelK : {0, 1})
    expectLayer(layer,
                {.algorithm = "direct", .parameters = {{"parallel_k", parallelK}}, .threads = 2});
}

TEST(Direct, WeightsThatNoCacheHoldsAreReadOnce) {
  Target avx2 = *findTarget("x86-64-v3");
  auto parallelK = [&](Layer layer) {
    Result<Choice> choice = choosePlan(convolutionKernel(layer), avx2, {"direct", {}});
    return choice ? choice->plan.get("parallel_k", -1) : -1;
  };
  Layer deep{.C = 512, .H = 28, .W = 28, .K = 512, .padH = 1, .padW = 1};
  deep.R = deep.S = 3;
  EXPECT_EQ(parallelK(deep), 1);
  deep.H = deep.W = 112; // the image is more than the weights
  EXPECT_EQ(parallelK(deep), 0);
  deep.H = deep.W = 28;
  deep.C = deep.K = 128; // the weights stay
  EXPECT_EQ(parallelK(deep), 0);
}

TEST(Direct, IsRightForPlansAllOverItsSpace) {
  std::mt19937 random(20261123);
  Layer layer{.C = 24, .H = 13, .W = 17, .K = 50, .R = 3, .S = 3, .padH = 1, .padW = 1};
  Kernel kernel = convolutionKernel(layer);
  Target target = *findTarget("host");
  PlanRequest request;
  request.algorithm = "direct";
  Plan plan = choosePlan(kernel, target, request)->plan;
  std::map<std::string, std::vector<int64_t>> values = {
      {"tile_x", {1, 3, 7, 14}}, {"tile_y", {1, 2, 3}}, {"tile_k", {1, 2, 4}},
      {"vector", {4, 8, 16}},    {"strip", {1, 2, 4}},  {"block_c", {4, 8, 24}},
      {"parallel_k", {0, 1}}};
  int right = 0;
  for (int trial = 0; trial < 200 && right < 12; ++trial) {
    Plan drawn = plan;
    for (auto &[name, value] : drawn.parameters)
      if (values.contains(name))
        value = values[name][random() % values[name].size()];
    if (!validatePlan(kernel, target, drawn))
      continue;
    ++right;
    expectRight(kernel, {.algorithm = "direct", .parameters = drawn.parameters});
  }
  EXPECT_EQ(right, 12);
}

TEST(Pointwise, OutputsThatEvictEachOtherAreWrittenTileByTile) {
  Target avx2 = *findTarget("x86-64-v3");
  avx2.l2 = 512 * 1024;
  Layer wide{.C = 256,
             .H = 14,
             .W = 14,
             .K = 1024,
             .in = Layout::ChannelsLast,
             .out = Layout::ChannelsLast};
  Kernel kernel = convolutionKernel(wide);
  Result<Choice> choice = choosePlan(kernel, avx2, {"pointwise", {}});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("parallel_k", -1), 0);
  EXPECT_EQ(choice->plan.get("strip", -1), 1);
  wide.K = 960; // 3840 bytes apart
  choice = choosePlan(convolutionKernel(wide), avx2, {"pointwise", {}});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->plan.get("parallel_k", -1), 1);
}

TEST(Pointwise, ComputesEveryCombinationOfLayouts) {
  for (Layout in : layouts)
    for (Layout out : layouts) {
      expectLayer({.C = 64, .H = 9, .W = 11, .K = 48, .in = in, .out = out},
                  {.algorithm = "pointwise"});
      expectLayer({.N = 2,
                   .C = 35,
                   .H = 9,
                   .W = 11,
                   .K = 21,
                   .strideH = 2,
                   .strideW = 3,
                   .in = in,
                   .out = out},
                  {.algorithm = "pointwise"});
    }
}

TEST(Pointwise, ComputesStagedAndInPlace) {
  for (int64_t stage : {0, 1})
    expectLayer({.C = 128, .H = 14, .W = 14, .K = 64},
                {.algorithm = "pointwise", .parameters = {{"stage", stage}}, .threads = 2});
}

TEST(Pointwise, ComputesGroups) {
  expectLayer({.C = 12, .H = 9, .W = 11, .K = 24, .groups = 3}, {.algorithm = "pointwise"});
  expectLayer({.C = 12,
               .H = 9,
               .W = 11,
               .K = 24,
               .groups = 3,
               .in = Layout::ChannelsFirst,
               .out = Layout::ChannelsFirst},
              {.algorithm = "pointwise"});
}

// Whole tiles at the end of the image were read in place: beyond its memory.
TEST(Pointwise, ReadsSymbolicImagesWhereTheyLie) {
  Layer layer{.C = 40, .H = 47, .W = 54, .K = 2, .symbolic = true};
  PlanRequest request;
  request.algorithm = "pointwise";
  Result<Choice> choice = choosePlan(convolutionKernel(layer), *findTarget("host"), request);
  ASSERT_TRUE(choice) << choice.error().message;
  EXPECT_EQ(choice->plan.get("stage", -1), 0);
  EXPECT_GE(choice->plan.get("strip", -1), 2); // the last tile of a strip is another code
}

TEST(Pointwise, ComputesEverySizeOfASymbolicLayer) {
  std::vector<std::vector<int64_t>> sizes = {{1, 1}, {1, 3}, {7, 2}, {14, 14}, {13, 31}};
  for (Layout layout : layouts)
    expectLayer({.C = 24, .H = 14, .W = 14, .K = 40, .in = layout, .out = layout, .symbolic = true},
                {.algorithm = "pointwise", .sizes = sizes});
}

TEST(Pointwise, ComputesOnEveryX86Level) {
  for (const char *target : {"x86-64-v2", "x86-64-v3", "x86-64-v4"})
    if (runsHere(*findTarget(target)))
      for (Layout layout : layouts)
        expectLayer({.C = 50, .H = 5, .W = 9, .K = 70, .in = layout, .out = layout},
                    {.algorithm = "pointwise", .target = target});
}

/// [N, C, 1, 1] with a symbolic N.
Kernel onePixelKernel() {
  Kernel kernel = convolutionKernel({.N = 64, .C = 70, .K = 37});
  kernel.symbols = {{"N", 1, 500, 1, 64}};
  for (Dims *dims : {&kernel.operands[0].dims, &kernel.stages[0].inputDims,
                     &kernel.stages[0].outputDims, &kernel.outputs[0].dims})
    (*dims)[0] = Extent::ofSymbol(0);
  return kernel;
}

TEST(Pointwise, TakesABatchOfOnePixelImagesAsOneLine) {
  Kernel kernel = onePixelKernel();
  Extent one = Extent::constant(1);
  kernel.operands.push_back(kernel.operands[0]);
  kernel.operands.back().dims = {Extent::ofSymbol(0), one, one, one};
  kernel.operands.push_back({"r",
                             Operand::Role::Weight,
                             ElementType::F32,
                             {one, Extent::constant(37), one, one},
                             Layout::ChannelsFirst,
                             {}});
  ScalarExpr more = binary(ScalarOp::Mul, ScalarExpr::operand(3, ElementType::F32),
                           ScalarExpr::operand(4, ElementType::F32));
  kernel.outputs[0].value = binary(ScalarOp::Add, kernel.outputs[0].value, more);
  for (int threads : {1, 3})
    expectRight(kernel,
                {.algorithm = "pointwise", .sizes = {{64}, {1}, {7}, {500}}, .threads = threads});
}

TEST(Pointwise, PlansABatchOfOnePixelImagesAsPixels) {
  Kernel batch = convolutionKernel({.N = 64, .C = 70, .K = 37});
  Kernel pixels = convolutionKernel({.C = 70, .W = 64, .K = 37});
  for (const char *name : {"x86-64-v3", "x86-64-v4"}) {
    Target target = *findTarget(name);
    Plan ofBatch = choosePlan(batch, target, {})->plan,
         ofPixels = choosePlan(pixels, target, {})->plan;
    EXPECT_EQ(ofBatch.algorithm, "pointwise");
    EXPECT_EQ(ofBatch.algorithm, ofPixels.algorithm);
    EXPECT_EQ(ofBatch.parameters, ofPixels.parameters);
  }
}

} // namespace
