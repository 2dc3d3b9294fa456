//===- ErrorBoundTest.cpp - what sums of f32 promise -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/ErrorBound.h"
#include "tests/schedules/support/Kernels.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

TEST(ErrorBound, CountsTheTermsThatOneElementReads) {
  Layer layer;
  layer.C = layer.K = 64, layer.R = 3, layer.S = 5, layer.groups = 4;
  EXPECT_EQ(longestSum(convolutionKernel(layer)), 16 * 3 * 5);
}

TEST(ErrorBound, AMaximumSumsNothing) {
  Layer layer;
  layer.R = layer.S = 3;
  Kernel kernel = convolutionKernel(layer);
  kernel.stages.front().reduction = Reduction::Max;
  EXPECT_EQ(longestSum(kernel), 0);
}

TEST(ErrorBound, WholeImagesAreAsLargeAsTheyCanBe) {
  Kernel kernel;
  kernel.symbols = {{"H", 1, 40, 1, 8}};
  Stage &stage = kernel.stages.emplace_back();
  stage.filterKind = FilterKind::None;
  stage.reduction = Reduction::Mean;
  stage.wholeInput = true;
  stage.window = {{.taps = 8}, {.taps = 3}};
  stage.inputDims = {Extent::constant(1), Extent::constant(1), Extent::ofSymbol(0),
                     Extent::constant(3)};
  EXPECT_EQ(longestSum(kernel), 120);
}

TEST(ErrorBound, GrowsWithTheRootOfTheTerms) {
  Layer few, many;
  few.C = 4, many.C = 400;
  double base = sumErrorBound(convolutionKernel(few)) - 0x1p-25 * std::sqrt(4.0);
  EXPECT_NEAR(sumErrorBound(convolutionKernel(many)), base + 0x1p-25 * std::sqrt(400.0), 1e-12);
}
