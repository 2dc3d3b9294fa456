//===- PointwiseTest.cpp - the pointwise functions against PyTorch's definitions ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Pointwise.h"
#include "dsl/Operations.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::compiler {
namespace {

using schedules::ElementType;
using schedules::ScalarExpr;
using schedules::ScalarNode;

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

/// The function's value, through its scalar expression.
double apply(std::string_view name, std::vector<double> arguments,
             ElementType type = ElementType::F32) {
  const PointwiseFunction *function = findPointwise(name);
  if (arguments.size() < function->operands)
    arguments.push_back(*function->fallback);
  ScalarExpr expr;
  std::vector<Term> terms;
  for (size_t i = 0; i < 3; ++i)
    terms.push_back({expr, expr.push(ScalarExpr::operand(static_cast<int>(i), type).root())});
  function->define(terms[0], terms[1], terms[2]);
  arguments.resize(3);
  return schedules::evaluate(
      expr, [&](const ScalarNode &leaf) { return arguments[static_cast<size_t>(leaf.index)]; });
}

TEST(Pointwise, EveryPointwiseOperationOfTheLanguageHasADefinition) {
  for (const dsl::OperationInfo &row : dsl::allOperations()) {
    if (row.kind != dsl::OperationKind::Pointwise || !row.available)
      continue;
    const PointwiseFunction *function = findPointwise(row.spelling);
    ASSERT_NE(function, nullptr) << row.spelling.str();
    EXPECT_EQ(function->operands, row.parameters().size()) << row.spelling.str();
    EXPECT_EQ(function->operands - function->fallback.has_value(), row.required)
        << row.spelling.str();
  }
}

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }
double softplus(double v) { return v > 20 ? v : std::log1p(std::exp(v)); }
double relu6(double v) { return std::fmin(std::fmax(v, 0), 6); }

/// PyTorch's formulas, as its documentation writes them.
const std::map<std::string, std::function<double(double)>> formulas{
    {"abs", [](double v) { return std::fabs(v); }},
    {"relu", [](double v) { return v > 0 ? v : 0; }},
    {"relu6", relu6},
    {"leaky_relu", [](double v) { return v > 0 ? v : 0.01 * v; }},
    {"hardsigmoid", [](double v) { return relu6(v + 3) / 6; }},
    {"hardswish", [](double v) { return v * relu6(v + 3) / 6; }},
    {"sigmoid", sigmoid},
    {"silu", [](double v) { return v * sigmoid(v); }},
    {"elu", [](double v) { return v > 0 ? v : std::expm1(v); }},
    {"gelu", [](double v) { return v * 0.5 * (1 + std::erf(v / std::sqrt(2))); }},
    {"gelu_tanh",
     [](double v) {
       return 0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * std::pow(v, 3))));
     }},
    {"softplus", softplus},
    {"mish", [](double v) { return v * std::tanh(softplus(v)); }},
    {"exp", [](double v) { return std::exp(v); }},
    {"tanh", [](double v) { return std::tanh(v); }},
};

TEST(Pointwise, FunctionsHavePyTorchsValues) {
  for (const auto &[name, formula] : formulas)
    for (double v : {-700.0, -88.0, -20.5, -3.0, -1.5, -1e-3, -0.0, 0.0, 1e-9, 0.7, 3.0, 5.9, 6.1,
                     19.9, 20.1, 88.0, 700.0}) {
      double expected = formula(v), found = apply(name, {v});
      EXPECT_NEAR(found, expected, 1e-14 * std::max(1.0, std::fabs(expected)))
          << name << "(" << v << ")";
    }
}

TEST(Pointwise, NanPassesThroughEveryFunctionOfOneArgument) {
  for (const auto &[name, formula] : formulas)
    EXPECT_TRUE(std::isnan(apply(name, {nan}))) << name;
  for (const char *name : {"sqrt", "log", "relu", "relu6"})
    EXPECT_TRUE(std::isnan(apply(name, {nan}))) << name;
}

TEST(Pointwise, MinMaxAndClampGiveNanWhenAnyOperandIs) {
  for (const char *name : {"min", "max"}) {
    EXPECT_TRUE(std::isnan(apply(name, {nan, 1})));
    EXPECT_TRUE(std::isnan(apply(name, {1, nan})));
  }
  EXPECT_TRUE(std::isnan(apply("clamp", {nan, 0, 1})));
  EXPECT_TRUE(std::isnan(apply("clamp", {0.5, nan, 1})));
  EXPECT_EQ(apply("clamp", {7, 0, 1}), 1);
  EXPECT_EQ(apply("clamp", {-7, 0, 1}), 0);
  EXPECT_EQ(apply("clamp", {0.5, 2, 1}), 1); // PyTorch: lo above hi gives hi
}

TEST(Pointwise, InfinitiesGoWherePyTorchTakesThem) {
  EXPECT_EQ(apply("sigmoid", {infinity}), 1);
  EXPECT_EQ(apply("sigmoid", {-infinity}), 0);
  EXPECT_EQ(apply("softplus", {infinity}), infinity);
  EXPECT_EQ(apply("softplus", {-infinity}), 0);
  EXPECT_EQ(apply("elu", {-infinity, 2}), -2);
  EXPECT_EQ(apply("relu6", {infinity}), 6);
  EXPECT_EQ(apply("mish", {infinity}), infinity);
  // -inf times 0 in PyTorch's own formulas.
  for (const char *name : {"silu", "gelu", "hardswish", "mish"})
    EXPECT_TRUE(std::isnan(apply(name, {-infinity}))) << name;
}

TEST(Pointwise, SigmoidOfLargeArgumentsNeverExponentiatesAPositiveNumber) {
  // In f32 exp(89) overflows; no intermediate value here does.
  for (double v : {-1e4, 1e4}) {
    const PointwiseFunction *function = findPointwise("sigmoid");
    ScalarExpr expr;
    Term leaf{expr, expr.push(ScalarExpr::constant(v, ElementType::F32).root())};
    function->define(leaf, 0, 0);
    for (size_t last = 1; last <= expr.nodes.size(); ++last) {
      ScalarExpr prefix{{expr.nodes.begin(), expr.nodes.begin() + static_cast<ptrdiff_t>(last)}};
      EXPECT_LE(std::fabs(schedules::evaluate(prefix, [](const ScalarNode &) { return 0.0; })),
                1e4);
    }
  }
}

TEST(Pointwise, NumericFunctionsWorkInI32) {
  EXPECT_EQ(apply("relu", {-5}, ElementType::I32), 0);
  EXPECT_EQ(apply("abs", {-2147483648.0}, ElementType::I32), -2147483648.0);
  EXPECT_EQ(apply("clamp", {100, -8, 7}, ElementType::I32), 7);
}

TEST(Pointwise, SlopesAreGivenOrPyTorchsDefaults) {
  EXPECT_DOUBLE_EQ(apply("leaky_relu", {-2, 0.1}), -0.2);
  EXPECT_DOUBLE_EQ(apply("leaky_relu", {-2}), -0.02);
  EXPECT_DOUBLE_EQ(apply("prelu", {-2, 0.25}), -0.5);
  EXPECT_DOUBLE_EQ(apply("elu", {-1, 3}), 3 * std::expm1(-1));
  EXPECT_DOUBLE_EQ(apply("where", {1, 5, 6}), 5);
}

} // namespace
} // namespace convwright::compiler
