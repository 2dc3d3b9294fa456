//===- PointwiseWorkTest.cpp - expressions around a convolution mean what they say ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Expect.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float inf = std::numeric_limits<float>::infinity();

Operand operand(std::string name, Operand::Role role, std::vector<int64_t> dims,
                Layout layout = Layout::ChannelsLast, ElementType type = ElementType::F32) {
  Operand result;
  result.name = std::move(name);
  result.role = role;
  result.type = type;
  result.layout = layout;
  for (int64_t dim : dims)
    result.dims.push_back(Extent::constant(dim));
  return result;
}

/// Adds an operand and gives the expression that reads it.
ScalarExpr add(Kernel &kernel, Operand added) {
  ElementType type = added.type;
  kernel.operands.push_back(std::move(added));
  return ScalarExpr::operand(static_cast<int32_t>(kernel.operands.size()) - 1, type);
}

ScalarExpr number(double value) { return ScalarExpr::constant(value, ElementType::F32); }

constexpr auto activation = Operand::Role::Activation;
constexpr auto weight = Operand::Role::Weight;

class Dense : public ::testing::TestWithParam<const char *> {
protected:
  Layer layer() const {
    bool pointwise = std::string(GetParam()) == "pointwise";
    return {.C = 10,
            .H = 6,
            .W = 9,
            .K = 22,
            .R = pointwise ? 1 : 3,
            .S = pointwise ? 1 : 3,
            .padH = pointwise ? 0 : 1,
            .padW = pointwise ? 0 : 1,
            .relu = false};
  }
};

INSTANTIATE_TEST_SUITE_P(Algorithms, Dense, ::testing::Values("direct", "pointwise"),
                         [](const auto &info) { return std::string(info.param); });

TEST_P(Dense, AddsAResidualOfEitherLayoutAndScalesChannels) {
  for (Layout residual : {Layout::ChannelsLast, Layout::ChannelsFirst})
    for (Layout out : {Layout::ChannelsLast, Layout::ChannelsFirst}) {
      Layer shape = layer();
      shape.out = out;
      Kernel kernel = convolutionKernel(shape);
      ScalarExpr other = add(kernel, operand("z", activation, {1, 22, 6, 9}, residual));
      ScalarExpr scale = add(kernel, operand("s", weight, {22}));
      ScalarExpr gate = add(kernel, operand("g", activation, {1, 22, 1, 1}));
      ScalarExpr value = binary(ScalarOp::Mul, kernel.outputs[0].value, scale);
      value = binary(ScalarOp::Add, binary(ScalarOp::Mul, value, gate), other);
      kernel.outputs[0].value = relu(value);
      expectRight(kernel, {.algorithm = GetParam()});
    }
}

TEST_P(Dense, BroadcastsRowsColumnsAndRuntimeChannels) {
  Kernel kernel = convolutionKernel(layer());
  ScalarExpr channels = add(kernel, operand("c", activation, {22}));
  ScalarExpr one = add(kernel, operand("o", activation, {1, 1, 1, 1}));
  ScalarExpr plane = add(kernel, operand("p", weight, {1, 22, 6, 9}, Layout::ChannelsFirst));
  ScalarExpr value = binary(ScalarOp::Add, kernel.outputs[0].value, channels);
  value = binary(ScalarOp::Sub, binary(ScalarOp::Mul, value, one), plane);
  kernel.outputs[0].value = value;
  expectRight(kernel, {.algorithm = GetParam()});
}

TEST(Direct, BroadcastsOneRowAndOneColumn) {
  Kernel kernel = convolutionKernel({.C = 4, .H = 6, .W = 9, .K = 5, .relu = false});
  ScalarExpr row = add(kernel, operand("r", activation, {1, 1, 1, 9}));
  ScalarExpr column = add(kernel, operand("c", activation, {1, 5, 6, 1}));
  kernel.outputs[0].value =
      binary(ScalarOp::Add, binary(ScalarOp::Mul, kernel.outputs[0].value, row), column);
  expectRight(kernel, {.algorithm = "direct"});
  expectRight(kernel, {.algorithm = "pointwise"});
}

