//===- AccessTest.cpp - operands seen through accesses ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Access.h"

#include "schedules/kernel/KernelCheck.h"
#include "schedules/kernel/KernelReference.h"
#include "schedules/kernel/Problem.h"
#include "tests/schedules/support/Expect.h"
#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace convwright::schedules::testing {
namespace {

using ::testing::HasSubstr;

constexpr Layout layouts[] = {Layout::ChannelsFirst, Layout::ChannelsLast};

Extent c(int64_t value) { return Extent::constant(value); }
const Extent H = Extent::ofSymbol(0), W = Extent::ofSymbol(1);

Extent plus(Extent extent, int64_t add) {
  extent.add += extent.div * add;
  return extent;
}

/// What `x`, [2, 8, H, W], looks like through an access, or two.
struct View {
  const char *name;
  std::vector<Access> accesses;
};

Access shifted(Border border) {
  Access access = identityAccess({c(2), c(8), plus(H, 3), plus(W, 4)});
  access.axes[2].offset = c(-1);
  access.axes[3].offset = c(-2);
  access.border = border;
  access.outside = 0.5;
  return access;
}

Access everyOther() {
  Access access = identityAccess({c(2), c(8), {0, 1, 1, 2}, c(3)});
  access.axes[2].terms[0].mul = 2;
  access.axes[3].offset = plus(W, -3);
  return access;
}

Access channelsInTurn(const Dims &dims, int64_t groups) {
  Access access = identityAccess(dims);
  access.axes[1].terms = {{.axis = Axis::C, .mul = dims[1].add / groups, .modulus = groups},
                          {.axis = Axis::C, .div = groups}};
  return access;
}

Access pixelsOfChannels() {
  Access access = identityAccess({c(2), c(2), {0, 2, 0, 1}, {1, 2, 0, 1}});
  access.axes[1].terms = {{.axis = Axis::C, .mul = 4},
                          {.axis = Axis::H, .mul = 2, .modulus = 2},
                          {.axis = Axis::W, .modulus = 2}};
  access.axes[2].terms = {{.axis = Axis::H, .div = 2}};
  access.axes[3].terms = {{.axis = Axis::W, .div = 2}};
  return access;
}

Access resized(Sampling::Grid grid, int64_t tap) {
  Access access = identityAccess({c(2), c(8), c(7), {1, 3, 0, 2}});
  access.axes[2] = {c(tap), {}, Sampling{Axis::H, grid, H, c(7), 0, true}};
  access.axes[3] = {c(tap), {}, Sampling{Axis::W, grid, W, {1, 3, 0, 2}, 1.5, false}};
  access.border = Border::Clamp;
  return access;
}

std::vector<View> views() {
  Access twice = shifted(Border::Reflect);
  twice.dims = {c(2), c(8), plus(H, 6), plus(W, 8)};
  return {{"constant", {shifted(Border::Constant)}},
          {"clamped", {shifted(Border::Clamp)}},
          {"reflected", {shifted(Border::Reflect)}},
          {"wrapped", {shifted(Border::Wrap)}},
          {"every other", {everyOther()}},
          {"channels in turn", {channelsInTurn({c(2), c(8), H, W}, 4)}},
          {"pixels of channels", {pixelsOfChannels()}},
          {"nearest", {resized(Sampling::Grid::Floor, 0)}},
          {"halves", {resized(Sampling::Grid::Halves, 1)}},
          {"corners", {resized(Sampling::Grid::Corners, -1)}},
          {"reflected behind constant", {twice, shifted(Border::Constant)}},
          {"channels in turn behind pixels",
           {pixelsOfChannels(), channelsInTurn({c(2), c(8), H, W}, 2)}}};
}

Operand imageThrough(const View &view, Layout layout, ElementType type = ElementType::F32) {
  Operand image{"x", Operand::Role::Activation, type, {c(2), c(8), H, W}, layout, {}};
  image.accesses = view.accesses;
  return image;
}

Kernel pointwiseKernel(const View &view, Layout in, Layout out,
                       ElementType type = ElementType::F32) {
  Kernel kernel;
  kernel.name = "pointwise";
  kernel.symbols = {{"H", 4, 400, 1, 20}, {"W", 4, 400, 1, 37}};
  kernel.operands.push_back(imageThrough(view, in, type));
  kernel.outputs = {
      {"y", ScalarExpr::operand(0, type), type, kernel.operands[0].seenDims(), out, {}}};
  return kernel;
}

/// A 3x3 convolution of what is seen.
Kernel convolutionOf(const View &view, Layout in, Layout out, int64_t taps, int64_t groups) {
  Kernel kernel = pointwiseKernel(view, in, out);
  Dims seen = kernel.operands[0].seenDims();
  int64_t C = seen[1].add, K = groups == 1 ? 16 : C;
  kernel.operands.push_back({"w",
                             Operand::Role::Weight,
                             ElementType::F32,
                             {c(K), c(C / (groups == 1 ? 1 : C)), c(taps), c(taps)},
                             Layout::ChannelsFirst,
                             {}});
  Stage conv;
  conv.input = ScalarExpr::operand(0, ElementType::F32);
  conv.inputDims = seen;
  conv.filter = ScalarExpr::operand(1, ElementType::F32);
  conv.K = K;
  conv.C = C;
  conv.groups = groups == 1 ? 1 : C;
  conv.window = {{taps, 1, 1, taps / 2, taps / 2}, {taps, 1, 1, taps / 2, taps / 2}};
  conv.outputDims = {seen[0], c(K), seen[2], seen[3]};
  kernel.stages = {conv};
  kernel.outputs = {{"y", ScalarExpr::conv(0), ElementType::F32, conv.outputDims, out, {}}};
  return kernel;
}

const std::vector<std::vector<int64_t>> sizes = {{20, 37}, {4, 4}, {9, 130}};

TEST(Access, IsWhatTheReferenceSaysInEveryLayout) {
  for (const View &view : views())
    for (Layout in : layouts)
      for (Layout out : layouts) {
        SCOPED_TRACE(view.name);
        Kernel kernel = pointwiseKernel(view, in, out);
        ASSERT_EQ(checkKernel(kernel), std::nullopt);
        expectRight(kernel, {.algorithm = "loops", .sizes = sizes});
      }
}

TEST(Access, PassesBytesThrough) {
  for (View view : {views()[1], views()[6]})
    expectRight(pointwiseKernel(view, Layout::ChannelsLast, Layout::ChannelsFirst, ElementType::U8),
                {.algorithm = "loops", .sizes = sizes});
}

TEST(Access, FeedsEveryAlgorithm) {
  Layout layout = Layout::ChannelsFirst, other = Layout::ChannelsLast;
  for (const View &view : views()) {
    SCOPED_TRACE(view.name);
    expectRight(convolutionOf(view, layout, other, 3, 1), {.algorithm = "direct", .sizes = sizes});
    expectRight(convolutionOf(view, other, other, 1, 1),
                {.algorithm = "pointwise", .sizes = sizes});
    expectRight(convolutionOf(view, layout, layout, 3, 8),
                {.algorithm = "depthwise", .sizes = sizes});
    std::swap(layout, other);
  }
}

TEST(Access, OfOnePositionBroadcasts) {
  Access column = identityAccess({c(2), c(8), H, c(1)});
  column.axes[3].offset = c(2);
  Kernel kernel = pointwiseKernel({"", {column}}, Layout::ChannelsFirst, Layout::ChannelsFirst);
  kernel.operands.push_back(imageThrough({"", {}}, Layout::ChannelsFirst));
  kernel.outputs[0].value = binary(ScalarOp::Sub, ScalarExpr::operand(0, ElementType::F32),
                                   ScalarExpr::operand(1, ElementType::F32));
  kernel.outputs[0].dims = kernel.operands[1].dims;
  expectRight(kernel, {.algorithm = "loops", .sizes = sizes});
}

TEST(Access, FractionsAreThoseOfTheSampledPosition) {
  for (Sampling::Grid grid :
       {Sampling::Grid::Floor, Sampling::Grid::Halves, Sampling::Grid::Corners}) {
    View view{"", {resized(grid, 0)}};
    Kernel kernel = pointwiseKernel(view, Layout::ChannelsFirst, Layout::ChannelsFirst);
    kernel.samplings = {*view.accesses[0].axes[2].sampling, *view.accesses[0].axes[3].sampling};
    ScalarExpr rows = ScalarExpr::constant(0, ElementType::F32), columns = rows;
    rows.nodes[0].op = columns.nodes[0].op = ScalarOp::Fraction;
    columns.nodes[0].index = 1;
    kernel.outputs[0].value =
        binary(ScalarOp::Add, binary(ScalarOp::Mul, ScalarExpr::operand(0, ElementType::F32), rows),
               columns);
    ASSERT_EQ(checkKernel(kernel), std::nullopt);
    expectRight(kernel, {.algorithm = "loops", .sizes = sizes});
  }
}

TEST(Fold, GoesAlongAnyAxisInEveryLayout) {
  for (Layout layout : layouts)
    for (Axis axis : {Axis::C, Axis::H, Axis::W}) {
      SCOPED_TRACE(spell(axis));
      Kernel kernel = pointwiseKernel({"", {}}, layout, layout);
      ScalarExpr x = ScalarExpr::operand(0, ElementType::F32), leaf = x;
      leaf.nodes[0].op = ScalarOp::Fold;
      ScalarExpr shifted = binary(ScalarOp::Sub, x, leaf);
      kernel.folds = {{x, kernel.operands[0].dims, axis, Reduction::Max},
                      {unary(ScalarOp::Exp, shifted), kernel.operands[0].dims, axis}};
      leaf.nodes[0].index = 1;
      kernel.outputs[0].value = binary(ScalarOp::Div, unary(ScalarOp::Exp, shifted), leaf);
      ASSERT_EQ(checkKernel(kernel), std::nullopt);
      Result<Kernel> back = kernelFromJson(kernelToJson(kernel));
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_EQ(problemKey(*back), problemKey(kernel));
      expectRight(kernel, {.algorithm = "loops", .sizes = {{20, 37}, {9, 130}}, .threads = 2});
    }
}

TEST(Fold, OverOneElementIsThatElement) {
  for (Layout layout : layouts)
    for (size_t axis : {1, 2}) { // of C, and of rows
      Kernel kernel = pointwiseKernel({"", {}}, layout, layout);
      kernel.operands[0].dims[axis] = c(1);
      kernel.outputs[0].dims = kernel.operands[0].dims;
      ScalarExpr x = ScalarExpr::operand(0, ElementType::F32), leaf = x;
      leaf.nodes[0].op = ScalarOp::Fold;
      kernel.folds = {{x, kernel.operands[0].dims, axisAt(axis, 4), Reduction::Max}};
      kernel.outputs[0].value = binary(ScalarOp::Add, x, leaf);
      ASSERT_EQ(checkKernel(kernel), std::nullopt);
      expectRight(kernel, {.algorithm = "loops", .sizes = {{20, 37}, {4, 4}}});
    }
}

TEST(Access, GoesThroughJsonUnchanged) {
  for (const View &view : views()) {
    SCOPED_TRACE(view.name);
    Kernel kernel = pointwiseKernel(view, Layout::ChannelsFirst, Layout::ChannelsFirst);
    kernel.samplings = {{Axis::W, Sampling::Grid::Corners, W, c(9), 0, true}};
    Result<Kernel> back = kernelFromJson(kernelToJson(kernel));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->operands[0].accesses, view.accesses);
    EXPECT_EQ(back->samplings, kernel.samplings);
  }
}

