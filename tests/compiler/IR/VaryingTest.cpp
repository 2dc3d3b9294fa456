//===- VaryingTest.cpp - kernels that vary and taps that are displaced, by hand ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Varying.h"

#include "compiler/IR/Ops/Deformable.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::ir {
namespace {

using compiler::ExactTensor;
using testing::ElementsAre;

ExactTensor tensor(std::vector<int64_t> shape, std::vector<double> values) {
  return {ElementType::F32, std::move(shape), std::move(values)};
}

/// Padded by one column before.
Window behindOneColumn() {
  Window window = Window::of({1, 2});
  window.padBefore = {0, 1};
  return window;
}

TEST(Varying, LocalConvolutionsHaveAFilterForEachPosition) {
  ExactTensor bias = tensor({1}, {100});
  ExactTensor y =
      localConvolve(tensor({1, 2, 1, 2}, {1, 2, 3, 4}), tensor({1, 2, 1, 2, 1, 1}, {1, 10, 2, 20}),
                    &bias, Window::of({1, 1}), {1, 1, 1, 2});
  EXPECT_THAT(y.values, ElementsAre(100 + 1 + 30, 100 + 4 + 80));
}

TEST(Varying, DynamicKernelsAreSharedByTheChannelsOfAGroup) {
  // Two groups of two channels; of each group the kernels of two pixels.
  ExactTensor y =
      dynamicConvolve(tensor({1, 4, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8}),
                      tensor({1, 2, 1, 1, 1, 2}, {1, 2, 3, 4}), Window::of({1, 1}), {1, 4, 1, 2});
  EXPECT_THAT(y.values, ElementsAre(1, 4, 3, 8, 15, 24, 21, 32));
}

TEST(Varying, DynamicTapsSeeThePadding) {
  // w[0, 0, 0, s, 0, q]: of both taps the two pixels' factors.
  ExactTensor y =
      dynamicConvolve(tensor({1, 1, 1, 2}, {1, 2}), tensor({1, 1, 1, 2, 1, 2}, {100, 10, 1, 1}),
                      behindOneColumn(), {1, 1, 1, 2});
  EXPECT_THAT(y.values, ElementsAre(1, 10 + 2));
}

TEST(Varying, RegionsHoldAtTheirCentresAndBlendBetweenThem) {
  // Two regions of two pixels each: centres at 0.5 and 2.5.
  ExactTensor y = regionConvolve(tensor({1, 1, 1, 4}, {1, 1, 1, 1}), tensor({1, 2, 1, 1}, {0, 8}),
                                 Window::of({1, 1}), {1, 1, 1, 4});
  EXPECT_THAT(y.values, ElementsAre(0, 2, 6, 8));
}

TEST(Varying, ManyRegionsOfOnePixelBlend) {
  ExactTensor y = regionConvolve(tensor({1, 1, 1, 1}, {1}), tensor({1, 4, 1, 1}, {0, 2, 4, 100}),
                                 Window::of({1, 1}), {1, 1, 1, 1});
  EXPECT_THAT(y.values, ElementsAre(3)); // the image's centre is between regions 1 and 2
}

/// One tap on a 2x2 image of one channel, moved by `offset` (h, w).
double moved(double h, double w, const ExactTensor *mask = nullptr) {
  return deformConvolve(tensor({1, 1, 2, 2}, {1, 2, 3, 4}), tensor({1, 2, 1, 1}, {h, w}),
                        tensor({1, 1, 1, 1}, {1}), nullptr, mask, Window::of({1, 1}), {1, 1, 1, 1})
      .values[0];
}

TEST(Varying, DisplacedTapsReadBilinearly) {
  EXPECT_EQ(moved(0, 0), 1);
  EXPECT_EQ(moved(1, 0), 3);
  EXPECT_EQ(moved(0.5, 0.5), 2.5);
  EXPECT_EQ(moved(0, 0.25), 1.25);
}

TEST(Varying, DisplacedTapsFadeOutBeyondTheBorder) {
  EXPECT_EQ(moved(-0.5, 0), 0.5);
  EXPECT_EQ(moved(1.75, 1), 1);
  EXPECT_EQ(moved(-1, 0), 0);
  EXPECT_EQ(moved(2, 0), 0);
}

TEST(Varying, ADisplacementToNowhereReadsNothing) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (double nowhere : {std::nan(""), infinity, -infinity, 1e300}) {
    EXPECT_EQ(moved(nowhere, 0), 0);
    EXPECT_EQ(moved(0, nowhere), 0);
  }
}

TEST(Varying, MasksAndOffsetGroupsAreOfTheTapsOfTheirChannels) {
  // Two channels, each an offset group of its own: the first moves right, the second is halved.
  ExactTensor mask = tensor({1, 2, 1, 1}, {1, 0.5});
  ExactTensor y = deformConvolve(tensor({1, 2, 1, 2}, {1, 2, 30, 40}),
                                 tensor({1, 4, 1, 1}, {0, 1, 0, 0}), tensor({1, 2, 1, 1}, {1, 1}),
                                 nullptr, &mask, Window::of({1, 1}), {1, 1, 1, 1});
  EXPECT_THAT(y.values, ElementsAre(2 + 15));
}

} // namespace
} // namespace convwright::ir
