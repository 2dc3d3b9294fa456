//===- ConvolveTest.cpp - convolutions' definition, on small cases worked by hand ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Convolution.h"
#include "compiler/IR/Ops/HostWindows.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::ir {
namespace {

using compiler::ExactTensor;
using schedules::PaddingMode;
using testing::ElementsAre;

ExactTensor tensor(std::vector<int64_t> shape, std::vector<double> values) {
  return {ElementType::F32, std::move(shape), std::move(values)};
}

std::vector<int64_t> row(PaddingMode mode) {
  std::vector<int64_t> positions;
  for (int64_t i = -2; i < 6; ++i)
    positions.push_back(sourcePosition(i, 4, mode));
  return positions;
}

TEST(Convolve, PaddingPositionsAreThoseOfPyTorchsModes) {
  EXPECT_THAT(row(PaddingMode::Zeros), ElementsAre(-1, -1, 0, 1, 2, 3, -1, -1));
  EXPECT_THAT(row(PaddingMode::Reflect), ElementsAre(2, 1, 0, 1, 2, 3, 2, 1));
  EXPECT_THAT(row(PaddingMode::Replicate), ElementsAre(0, 0, 0, 1, 2, 3, 3, 3));
  EXPECT_THAT(row(PaddingMode::Circular), ElementsAre(2, 3, 0, 1, 2, 3, 0, 1));
}

/// What the shape rules say is the result's shape of constant operands.
ExactTensor convolved(const ExactTensor &x, const ExactTensor &w, Window window,
                      const ExactTensor *b = nullptr, int64_t groups = 1) {
  window.taps.assign(w.shape.begin() + 2, w.shape.end());
  auto places = placesOf(window, {ElementType::F32, constantDims(x.shape), false}, {});
  EXPECT_TRUE(places);
  std::vector<int64_t> shape = {x.shape[0], w.shape[0]};
  for (const Extent &extent : *places)
    shape.push_back(extent.add);
  return convolve(x, w, b, window, groups, shape);
}

TEST(Convolve, AFilterIsNotFlipped) {
  auto y = convolved(tensor({1, 1, 1, 4}, {1, 2, 3, 4}), tensor({1, 1, 1, 2}, {10, 1}),
                     Window::of({1, 2}));
  EXPECT_THAT(y.values, ElementsAre(12, 23, 34));
  EXPECT_THAT(y.shape, ElementsAre(1, 1, 1, 3));
}

TEST(Convolve, AFilterOfOneChannelIsEveryChannelsWhereEachIsAGroup) {
  ExactTensor x = tensor({1, 2, 1, 3}, {1, 2, 3, 10, 20, 30}), b = tensor({2}, {0.5, 0.25});
  ExactTensor y =
      convolve(x, tensor({1, 1, 1, 2}, {10, 1}), &b, Window::of({1, 2}), 2, {1, 2, 1, 2});
  EXPECT_THAT(y.values, ElementsAre(12.5, 23.5, 120.25, 230.25));
}

TEST(Convolve, StrideDilationAndUnequalPaddingMoveTheTaps) {
  Window window{{}, {1, 2}, {1, 2}, {0, 1}, {0, 0}};
  auto y = convolved(tensor({1, 1, 1, 5}, {1, 2, 3, 4, 5}), tensor({1, 1, 1, 2}, {10, 1}), window);
  EXPECT_THAT(y.values, ElementsAre(2, 24)); // taps at (-1, 1) and (1, 3)
}

TEST(Convolve, OneAxisIsTheLastOfTwo) {
  Window window{{}, {2}, {2}, {1}, {0}};
  auto y = convolved(tensor({1, 1, 5}, {1, 2, 3, 4, 5}), tensor({1, 1, 2}, {10, 1}), window);
  EXPECT_THAT(y.values, ElementsAre(2, 24));
  EXPECT_THAT(y.shape, ElementsAre(1, 1, 2));
}

TEST(Convolve, ThreeAxesAreSummedAlongEachOfThem) {
  // x[d, h, w] = 100 d + 10 h + w; taps along d and w.
  std::vector<double> values;
  for (int i = 0; i < 12; ++i)
    values.push_back(i / 4 * 100 + i / 2 % 2 * 10 + i % 2);
  Window window{{}, {2, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 0, 0}};
  auto y =
      convolved(tensor({1, 1, 3, 2, 2}, values), tensor({1, 1, 2, 1, 2}, {1, 0, 0, 1}), window);
  EXPECT_THAT(y.shape, ElementsAre(1, 1, 2, 2, 1));
  EXPECT_THAT(y.values, ElementsAre(0 + 101, 10 + 111, 200, 210));
}

TEST(Convolve, GroupsSeeTheirOwnChannelsAndBiasIsPerOutput) {
  ExactTensor bias = tensor({4}, {100, 200, 300, 400});
  auto y = convolved(tensor({1, 2, 1, 1}, {3, 5}), tensor({4, 1, 1, 1}, {1, 2, 3, 4}),
                     Window::of({1, 1}), &bias, 2);
  EXPECT_THAT(y.values, ElementsAre(103, 206, 315, 420));
}

TEST(Convolve, BatchesAreIndependent) {
  auto y = convolved(tensor({2, 2, 1, 1}, {1, 2, 3, 4}), tensor({1, 2, 1, 1}, {1, 10}),
                     Window::of({1, 1}));
  EXPECT_THAT(y.values, ElementsAre(21, 43));
}

TEST(Convolve, NanAndInfinityPropagate) {
  double infinity = std::numeric_limits<double>::infinity();
  auto y = convolved(tensor({1, 1, 1, 3}, {1, infinity, 2}), tensor({1, 1, 1, 2}, {0, 1}),
                     Window::of({1, 2}));
  EXPECT_EQ(y.values[0], infinity);
  EXPECT_TRUE(std::isnan(y.values[1]));
}

} // namespace
} // namespace convwright::ir
