//===- RandomPlansTest.cpp - every legal plan is right --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Space.h"
#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <gtest/gtest.h>

using namespace convwright::schedules;
using convwright::schedules::testing::convolutionKernel;
using convwright::schedules::testing::KernelRunner;
using convwright::schedules::testing::Layer;

namespace {

/// Draws plans of one algorithm and compares their numbers with the reference's.
void expectRandomPlansRight(const char *algorithm, const Layer &layer) {
  constexpr int plans = 6;
  Kernel kernel = convolutionKernel(layer);
  Result<Target> target = findTarget("host");
  ASSERT_TRUE(target);
  Space space(kernel, *target, {.algorithms = {algorithm}});
  Random random(5);
  for (int i = 0; i < plans; ++i) {
    std::optional<Plan> plan = space.sample(random);
    ASSERT_TRUE(plan);
    KernelRunner runner(kernel, *plan, *target);
    ASSERT_EQ(runner.error(), "") << print(*plan);
    runner.prepare({});
    EXPECT_EQ(runner.run().status, 0);
    EXPECT_LE(runner.relativeError(), errorBound(kernel, *plan)) << print(*plan);
    EXPECT_TRUE(runner.output(0).isIntact()) << print(*plan);
  }
}

} // namespace

TEST(RandomPlans, OfDirectAreRight) {
  expectRandomPlansRight("direct",
                         {.C = 20, .H = 9, .W = 11, .K = 40, .R = 3, .S = 3, .padH = 1, .padW = 1});
}

TEST(RandomPlans, OfStridedDirectAreRight) {
  expectRandomPlansRight("direct", {.C = 16,
                                    .H = 12,
                                    .W = 10,
                                    .K = 33,
                                    .R = 3,
                                    .S = 3,
                                    .strideH = 2,
                                    .strideW = 2,
                                    .padH = 1,
                                    .padW = 1,
                                    .in = Layout::ChannelsFirst,
                                    .out = Layout::ChannelsFirst});
}

TEST(RandomPlans, OfGroupedDirectAreRight) {
  expectRandomPlansRight(
      "direct",
      {.C = 32, .H = 7, .W = 7, .K = 32, .R = 3, .S = 3, .padH = 1, .padW = 1, .groups = 4});
}

TEST(RandomPlans, OfPointwiseAreRight) {
  expectRandomPlansRight("pointwise", {.C = 32, .H = 8, .W = 9, .K = 48});
}

TEST(RandomPlans, OfDepthwiseWithChannelLanesAreRight) {
  expectRandomPlansRight(
      "depthwise",
      {.C = 24, .H = 9, .W = 11, .K = 24, .R = 3, .S = 3, .padH = 1, .padW = 1, .groups = 24});
}

TEST(RandomPlans, OfDepthwiseWithPixelLanesAreRight) {
  expectRandomPlansRight("depthwise", {.C = 3,
                                       .H = 19,
                                       .W = 21,
                                       .K = 3,
                                       .R = 3,
                                       .S = 3,
                                       .padH = 1,
                                       .padW = 1,
                                       .groups = 3,
                                       .in = Layout::ChannelsFirst,
                                       .out = Layout::ChannelsFirst});
}

TEST(RandomPlans, OfLoopsAreRight) {
  expectRandomPlansRight("loops",
                         {.C = 5, .H = 9, .W = 11, .K = 9, .R = 3, .S = 3, .padH = 1, .padW = 1});
}
