//===- MapElementsTest.cpp - pointwise work and broadcasting, by hand ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/MapElements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace convwright::compiler {
namespace {

using schedules::ElementType;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;
using testing::ElementsAre;

ExactTensor tensor(std::vector<int64_t> shape, std::vector<double> values) {
  return {ElementType::F32, std::move(shape), std::move(values)};
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

std::vector<double> add(const ExactTensor &a, const ExactTensor &b, std::vector<int64_t> shape,
                        bool weightSide) {
  const ExactTensor *operands[] = {&a, &b};
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
