//===- LayerTests.cpp - table rows as layers, and how their numbers are checked ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"
#include "tools/bench/ErrorSum.h"
#include "tools/bench/Layer.h"
#include "tools/bench/SampledCheck.h"

#include <gmock/gmock.h>

#include <cmath>
#include <sstream>
#include <utility>

using namespace convwright;
using schedules::HostTensor;
using schedules::Layout;

namespace {

bench::Row smallRow() {
  bench::Row row;
  row.C = row.K = 4;
  row.size = {1, 5, 5};
  row.taps = {1, 3, 3};
  row.stride = {1, 2, 1};
  row.pad = {0, 1, 0};
  row.groups = 2;
  return row;
}

std::string textOf(bench::Row row) { return bench::layerText(row, Layout::ChannelsLast); }

compiler::LayerProgram programOf(const bench::Row &row) {
  std::ostringstream messages;
  compiler::Driver driver(messages);
  if (driver.openText(textOf(row), "row", "."))
    if (auto program = driver.compile(*schedules::findTarget("x86-64-v3")))
      return program->layers.front();
  ADD_FAILURE() << messages.str();
  return {};
}

/// All ones, but for the bias.
struct Ones {
  explicit Ones(const compiler::LayerProgram &layer) {
    for (const compiler::TensorInfo &info : layer.arguments)
      arguments.push_back(filled(info, 1));
    for (const compiler::TensorInfo &info : layer.weights)
      weights.push_back(filled(info, info.dims.size() == 1 ? 0 : 1));
    for (const compiler::TensorInfo &info : layer.results)
      results.push_back(filled(info, 0));
  }
  static HostTensor filled(const compiler::TensorInfo &info, double value) {
    HostTensor tensor = tools::makeTensor(info, {});
    for (int64_t i = 0; i < tensor.elementCount(); ++i)
      tensor.set(i, value);
    return tensor;
  }
  bench::Check check(const compiler::LayerProgram &layer) const {
    auto checked = bench::checkSampled(layer, {}, {arguments, weights, results});
    EXPECT_TRUE(checked) << checked.error().message;
    return checked ? *checked : bench::Check{1, 0};
  }

  std::vector<HostTensor> arguments, weights, results;
};

} // namespace

TEST(BenchLayer, WhatIsNotFiniteOnBothSidesIsRightAndOnOneSideWrong) {
  auto errorOf = [](double found, double expected) {
    bench::ErrorSum sum;
    sum.add(found, expected);
    sum.add(1, 1);
    return sum.relative();
  };
  const double infinity = HUGE_VAL, none = std::nan("");
  for (double value : {none, infinity, -infinity})
    EXPECT_EQ(errorOf(value, value), 0) << value;
  for (auto [found, expected] : {std::pair{none, 1.0},
                                 {1.0, none},
                                 {infinity, 1.0},
                                 {1.0, infinity},
                                 {infinity, -infinity},
                                 {none, infinity}})
    EXPECT_EQ(errorOf(found, expected), infinity) << found << " for " << expected;
  EXPECT_DOUBLE_EQ(errorOf(2, 1), std::sqrt(0.5));
}

TEST(BenchLayer, TextSaysEverythingThatTheRowSays) {
  EXPECT_EQ(textOf(smallRow()),
            "layer row(x: f32[1, 4, 5, 5] nhwc, weight w: f32[4, 2, 3, 3], weight b: f32[4]) {\n"
            "  return relu(conv2d(x, w, b, stride = [2, 1], padding = [1, 0], groups = 2));\n}\n");
}

TEST(BenchLayer, RowsOfOtherOperationsHaveTheirOwnForms) {
  bench::Row row;
  row.op = "conv_transpose1d";
  row.C = 6, row.K = 4;
  row.size = {1, 1, 9};
  row.taps = {1, 1, 3};
  row.stride = {1, 1, 2};
  row.outputPad = {0, 0, 1};
  EXPECT_EQ(textOf(row), "layer row(x: f32[1, 6, 9] nwc, weight w: f32[6, 4, 3], weight b: f32[4]) "
                         "{\n  return relu(conv_transpose1d(x, w, b, stride = [2], padding = [0], "
                         "output_padding = [1]));\n}\n");
  row = {};
  row.op = "max_pool3d";
  row.size = {8, 8, 8};
  row.taps = row.stride = {2, 2, 2};
  EXPECT_EQ(textOf(row), "layer row(x: f32[1, 1, 8, 8, 8] ndhwc) {\n  return max_pool3d(x, "
                         "kernel_size = [2, 2, 2], stride = [2, 2, 2], padding = [0, 0, 0]);\n}\n");
}

TEST(BenchLayer, SymbolicRowsRangeFromWhatTheWindowBearsToTwiceTheSize) {
  bench::Row row = smallRow();
  row.symbolic = true;
  row.N = 2;
  row.paddingMode = "reflect";
  EXPECT_EQ(textOf(row),
            "layer row(x: f32[N, 4, H, W] nhwc, weight w: f32[4, 2, 3, 3], weight b: "
            "f32[4]) for N in 1..4 like 2, H in 3..10 like 5, W in 3..10 like 5 {\n"
            "  return relu(conv2d(x, w, b, stride = [2, 1], padding = [1, 0], groups = "
            "2, padding_mode = reflect));\n}\n");
}

