//===- ScalarExprTest.cpp - what scalar expressions mean ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/ScalarExpr.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::schedules {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

/// `op` over constants of a type.
double apply(ScalarOp op, std::vector<double> arguments, ElementType type = ElementType::F32) {
  ScalarExpr expr;
  ScalarNode node;
  node.op = op;
  node.type = type;
  for (size_t i = 0; i < arguments.size(); ++i)
    node.args[i] = expr.push(ScalarExpr::constant(arguments[i], type).root());
  expr.push(node);
  return evaluate(expr, [](const ScalarNode &) { return 0.0; });
}

TEST(ScalarExpr, F32BecomesIntegersByRoundingHalfToEvenAndSaturating) {
  EXPECT_EQ(convertValue(0.5, ElementType::U8), 0);
  EXPECT_EQ(convertValue(1.5, ElementType::U8), 2);
  EXPECT_EQ(convertValue(2.5, ElementType::U8), 2);
  EXPECT_EQ(convertValue(-0.5, ElementType::U8), 0);
  EXPECT_EQ(convertValue(255.5, ElementType::U8), 255);
  EXPECT_EQ(convertValue(-infinity, ElementType::I8), -128);
  EXPECT_EQ(convertValue(infinity, ElementType::I32), 2147483647);
  EXPECT_EQ(convertValue(-1e300, ElementType::I32), -2147483648.0);
  for (ElementType type : {ElementType::U8, ElementType::I8, ElementType::I32})
    EXPECT_EQ(convertValue(nan, type), 0);
}

TEST(ScalarExpr, ConvertingToF32RoundsToNearest) {
  EXPECT_EQ(convertValue(16777217, ElementType::F32), 16777216);
  EXPECT_EQ(convertValue(0.1, ElementType::F32), 0.1f);
  EXPECT_TRUE(std::isnan(convertValue(nan, ElementType::F32)));
}

TEST(ScalarExpr, I32Wraps) {
  constexpr double least = -2147483648.0, most = 2147483647.0;
  EXPECT_EQ(apply(ScalarOp::Add, {most, 1}, ElementType::I32), least);
  EXPECT_EQ(apply(ScalarOp::Sub, {least, 1}, ElementType::I32), most);
  EXPECT_EQ(apply(ScalarOp::Mul, {most, most}, ElementType::I32), 1); // 62 bits: no double holds it
  EXPECT_EQ(apply(ScalarOp::Neg, {least}, ElementType::I32), least);
  EXPECT_EQ(apply(ScalarOp::Abs, {least}, ElementType::I32), least);
}

TEST(ScalarExpr, MinAndMaxGiveNanWhenEitherOperandIs) {
  for (ScalarOp op : {ScalarOp::Min, ScalarOp::Max}) {
    EXPECT_TRUE(std::isnan(apply(op, {nan, 1})));
    EXPECT_TRUE(std::isnan(apply(op, {1, nan})));
  }
  EXPECT_EQ(apply(ScalarOp::Min, {-infinity, 3}), -infinity);
  EXPECT_EQ(apply(ScalarOp::Max, {2, 3}), 3);
}

TEST(ScalarExpr, ComparisonsWithNanAreFalseButNotEqual) {
  EXPECT_EQ(apply(ScalarOp::Less, {nan, 1}), 0);
  EXPECT_EQ(apply(ScalarOp::LessEqual, {1, nan}), 0);
  EXPECT_EQ(apply(ScalarOp::Equal, {nan, nan}), 0);
  EXPECT_EQ(apply(ScalarOp::NotEqual, {nan, nan}), 1);
  EXPECT_EQ(apply(ScalarOp::LessEqual, {1, 1}), 1);
  EXPECT_EQ(apply(ScalarOp::Select, {0, 5, 6}), 6);
}

TEST(ScalarExpr, LeavesAreAskedForOnceEach) {
  ScalarExpr expr = ScalarExpr::conv(3);
  ScalarNode square;
  square.op = ScalarOp::Mul;
  square.args = {0, 0, -1};
  expr.push(square);
  int asked = 0;
  EXPECT_EQ(evaluate(expr,
                     [&](const ScalarNode &leaf) {
                       ++asked;
                       EXPECT_EQ(leaf.op, ScalarOp::Conv);
                       EXPECT_EQ(leaf.index, 3);
                       return 7.0;
                     }),
            49);
  EXPECT_EQ(asked, 1);
}

TEST(ScalarExpr, TextNamesWhatIsSharedSoThatItStaysShort) {
  ScalarExpr expr = ScalarExpr::operand(1, ElementType::U8);
  ScalarNode node;
  node.op = ScalarOp::Convert;
  node.args = {0, -1, -1};
  expr.push(node); // f32(operand1)
  node.op = ScalarOp::Mul;
  for (int i = 1; i <= 40; ++i) { // 2^40 leaves as a tree
    node.args = {i, i, -1};
    expr.push(node);
  }
  std::string text = print(expr);
  EXPECT_LT(text.size(), 2000u);
  EXPECT_EQ(text.substr(0, 58), "let t0 = f32(operand1) in let t1 = mul(t0, t0) in let t2 =");
  EXPECT_EQ(print(ScalarExpr::constant(0.25, ElementType::F32)), "0.25");
}

} // namespace
} // namespace convwright::schedules
