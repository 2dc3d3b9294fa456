//===- StridesTest.cpp - tensors with gaps, parts of frames, empty tensors ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/Strides.h"
#include "runtime/src/HalideAbi.h"
#include "runtime/src/Tensors.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace convwright::runtime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Which entry ran, and the strides that it was given of its input.
std::string entryThatRan;
std::vector<int> stridesSeen;

template <bool strided> int copyKernel(void **args) {
  auto &in = *static_cast<HalideBuffer *>(args[1]), &out = *static_cast<HalideBuffer *>(args[2]);
  entryThatRan = strided ? "strided" : "run";
  stridesSeen.clear();
  for (int d = 0; d < in.dimensions; ++d)
    stridesSeen.push_back(in.dim[d].stride);
  auto *from = reinterpret_cast<float *>(in.host), *to = reinterpret_cast<float *>(out.host);
  for (int n = 0; n < in.dim[3].extent; ++n)
    for (int c = 0; c < in.dim[2].extent; ++c)
      for (int y = 0; y < in.dim[1].extent; ++y)
        for (int x = 0; x < in.dim[0].extent; ++x)
          to[x * out.dim[0].stride + y * out.dim[1].stride + c * out.dim[2].stride +
             n * out.dim[3].stride] = from[x * in.dim[0].stride + y * in.dim[1].stride +
                                           c * in.dim[2].stride + n * in.dim[3].stride];
  return 0;
}

/// layer copy(x: f32[N, 2, H, W]) -> f32[N, 2, H, W], whose kernel takes dense tensors only.
class Strides : public ::testing::Test {
protected:
  static constexpr cw_symbol symbols[] = {
      {"N", 0, 8, 1}, {"H", 0, 1 << 20, 1}, {"W", 0, 1 << 20, 1}};
  static constexpr cw_extent dims[] = {{0, 1, 0, 1}, {-1, 0, 2, 1}, {1, 1, 0, 1}, {2, 1, 0, 1}};
  static constexpr cw_reference inputs[] = {{CW_PLACE_ARGUMENT, 0, nullptr}};
  static constexpr cw_reference outputs[] = {{CW_PLACE_RESULT, 0, nullptr}};

  Strides() {
    kernel.name = "copy";
    kernel.run = copyKernel<false>;
    kernel.strided = copyKernel<true>;
    kernel.input_count = kernel.output_count = 1;
    kernel.inputs = inputs;
    kernel.outputs = outputs;
    layer.abi_version = CW_ABI_VERSION;
    layer.name = "copy";
    layer.symbol_count = 3;
    layer.symbols = symbols;
    layer.argument_count = layer.result_count = 1;
    layer.arguments = &argument;
    layer.results = &result;
    layer.variant_count = 1;
    layer.variants = &variant;
    for (size_t i = 0; i < frame.size(); ++i)
      frame[i] = static_cast<float>(i);
    for (DLTensor *tensor : {&x, &y})
      *tensor = {nullptr, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, nullptr, nullptr, 0};
    x.data = frame.data();
    y.data = written.data();
    x.shape = y.shape = shape;
    x.strides = xStrides;
    y.strides = yStrides;
  }

  int run() {
    const DLTensor *in[] = {&x};
    DLTensor *out[] = {&y};
    entryThatRan = "none";
    return cwrt_run(&layer, nullptr, in, out, nullptr);
  }
  void give(int64_t (&strides)[4], std::vector<int64_t> values) {
    std::copy(values.begin(), values.end(), strides);
  }
  void setShape(std::vector<int64_t> values) { std::copy(values.begin(), values.end(), shape); }
  void expectRefused(std::vector<int64_t> strides, const std::string &text) {
    give(xStrides, std::move(strides));
    EXPECT_EQ(run(), CW_ERROR_STRIDE);
    EXPECT_THAT(cw_last_error(), HasSubstr(text));
    EXPECT_EQ(entryThatRan, "none");
  }