TEST_P(Dense, PadsTheValueOfThePrologueNotItsArgument) {
  Kernel kernel = convolutionKernel(layer());
  kernel.stages[0].input =
      unary(ScalarOp::Exp, binary(ScalarOp::Mul, kernel.stages[0].input, number(0.5)));
  expectRight(kernel, {.algorithm = GetParam()});
}

TEST_P(Dense, ReadsIntegersThroughAConversion) {
  Kernel kernel = convolutionKernel(layer());
  kernel.operands[0].type = ElementType::U8;
  kernel.stages[0].input = convert(ScalarExpr::operand(0, ElementType::U8), ElementType::F32);
  expectRight(kernel, {.algorithm = GetParam()});
}

TEST_P(Dense, FoldsExpressionsOverWeightsWhenPacking) {
  Kernel kernel = convolutionKernel(layer());
  ScalarExpr gamma = add(kernel, operand("gamma", weight, {22}));
  ScalarExpr beta = add(kernel, operand("beta", weight, {22}));
  Stage &conv = kernel.stages[0];
  conv.filter = binary(ScalarOp::Mul, conv.filter, gamma);
  conv.bias = binary(ScalarOp::Add, binary(ScalarOp::Mul, *conv.bias, gamma), beta);
  expectRight(kernel, {.algorithm = GetParam()});
}

TEST_P(Dense, PacksConstantsWhenCompiling) {
  Kernel kernel = convolutionKernel(layer());
  for (size_t i : {1, 2}) {
    Operand &known = kernel.operands[i];
    known.role = Operand::Role::Constant;
    size_t count = 1;
    for (const Extent &extent : known.dims)
      count *= static_cast<size_t>(extent.add);
    std::vector<float> values(count);
    for (size_t j = 0; j < count; ++j)
      values[j] = static_cast<float>(j % 13) / 7 - 1;
    known.data.resize(4 * count);
    std::memcpy(known.data.data(), values.data(), known.data.size());
  }
  Target target = *findTarget("host");
  PlanRequest request;
  request.algorithm = GetParam();
  Result<CompiledKernel> compiled =
      compileKernel(kernel, choosePlan(kernel, target, request)->plan, target, "k");
  ASSERT_TRUE(compiled) << compiled.error().message;
  EXPECT_EQ(compiled->packEntry, "");
  EXPECT_FALSE(compiled->constantPacked.empty());
  expectRight(kernel, {.algorithm = GetParam()});
}

TEST_P(Dense, StoresIntegersRoundedAndSaturated) {
  for (ElementType type : {ElementType::U8, ElementType::I8, ElementType::I32}) {
    Kernel kernel = convolutionKernel(layer());
    // Small whole numbers, so that sums are exact and halves occur.
    ScalarExpr rounded =
        convert(convert(binary(ScalarOp::Mul, kernel.stages[0].input, number(4)), ElementType::I32),
                ElementType::F32);
    kernel.stages[0].input = rounded;
    kernel.stages[0].filter = convert(
        convert(binary(ScalarOp::Mul, kernel.stages[0].filter, number(3)), ElementType::I32),
        ElementType::F32);
    kernel.stages[0].bias.reset();
    kernel.outputs[0].value =
        convert(binary(ScalarOp::Mul, kernel.outputs[0].value, number(7.5)), type);
    kernel.outputs[0].type = type;
    expectRight(kernel, {.algorithm = GetParam()});
  }
}

