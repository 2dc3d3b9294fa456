//===- AArch64Test.cpp - kernels for aarch64 under emulation ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Expect.h"

#include <gtest/gtest.h>
#include <tuple>

namespace convwright::schedules::testing {

namespace {

class AArch64 : public ::testing::TestWithParam<std::tuple<const char *, Layout, Layout>> {
protected:
  static Layer layer(int64_t C, int64_t K, int64_t groups, int64_t filter) {
    return {.C = C,
            .H = 11,
            .W = 15,
            .K = K,
            .R = filter,
            .S = filter,
            .padH = filter / 2,
            .padW = filter / 2,
            .groups = groups,
            .in = std::get<1>(GetParam()),
            .out = std::get<2>(GetParam())};
  }

  static Ask ask(const char *algorithm) {
    return {.algorithm = algorithm, .target = std::get<0>(GetParam())};
  }
};

} // namespace

TEST_P(AArch64, DirectIsRight) {
  Layer strided = layer(6, 20, 2, 3);
  strided.strideH = strided.strideW = 2;
  expectRight(convolutionKernel(layer(10, 12, 1, 3)), ask("direct"));
  expectRight(convolutionKernel(strided), ask("direct"));
}

TEST_P(AArch64, PointwiseIsRight) {
  expectRight(convolutionKernel(layer(13, 18, 1, 1)), ask("pointwise"));
}

TEST_P(AArch64, DepthwiseIsRight) {
  for (int64_t channels : {1, 3, 20})
    for (int64_t filter : {3, 5})
      expectRight(convolutionKernel(layer(channels, channels, channels, filter)), ask("depthwise"));
}

TEST_P(AArch64, LoopsAreRight) {
  Layer odd = layer(6, 9, 3, 3);
  odd.dilationH = odd.dilationW = 2;
  odd.mode = PaddingMode::Reflect;
  expectRight(convolutionKernel(odd), ask("loops"));
}

TEST_P(AArch64, SymbolicSizesAreRight) {
  Layer symbolic = layer(8, 8, 8, 3);
  symbolic.symbolic = true;
  for (const char *algorithm : {"depthwise", "loops"}) {
    Ask sizes = ask(algorithm);
    sizes.sizes = {{11, 15}, {1, 1}, {4, 37}};
    expectRight(convolutionKernel(symbolic), sizes);
  }
}

TEST_P(AArch64, PointwiseFunctionsAreRight) {
  Kernel kernel = convolutionKernel(layer(5, 5, 5, 3));
  ScalarExpr value = ScalarExpr::conv(0);
  for (ScalarOp op : {ScalarOp::Exp, ScalarOp::Log1p, ScalarOp::Tanh, ScalarOp::Erf,
                      ScalarOp::Expm1, ScalarOp::Abs, ScalarOp::Sqrt})
    value = unary(op, value);
  kernel.outputs[0].value = value;
  kernel.outputs.push_back(kernel.outputs[0]);
  kernel.outputs[1].value = convert(
      binary(ScalarOp::Mul, ScalarExpr::conv(0), ScalarExpr::constant(100, ElementType::F32)),
      ElementType::I8);
  kernel.outputs[1].type = ElementType::I8;
  expectRight(kernel, ask("loops"));
}

INSTANTIATE_TEST_SUITE_P(
    UnderQemu, AArch64,
    ::testing::Values(std::tuple("neoverse-n1", Layout::ChannelsLast, Layout::ChannelsLast),
                      std::tuple("neoverse-n1", Layout::ChannelsFirst, Layout::ChannelsFirst),
                      std::tuple("armv8-a", Layout::ChannelsFirst, Layout::ChannelsLast),
                      std::tuple("armv8-a", Layout::ChannelsLast, Layout::ChannelsFirst)));

} // namespace convwright::schedules::testing
