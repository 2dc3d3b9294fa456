//===- VectorMathTest.cpp - transcendental functions against libm in double ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

constexpr int64_t count = 1 << 16;

Kernel functionKernel(ScalarOp op) {
  Kernel kernel;
  kernel.name = "function";
  Dims dims = {Extent::constant(1), Extent::constant(1), Extent::constant(1),
               Extent::constant(count)};
  kernel.operands.push_back({"x",
                             Operand::Role::Activation,
                             ElementType::F32,
                             {dims.begin(), dims.end()},
                             Layout::ChannelsFirst,
                             {}});
  kernel.outputs.push_back({"y",
                            unary(op, ScalarExpr::operand(0, ElementType::F32)),
                            ElementType::F32,
                            dims,
                            Layout::ChannelsFirst,
                            {}});
  return kernel;
}

float fromBits(uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Relative error, where what is too small for a normal f32 counts in the smallest normal's units.
double relativeError(double expected, double found) {
  if (std::isnan(expected) || std::isnan(found))
    return std::isnan(expected) == std::isnan(found) ? 0 : HUGE_VAL;
  double limit = std::numeric_limits<float>::max();
  if (std::fabs(expected) > limit * (1 - 1e-7) || std::isinf(found))
    return std::fabs(found) >= limit * (1 - 1e-6) && (found > 0) == (expected > 0) ? 0 : HUGE_VAL;
  double unit = std::max(std::fabs(expected), 1.17549435e-38);
  return std::fabs(found - expected) / unit;
}

struct Function {
  const char *name;
  ScalarOp op;
  double (*right)(double);
};

class VectorMath : public ::testing::TestWithParam<Function> {};

INSTANTIATE_TEST_SUITE_P(Functions, VectorMath,
                         ::testing::Values(Function{"exp", ScalarOp::Exp, std::exp},
                                           Function{"log", ScalarOp::Log, std::log},
                                           Function{"log1p", ScalarOp::Log1p, std::log1p},
                                           Function{"expm1", ScalarOp::Expm1, std::expm1},
                                           Function{"tanh", ScalarOp::Tanh, std::tanh},
                                           Function{"erf", ScalarOp::Erf, std::erf}),
                         [](const auto &info) { return info.param.name; });

/// The whole range of bit patterns, what functions treat specially, and a dense walk through [-12,
/// 12].
std::vector<float> arguments() {
  float inf = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  std::vector<float> values = {0.0f,  -0.0f,  inf,    -inf,    nan,      1.0f,   -1.0f,
                               88.7f, 88.8f,  -87.3f, -103.9f, -105.f,   1e-45f, -1e-45f,
                               1e-7f, -1e-7f, 1e-20f, 3.4e38f, -3.4e38f, 17.3f,  -17.4f};
  for (int64_t i = 0; i < count / 2; ++i)
    values.push_back(fromBits(static_cast<uint32_t>(i) * (0xffffffffu / (count / 2))));
  while (static_cast<int64_t>(values.size()) < count)
    values.push_back(-12 + 24 * static_cast<float>(values.size() - count / 2) / (count / 2));
  return values;
}

TEST_P(VectorMath, IsWithinTwoUnitsInTheLastPlaceEverywhere) {
  for (const char *name : {"x86-64-v2", "x86-64-v3", "host"}) {
    Target target = *findTarget(name);
    if (!runsHere(target))
      continue;
    Kernel kernel = functionKernel(GetParam().op);
    KernelRunner runner(kernel, choosePlan(kernel, target, {})->plan, target);
    ASSERT_EQ(runner.error(), "");
    runner.prepare({});
    std::vector<float> values = arguments();
    for (int64_t i = 0; i < count; ++i)
      runner.operand(0).set({0, 0, 0, i}, values[static_cast<size_t>(i)]);
    runner.run();
    double worst = 0;
    double where = 0, result = 0;
    for (int64_t i = 0; i < count; ++i) {
      float x = values[static_cast<size_t>(i)];
      double found = runner.output(0).at({0, 0, 0, i});
      if (double error = relativeError(GetParam().right(x), found); error > worst) {
        worst = error;
        where = x;
        result = found;
      }
    }
    EXPECT_LE(worst, 2.5e-7) << name << " at " << where << " gives " << result;
  }
}

} // namespace