  cw_kernel kernel{};
  cw_tensor argument{"x", CW_F32, CW_CHANNELS_FIRST, 4, dims, 3};
  cw_tensor result{"result", CW_F32, CW_CHANNELS_FIRST, 4, dims, 3};
  cw_variant variant{"baseline", CW_MACHINE_CPU, 0, 1, &kernel, nullptr};
  cw_layer layer{};
  std::vector<float> frame = std::vector<float>(4096), written = std::vector<float>(4096);
  int64_t shape[4] = {2, 2, 3, 4};
  int64_t xStrides[4] = {24, 12, 4, 1}, yStrides[4] = {24, 12, 4, 1};
  DLTensor x, y;
};

TEST_F(Strides, DenseTensorsRunTheDenseEntry) {
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  EXPECT_EQ(entryThatRan, "run");
}

TEST_F(Strides, GapsBehindRowsPlanesAndImagesRunTheOtherEntry) {
  for (std::vector<int64_t> strides :
       {std::vector<int64_t>{24, 12, 4, 1}, {30, 15, 5, 1}, {31, 15, 5, 1}, {25, 12, 4, 1}}) {
    give(xStrides, strides);
    give(yStrides, {40, 20, 6, 1});
    ASSERT_EQ(run(), CW_OK) << cw_last_error();
    EXPECT_EQ(entryThatRan, "strided");
    EXPECT_THAT(stridesSeen, ElementsAre(1, strides[2], strides[1], strides[0]));
    EXPECT_EQ(written[40 + 20 + 2 * 6 + 3], strides[0] + strides[1] + 2 * strides[2] + 3);
  }
  give(xStrides, {24, 12, 4, 1});
  EXPECT_EQ(run(), CW_OK); // the result alone has gaps
  EXPECT_EQ(entryThatRan, "strided");
}

TEST_F(Strides, AKernelWithOneEntryRunsIt) {
  kernel.strided = nullptr;
  give(xStrides, {30, 15, 5, 1});
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  EXPECT_EQ(entryThatRan, "run");
}

TEST_F(Strides, ImagesMayLieBesideEachOtherInOneFrame) {
  give(xStrides, {4, 100, 8, 1}); // two images side by side, their planes apart
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
}

TEST_F(Strides, ExtentsOfOneHaveAnyStride) {
  setShape({1, 2, 3, 4});
  give(xStrides, {-7, 12, 4, 1});
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  EXPECT_EQ(entryThatRan, "run");
}

TEST_F(Strides, TheInnermostDimensionIsDense) {
  expectRefused({48, 24, 8, 2}, "x has the strides [48, 24, 8, 2]; the layer takes nchw order "
                                "with the strides [any, any, any, 1]");
}

TEST_F(Strides, WhatALayerReadsInAnotherShapeHasDenseImages) {
  argument.pitched = 1;
  expectRefused({30, 15, 5, 1}, "the strides [any, 12, 4, 1]");
  give(xStrides, {25, 12, 4, 1});
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
}

TEST_F(Strides, NegativeAndZeroStridesAreRefused) {
  expectRefused({24, 12, -4, 1}, "strides[2] has to be positive");
  expectRefused({0, 12, 4, 1}, "strides[0] has to be positive");
}

TEST_F(Strides, ElementsThatShareAPlaceAreRefused) {
  expectRefused({24, 12, 3, 1}, "what lies within strides[2] takes 4 elements");
  expectRefused({24, 10, 4, 1}, "what lies within strides[1] takes 12 elements");
  expectRefused({12, 12, 4, 1}, "takes 24 elements, so that some would be one place in memory");
}

TEST_F(Strides, DistancesBeyond32BitsAreRefused) {
  expectRefused({INT32_MAX, 12, 4, 1},
                "more than the 2^31 - 1 elements that generated code counts");
  expectRefused({INT64_MAX / 2, 12, 4, 1}, "more than the 2^31 - 1 elements");
  expectRefused({INT64_MAX, 12, 4, 1}, "more than the 2^31 - 1 elements");
  give(xStrides, {INT32_MAX - 24, 12, 4, 1});
  setShape({0, 2, 3, 4}); // nothing is counted
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
}