std::string wrongWith(Access access) {
  Kernel kernel =
      pointwiseKernel({"", {std::move(access)}}, Layout::ChannelsFirst, Layout::ChannelsFirst);
  return checkKernel(kernel).value_or("");
}

TEST(Access, IsCheckedForWhatItWouldRead) {
  Access beyond = identityAccess({c(2), c(8), H, W});
  beyond.axes[2].offset = c(1);
  EXPECT_THAT(wrongWith(beyond), HasSubstr("operand 0 access reads elements 1 to 4 of 4"));
  beyond.axes[2].terms[0].mul = -1;
  EXPECT_THAT(wrongWith(beyond), HasSubstr("reads elements -2 to 1 of 4"));
  Access huge = identityAccess({c(2), c(8), H, W});
  huge.axes[3].terms[0].scale = 1 << 30;
  EXPECT_THAT(wrongWith(huge), HasSubstr("has an index beyond 2^31 - 1"));
  Access deep = identityAccess({c(2), c(8), H, W});
  deep.axes[3].terms[0].axis = Axis::D;
  EXPECT_THAT(wrongWith(deep), HasSubstr("counts along D, which the kernel does not have"));
  Access sampled = resized(Sampling::Grid::Floor, 0);
  sampled.border = Border::Inside;
  EXPECT_THAT(wrongWith(sampled), HasSubstr("samples without a clamped border"));
}

} // namespace
} // namespace convwright::schedules::testing
