//===- ConvolveTest.cpp - the reference's loops on small cases worked by hand ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Convolve.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::compiler {
namespace {

using schedules::ElementType;
using schedules::PaddingMode;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;
using testing::ElementsAre;

HostTensor tensor(std::vector<int64_t> shape, std::vector<double> values) {
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

TEST(Convolve, AFilterIsNotFlipped) {
  auto y = convolve(tensor({1, 1, 1, 4}, {1, 2, 3, 4}), tensor({1, 1, 1, 2}, {10, 1}), nullptr, {});
  EXPECT_THAT(y.values, ElementsAre(12, 23, 34));
  EXPECT_THAT(y.shape, ElementsAre(1, 1, 1, 3));
}

TEST(Convolve, StrideDilationAndUnequalPaddingMoveTheTaps) {
  ir::ConvAttributes attributes;
  attributes.stride = {1, 2};
  attributes.dilation = {1, 2};
  attributes.padBefore = {0, 1};
  attributes.padAfter = {0, 0};
  auto y = convolve(tensor({1, 1, 1, 5}, {1, 2, 3, 4, 5}), tensor({1, 1, 1, 2}, {10, 1}), nullptr,
                    attributes);
  EXPECT_THAT(y.values, ElementsAre(2, 24)); // taps at (-1, 1) and (1, 3)
}

TEST(Convolve, GroupsSeeTheirOwnChannelsAndBiasIsPerOutput) {
  ir::ConvAttributes attributes;
  attributes.groups = 2;
  HostTensor bias = tensor({4}, {100, 200, 300, 400});
  auto y =
      convolve(tensor({1, 2, 1, 1}, {3, 5}), tensor({4, 1, 1, 1}, {1, 2, 3, 4}), &bias, attributes);
  EXPECT_THAT(y.values, ElementsAre(103, 206, 315, 420));
}

TEST(Convolve, BatchesAreIndependent) {
  auto y = convolve(tensor({2, 2, 1, 1}, {1, 2, 3, 4}), tensor({1, 2, 1, 1}, {1, 10}), nullptr, {});
  EXPECT_THAT(y.values, ElementsAre(21, 43));
}

TEST(Convolve, NanAndInfinityPropagate) {
  double infinity = std::numeric_limits<double>::infinity();
  auto y =
      convolve(tensor({1, 1, 1, 3}, {1, infinity, 2}), tensor({1, 1, 1, 2}, {0, 1}), nullptr, {});
  EXPECT_EQ(y.values[0], infinity);
  EXPECT_TRUE(std::isnan(y.values[1]));
}

TEST(Convolve, BatchNormIsPyTorchsFormulaForEachChannel) {
  auto y = batchNorm(tensor({1, 2, 1, 2}, {1, 2, 3, 4}), tensor({2}, {1, 0}), tensor({2}, {3, 0}),
                     tensor({2}, {2, 1}), tensor({2}, {0, 10}), 1);
  EXPECT_THAT(y.values, ElementsAre(0, 1, 13, 14));
}

ScalarExpr sum() {
  ScalarExpr expr = ScalarExpr::operand(0, ElementType::F32);
  expr.push(ScalarExpr::operand(1, ElementType::F32).root());
  ScalarNode add;
  add.op = ScalarOp::Add;
  add.args = {0, 1, -1};
  expr.push(add);
  return expr;
}

std::vector<double> add(const HostTensor &a, const HostTensor &b, std::vector<int64_t> shape,
                        bool weightSide) {
  const HostTensor *operands[] = {&a, &b};
  return mapElements(sum(), operands, std::move(shape), weightSide).values;
}

TEST(MapElements, ExtentsOfOneBroadcast) {
  EXPECT_THAT(
      add(tensor({1, 1, 2, 2}, {1, 2, 3, 4}), tensor({1, 1, 1, 2}, {10, 20}), {1, 1, 2, 2}, false),
      ElementsAre(11, 22, 13, 24));
}

TEST(MapElements, RankOneRunsAlongChannelsBesideActivations) {
  EXPECT_THAT(add(tensor({1, 2, 1, 2}, {1, 2, 3, 4}), tensor({2}, {10, 20}), {1, 2, 1, 2}, false),
              ElementsAre(11, 12, 23, 24));
}

TEST(MapElements, RankOneRunsAlongOutputChannelsBesideWeights) {
  EXPECT_THAT(add(tensor({2, 1, 1, 2}, {1, 2, 3, 4}), tensor({2}, {10, 20}), {2, 1, 1, 2}, true),
              ElementsAre(11, 12, 23, 24));
}

} // namespace
} // namespace convwright::compiler