TEST(BenchLayer, WhatTheCompilerSaysOfARowIsSaidAtTheFieldsOfTheTable) {
  bench::Row row = smallRow();
  row.place = "t.tsv:7";
  row.fields = {{"pad_h", 31}, {"pad_w", 33}, {"stride_h", 40}, {"padding_mode", 50}, {"K", 9}};
  std::string text = textOf(row);
  auto at = [&](const std::string &word) {
    size_t line = text.find('\n') + 1;
    return "row:2:" + std::to_string(text.find(word, line) - line + 1) + ": error: ";
  };
  EXPECT_EQ(bench::inTable(row, text, at("padding") + "padding = 9 at the top is too much [C19]"),
            "t.tsv:7:31: padding = 9 at the top is too much [C19] (pad_h)");
  EXPECT_EQ(bench::inTable(row, text, at("padding") + "nothing is padded"),
            "t.tsv:7:31: nothing is padded (pad_h, pad_w)");
  EXPECT_EQ(bench::inTable(row, text, at("stride") + "stride = 0 along h"),
            "t.tsv:7:40: stride = 0 along h (stride_h)");
  EXPECT_EQ(bench::inTable(row, text, at("w, b") + "the filter is wrong"),
            "t.tsv:7:9: the filter is wrong (K)");
  EXPECT_EQ(bench::inTable(row, text, at("conv2d") + "no algorithm does this"),
            "t.tsv:7: no algorithm does this");
  EXPECT_EQ(bench::inTable(row, text, "error: out of memory"), "t.tsv:7: out of memory");
}

TEST(BenchLayer, CheckAcceptsTheRightNumbersInAnyLayoutAndFindsOneWrongOne) {
  compiler::LayerProgram layer = programOf(smallRow());
  Ones tensors(layer);
  tensors.weights[1].fromDoubles(std::vector<double>{0, 1, 2, -100});
  // Rows 0 and 2 of the output see 2 of the filter's 3 rows; the last channel is below zero.
  HostTensor &y = tensors.results[0];
  for (int64_t i = 0; i < y.elementCount(); ++i) {
    int64_t k = i / 9, p = i / 3 % 3;
    y.set(i, k == 3 ? 0 : static_cast<double>(k + 2 * 3 * (p == 1 ? 3 : 2)));
  }
  bench::Check check = tensors.check(layer);
  EXPECT_EQ(check.checked, 36);
  EXPECT_EQ(check.relativeError, 0);
  y.set(17, y.at(17) + 1);
  EXPECT_GT(tensors.check(layer).relativeError, 1e-3);
}

TEST(BenchLayer, CheckFindsTheElementsOfATransposedConvolutionsPhases) {
  bench::Row row;
  row.op = "conv_transpose2d";
  row.C = 2;
  row.size = {1, 3, 4};
  row.taps = row.stride = {1, 2, 2};
  compiler::LayerProgram layer = programOf(row);
  Ones tensors(layer);
  HostTensor &y = tensors.results[0];
  for (int64_t i = 0; i < y.elementCount(); ++i)
    y.set(i, 2); // every output is one tap of two channels
  bench::Check check = tensors.check(layer);
  EXPECT_EQ(check.checked, 48);
  EXPECT_EQ(check.relativeError, 0);
  y.set(13, 3);
  EXPECT_GT(tensors.check(layer).relativeError, 1e-3);
}

TEST(BenchLayer, CheckKnowsLayersOfOneAxis) {
  bench::Row row;
  row.op = "conv1d";
  row.C = 2, row.K = 2;
  row.size = {1, 1, 9};
  row.taps = {1, 1, 3};
  compiler::LayerProgram layer = programOf(row);
  Ones tensors(layer);
  HostTensor &x = tensors.arguments[0], &y = tensors.results[0];
  for (int64_t i = 0; i < x.elementCount(); ++i)
    x.set(i, i < 9 ? static_cast<double>(i) : 0);
  for (int64_t i = 0; i < y.elementCount(); ++i)
    y.set(i, static_cast<double>(3 * (i % 7 + 1)));
  EXPECT_EQ(tensors.check(layer).relativeError, 0);
}

TEST(BenchLayer, LargeRowsAreCheckedInPart) {
  bench::Row row;
  row.C = row.K = 512;
  row.size = {1, 28, 28};
  row.taps = {1, 3, 3};
  row.pad = {0, 1, 1};
  compiler::LayerProgram layer = programOf(row);
  Ones tensors(layer);
  bench::Check check = tensors.check(layer);
  EXPECT_EQ(check.relativeError, 1); // the result was not computed
  EXPECT_GE(check.checked, 512);
  EXPECT_LT(check.checked, tensors.results[0].elementCount());
  EXPECT_EQ(check.outputs, tensors.results[0].elementCount());
  EXPECT_FALSE(check.ranOut);
}

TEST(BenchLayer, AChecksTimeEndsAndItSaysWhatItHasSeen) {
  bench::Row row;
  row.C = row.K = 512;
  row.size = {1, 28, 28};
  row.taps = {1, 3, 3};
  row.pad = {0, 1, 1};
  compiler::LayerProgram layer = programOf(row);
  Ones tensors(layer);
  auto check = bench::checkSampled(layer, {}, {tensors.arguments, tensors.weights, tensors.results},
                                   /*seconds=*/0.02);
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_GE(check->checked, 32);
  EXPECT_LT(check->checked, 1301);
  EXPECT_TRUE(check->ranOut);
  auto none = bench::checkSampled(layer, {}, {tensors.arguments, tensors.weights, tensors.results},
                                  /*seconds=*/1e-6);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, testing::HasSubstr("32 outputs take the reference about 1 s"));
}