/// Fills x with a value here and there and expects the reference's NaNs and infinities.
void expectSpecials(const Kernel &kernel, const std::string &algorithm, const char *targetName) {
  Target target = *findTarget(targetName);
  PlanRequest request;
  request.algorithm = algorithm;
  KernelRunner runner(kernel, choosePlan(kernel, target, request)->plan, target);
  ASSERT_EQ(runner.error(), "");
  runner.prepare({});
  float specials[] = {nan, inf, -inf};
  int64_t column = 0;
  for (float special : specials)
    runner.operand(0).set({0, 3, 2, 3 * column++}, special);
  runner.run();
  int nans = 0;
  runner.output(0).forEach([&](const std::vector<int64_t> &at) {
    double expected = runner.reference(0, at), found = runner.output(0).at(at);
    nans += std::isnan(expected);
    EXPECT_EQ(std::isnan(expected), std::isnan(found)) << expected << " " << found;
    if (std::isinf(expected) || std::isinf(found)) {
      EXPECT_EQ(expected, found);
    }
  });
  if (kernel.outputs[0].type == ElementType::F32) {
    EXPECT_GT(nans, 0);
  }
}

TEST_P(Dense, PropagatesNaNAndInfinityThroughMinAndMax) {
  for (const char *target : {"host", "x86-64-v2", "x86-64-v3"}) {
    SCOPED_TRACE(target);
    Kernel kernel = convolutionKernel(layer());
    ScalarExpr sum = ScalarExpr::conv(0);
    kernel.outputs[0].value = relu(sum);
    expectSpecials(kernel, GetParam(), target);
    kernel.outputs[0].value = binary(ScalarOp::Min, number(6), relu(sum));
    expectSpecials(kernel, GetParam(), target);
    kernel.outputs[0].value = binary(ScalarOp::Max, unary(ScalarOp::Neg, sum), sum);
    expectSpecials(kernel, GetParam(), target);
  }
}

/// `sum op 0 ? -1 : sum`.
ScalarExpr chosenBy(ScalarOp op, const ScalarExpr &sum) {
  ScalarExpr chosen = binary(op, sum, number(0));
  auto condition = static_cast<int32_t>(chosen.nodes.size()) - 1;
  ScalarNode minusOne;
  minusOne.value = -1;
  int32_t one = chosen.push(minusOne);
  ScalarNode select;
  select.op = ScalarOp::Select;
  select.args = {condition, one, 0};
  chosen.push(select);
  return chosen;
}

TEST_P(Dense, DividesByALiteralZero) {
  Kernel kernel = convolutionKernel(layer());
  for (double zero : {0.0, -0.0}) {
    kernel.outputs[0].value = binary(ScalarOp::Div, ScalarExpr::conv(0), number(zero));
    expectSpecials(kernel, GetParam(), "host");
  }
}

TEST_P(Dense, NoComparisonHoldsOfNaN) {
  for (const char *target : {"host", "x86-64-v2", "x86-64-v3"})
    for (ScalarOp op : {ScalarOp::Less, ScalarOp::LessEqual, ScalarOp::Equal}) {
      SCOPED_TRACE(target);
      Kernel kernel = convolutionKernel(layer());
      kernel.outputs[0].value = chosenBy(op, ScalarExpr::conv(0));
      expectSpecials(kernel, GetParam(), target);
    }
}

TEST_P(Dense, ConvertsNaNToZero) {
  Kernel kernel = convolutionKernel(layer());
  kernel.outputs[0].value = convert(ScalarExpr::conv(0), ElementType::I32);
  kernel.outputs[0].type = ElementType::I32;
  for (const char *target : {"host", "x86-64-v2", "x86-64-v3"})
    expectSpecials(kernel, GetParam(), target);
}

TEST_P(Dense, ComputesADeepSharedExpression) {
  Kernel kernel = convolutionKernel(layer());
  ScalarExpr value = kernel.outputs[0].value;
  // Each step uses the last value twice: as a tree this would have 2^24 leaves.
  for (int i = 0; i < 24; ++i) {
    auto last = static_cast<int32_t>(value.nodes.size()) - 1;
    ScalarNode node;
    node.op = i % 2 ? ScalarOp::Max : ScalarOp::Min;
    node.args = {last, i % 3 ? last : 0, -1};
    value.push(node);
  }
  kernel.outputs[0].value = value;
  expectRight(kernel, {.algorithm = GetParam()});
}

} // namespace
