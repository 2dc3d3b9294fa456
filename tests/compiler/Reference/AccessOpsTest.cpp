//===- AccessOpsTest.cpp - slice, pad, shuffles, interpolate, concat by hand -===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Interpreter.h"
#include "tests/compiler/Import/Imported.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>
#include <gmock/gmock.h>
#include <numeric>

namespace convwright::compiler {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::Imported;
using ::testing::Pointwise;

/// The call's result for an x of this shape that counts from 1.
std::vector<double> valuesOf(const std::string &call, std::vector<int64_t> shape) {
  std::string type;
  for (int64_t extent : shape)
    type += (type.empty() ? "" : ", ") + std::to_string(extent);
  Imported file("layer a(x: f32[" + type + "]) { return " + call + "; }");
  ExactTensor x{schedules::ElementType::F32, std::move(shape), {}};
  x.values.resize(static_cast<size_t>(x.elementCount()));
  std::iota(x.values.begin(), x.values.end(), 1);
  auto results = interpret(*file.module->getOps<mlir::func::FuncOp>().begin(), {{"x", x}});
  EXPECT_TRUE(results) << results.error().message;
  return results ? results->at("result").values : std::vector<double>();
}

std::vector<double> row(const std::string &call, int64_t size) {
  return valuesOf(call, {1, 1, 1, size});
}

TEST(AccessOps, SlicesAreThoseOfPython) {
  EXPECT_THAT(row("slice(x, dim = 3, start = 1, stop = 6, step = 2)", 7), ElementsAre(2, 4, 6));
  EXPECT_THAT(row("slice(x, dim = -1, start = -3)", 7), ElementsAre(5, 6, 7));
  EXPECT_THAT(row("slice(x, dim = 3, stop = -5)", 7), ElementsAre(1, 2));
  EXPECT_THAT(row("slice(x, dim = 3, start = -100, stop = 100, step = 3)", 7),
              ElementsAre(1, 4, 7));
  EXPECT_THAT(valuesOf("slice(x, dim = 1, start = 1, stop = 2)", {2, 3, 1, 2}),
              ElementsAre(3, 4, 9, 10));
  EXPECT_THAT(valuesOf("slice(x, start = 1)", {2, 1, 1, 2}), ElementsAre(3, 4));
}

TEST(AccessOps, ConcatPutsPartsOneAfterAnother) {
  EXPECT_THAT(row("concat(x, x * 10, slice(x, dim = 3, stop = 1), dim = 3)", 2),
              ElementsAre(1, 2, 10, 20, 1));
  EXPECT_THAT(valuesOf("concat(x, -x, dim = -3)", {2, 1, 1, 2}),
              ElementsAre(1, 2, -1, -2, 3, 4, -3, -4));
  EXPECT_THAT(valuesOf("concat(x, -x)", {2, 1, 1, 2}), ElementsAre(1, 2, 3, 4, -1, -2, -3, -4));
}

TEST(AccessOps, PaddingIsThatOfPyTorchsModes) {
  EXPECT_THAT(row("pad(x, padding = [[0, 0], [2, 1]])", 3), ElementsAre(0, 0, 1, 2, 3, 0));
  EXPECT_THAT(row("pad(x, padding = [0, 1], value = -0.5)", 2), ElementsAre(-0.5, 1, 2, -0.5));
  EXPECT_THAT(row("pad(x, padding = [0, 2], mode = reflect)", 3), ElementsAre(3, 2, 1, 2, 3, 2, 1));
  EXPECT_THAT(row("pad(x, padding = [0, 2], mode = replicate)", 2), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_THAT(row("pad(x, padding = [0, 2], mode = circular)", 3),
              ElementsAre(2, 3, 1, 2, 3, 1, 2));
}

TEST(AccessOps, PixelsComeFromChannelsRowByRow) {
  // torch.nn.functional.pixel_shuffle(torch.arange(1, 9).view(1, 4, 1, 2), 2)
  EXPECT_THAT(valuesOf("pixel_shuffle(x, factor = 2)", {1, 4, 1, 2}),
              ElementsAre(1, 3, 2, 4, 5, 7, 6, 8));
  EXPECT_THAT(valuesOf("pixel_unshuffle(x, factor = 2)", {1, 1, 2, 4}),
              ElementsAre(1, 3, 2, 4, 5, 7, 6, 8));
  EXPECT_THAT(valuesOf("pixel_unshuffle(pixel_shuffle(x, factor = 2), factor = 2)", {1, 4, 1, 2}),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(AccessOps, ChannelsAreShuffledAmongGroups) {
  // torch.nn.ChannelShuffle(2)
  EXPECT_THAT(valuesOf("channel_shuffle(x, groups = 2)", {1, 6, 1, 1}),
              ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(AccessOps, NearestFloorsAsPyTorchDoes) {
  EXPECT_THAT(row("interpolate(x, size = [1, 4])", 2), ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(row("interpolate(x, size = [1, 3])", 5), ElementsAre(1, 2, 4));
  EXPECT_THAT(valuesOf("interpolate(x, scale_factor = 1.5)", {1, 1, 2, 2}),
              ElementsAre(1, 1, 2, 1, 1, 2, 3, 3, 4));
  // The step is that of the factor, not of the sizes: of 6 elements 4, 1 / 0.7 apart.
  EXPECT_THAT(
      valuesOf("slice(interpolate(x, scale_factor = 0.7), dim = 2, stop = 1)", {1, 1, 2, 6}),
      ElementsAre(1, 2, 3, 5));
}

/// Where f32 rounds a product up to a whole number, PyTorch takes the next element.
TEST(AccessOps, NearestRoundsTheStepToF32) {
  std::vector<double> found = row("interpolate(x, size = [1, 41])", 61);
  for (int64_t at = 0; at < 41; ++at) {
    const float step = 61.0f / 41.0f, position = static_cast<float>(at) * step;
    EXPECT_EQ(found[static_cast<size_t>(at)], 1 + std::floor(position)) << at;
  }
}

TEST(AccessOps, SoftmaxSumsToOneAlongItsDimension) {
  std::vector<double> half = {1 / (1 + std::exp(2)), 1 / (1 + std::exp(2)), 1 / (1 + std::exp(-2)),
                              1 / (1 + std::exp(-2))};
  EXPECT_THAT(valuesOf("softmax(x, dim = 1)", {1, 2, 1, 2}), Pointwise(DoubleNear(1e-12), half));
  EXPECT_THAT(row("softmax(x * 1000, dim = -1)", 2), ElementsAre(0, 1));
}

TEST(AccessOps, FlattenCountsAsPyTorchDoes) {
  EXPECT_THAT(valuesOf("slice(flatten(x), dim = 1, start = 3, stop = 5)", {2, 2, 1, 3}),
              ElementsAre(4, 5, 10, 11));
}

TEST(AccessOps, BilinearIsPyTorchs) {
  // The example of torch.nn.Upsample.
  EXPECT_THAT(
      valuesOf("interpolate(x, scale_factor = 2, mode = bilinear)", {1, 1, 2, 2}),
      ElementsAre(1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4));
  std::vector<double> third = {1, 4 / 3.0, 5 / 3.0, 2};
  EXPECT_THAT(row("interpolate(x, size = [1, 4], mode = bilinear, align_corners = true)", 2),
              Pointwise(DoubleNear(1e-6), third));
  EXPECT_THAT(row("interpolate(x, size = [1, 1], mode = bilinear, align_corners = true)", 3),
              ElementsAre(1));
  EXPECT_THAT(row("interpolate(x, size = [1, 1], mode = bilinear)", 4), ElementsAre(2.5));
}

TEST(AccessOps, BicubicIsPyTorchs) {
  // Keys with A = -0.75: at -0.25 the weights are -0.03515625 -0.10546875 0.26171875 0.87890625
  // on elements 0 1 0 0.
  std::vector<double> found = row("interpolate(x, size = [1, 4], mode = bicubic)", 2);
  EXPECT_NEAR(found[0], 1 - 0.10546875, 1e-7);
  EXPECT_NEAR(found[3], 2 + 0.10546875, 1e-7);
  EXPECT_NEAR(found[1] + found[2], 3, 1e-7);
  EXPECT_THAT(row("interpolate(x, size = [1, 3], mode = bicubic, align_corners = true)", 3),
              ElementsAre(1, 2, 3));
}

} // namespace
} // namespace convwright::compiler