TEST_F(Strides, PartsOfOneFrameBesideEachOtherAreNoOverlap) {
  y.data = frame.data() + 4; // to the right of x in rows of 10
  give(xStrides, {60, 30, 10, 1});
  give(yStrides, {60, 30, 10, 1});
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  y.data = frame.data() + 30; // the planes of x and y in turn
  give(xStrides, {120, 60, 10, 1});
  give(yStrides, {120, 60, 10, 1});
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  std::swap(x.data, y.data);
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
}

TEST_F(Strides, PartsOfOneFrameThatShareAnElementAreRefused) {
  give(xStrides, {60, 30, 10, 1});
  give(yStrides, {60, 30, 10, 1});
  for (int64_t offset : {0, 3, 10, 7, 59}) { // 7: the row ends in the next one's first element
    y.data = frame.data() + offset;
    EXPECT_EQ(run(), CW_ERROR_ALIAS) << offset;
  }
  y.data = frame.data() + 4;
  give(yStrides, {66, 33, 11, 1}); // beside x in the first row only
  EXPECT_EQ(run(), CW_ERROR_ALIAS);
}

TEST_F(Strides, OverlapIsThatOfTheElementsThemselves) {
  int64_t small[4] = {2, 1, 2, 3};
  x.shape = y.shape = small;
  for (int64_t row : {3, 5, 8})
    for (int64_t image : {2, 3})
      for (int64_t offset = -40; offset <= 40; ++offset) {
        give(xStrides, {image * row, 1, row, 1});
        give(yStrides, {image * row, 1, row, 1});
        x.data = frame.data() + 200;
        y.data = frame.data() + 200 + offset;
        std::vector<int> uses(500);
        bool shared = false;
        for (int64_t base : {int64_t{200}, 200 + offset})
          for (int64_t i = 0; i < 12; ++i)
            shared |= uses[base + i / 6 * image * row + i / 3 % 2 * row + i % 3]++ > 0;
        if (shared) // the converse is not promised
          EXPECT_TRUE(overlap(x, y)) << row << " " << image << " " << offset;
        else if (offset >= 3 && offset + 3 <= row)
          EXPECT_FALSE(overlap(x, y)) << row << " " << image << " " << offset;
      }
}

TEST_F(Strides, TheBytesBetweenTheRowsBelongToTheTensorForTheWorkspace) {
  give(xStrides, {1000, 500, 100, 1});
  EXPECT_TRUE(overlaps(x, frame.data() + 50, 4));
  EXPECT_FALSE(overlaps(x, frame.data() + 1000 + 500 + 200 + 4, 4));
}

TEST_F(Strides, EmptyTensorsNeedNoMemoryAndRunNothing) {
  setShape({0, 2, 3, 4});
  x.data = y.data = nullptr;
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  EXPECT_EQ(entryThatRan, "none");
  EXPECT_STREQ(cw_last_error(), "");
  give(xStrides, {-1, 0, 7, 9}); // mean nothing
  EXPECT_EQ(run(), CW_OK) << cw_last_error();
  setShape({1, 2, 3, 4});
  give(xStrides, {24, 12, 4, 1});
  EXPECT_EQ(run(), CW_ERROR_NULL_POINTER);
  EXPECT_THAT(cw_last_error(), HasSubstr("x.data is null"));
}

TEST_F(Strides, NegativeExtentsAreStillRefused) {
  setShape({-1, 2, 3, 4});
  EXPECT_EQ(run(), CW_ERROR_SIZE);
}

TEST(LayoutNames, AreTheLanguages) {
  struct Row {
    const char *name;
    int64_t rank;
    cw_layout layout;
  };
  constexpr cw_layout ChannelsFirst = CW_CHANNELS_FIRST, ChannelsLast = CW_CHANNELS_LAST;
  const Row rows[] = {
#define LAYOUT(spelling, rank, Layout) {spelling, rank, Layout},
#include "schedules/kernel/Layouts.def"
  };
  for (const Row &row : rows)
    EXPECT_STREQ(layoutName(row.rank, row.layout), row.name);
  for (int64_t rank : {0, 1, 2, 6, 8})
    EXPECT_EQ(layoutName(rank, CW_CHANNELS_LAST), nullptr) << rank;
}

} // namespace
} // namespace convwright::runtime::testing
