//===- LayerTests.cpp - table rows as layers ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Layer.h"

#include <gtest/gtest.h>

using namespace convwright;
using schedules::ElementType;
using schedules::Layout;
using tools::Tensor;

namespace {

bench::Row smallRow() {
  bench::Row row;
  row.C = row.K = 4;
  row.H = row.W = 5;
  row.R = row.S = 3;
  row.stride = {2, 1};
  row.pad = {1, 0};
  row.groups = 2;
  return row;
}

} // namespace

TEST(BenchLayer, TextSaysEverythingThatTheRowSays) {
  EXPECT_EQ(bench::layerText(smallRow(), Layout::ChannelsLast),
            "layer row(x: f32[1, 4, 5, 5] nhwc, weight w: f32[4, 2, 3, 3], weight b: f32[4]) {\n"
            "  return relu(conv2d(x, w, b, stride = [2, 1], padding = [1, 0], dilation = [1, 1], "
            "groups = 2));\n}\n");
}

TEST(BenchLayer, CheckAcceptsTheRightNumbersInAnyLayoutAndFindsOneWrongOne) {
  bench::Row row = smallRow();
  Tensor x(ElementType::F32, {1, 4, 5, 5}, Layout::ChannelsLast),
      w(ElementType::F32, {4, 2, 3, 3}, Layout::ChannelsFirst);
  Tensor b(ElementType::F32, {4}, Layout::ChannelsFirst),
      y(ElementType::F32, {1, 4, 3, 3}, Layout::ChannelsLast);
  for (int64_t i = 0; i < x.elementCount(); ++i)
    x.set(i, 1);
  for (int64_t i = 0; i < w.elementCount(); ++i)
    w.set(i, 1);
  b.fromDoubles(std::vector<double>{0, 1, 2, -100});
  // Rows 0 and 2 of the output see 2 of the filter's 3 rows; the last channel is below zero.
  for (int64_t i = 0; i < y.elementCount(); ++i) {
    int64_t k = i / 9, p = i / 3 % 3;
    y.set(i, k == 3 ? 0 : k + 2 * 3 * (p == 1 ? 3 : 2));
  }
  bench::Check check = bench::checkRow(row, x, w, b, y);
  EXPECT_EQ(check.checked, 36);
  EXPECT_EQ(check.relativeError, 0);
  y.set(17, y.at(17) + 1);
  EXPECT_GT(bench::checkRow(row, x, w, b, y).relativeError, 1e-3);
}

TEST(BenchLayer, LargeRowsAreCheckedInPart) {
  bench::Row row;
  row.C = row.K = 512;
  row.H = row.W = 28;
  row.R = row.S = 3;
  row.pad = {1, 1};
  Tensor x(ElementType::F32, {1, 512, 28, 28}, Layout::ChannelsLast);
  Tensor w(ElementType::F32, {512, 512, 3, 3}, Layout::ChannelsFirst),
      b(ElementType::F32, {512}, Layout::ChannelsFirst);
  Tensor y(ElementType::F32, {1, 512, 28, 28}, Layout::ChannelsLast);
  bench::Check check = bench::checkRow(row, x, w, b, y);
  EXPECT_EQ(check.relativeError, 0);
  EXPECT_GE(check.checked, 512);
  EXPECT_LT(check.checked, y.elementCount());
}
