//===- TableTests.cpp - reading tables of layers --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Table.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

using namespace convwright;
using schedules::Result;
using testing::HasSubstr;

namespace {

constexpr const char *header =
    "suite\tname\tN\tC\tH\tW\tK\tR\tS\tstride_h\tstride_w\tpad_h\tpad_w\t"
    "dil_h\tdil_w\tgroups\n";

std::string errorOf(const std::string &text) {
  auto rows = bench::parseTable(text, "t.tsv");
  return rows ? "no error" : rows.error().message;
}

Result<std::vector<bench::Row>> shippedTable(const std::string &name) {
  std::ifstream file(CONVWRIGHT_SOURCE_DIR "/tests/bench/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return bench::parseTable(text.str(), name);
}

} // namespace

TEST(BenchTable, ReadsTheTableOfOperations) {
  auto rows = shippedTable("operations.tsv");
  ASSERT_TRUE(rows) << rows.error().message;
  std::map<std::string, int> count;
  for (const bench::Row &row : *rows)
    ++count[row.suite];
  for (const char *suite : {"conv1d", "conv3d", "transposed", "pool"})
    EXPECT_GE(count[suite], 8) << suite;
}

TEST(BenchTable, SizesFollowTheOperation) {
  bench::Row row;
  row.op = "conv_transpose2d";
  row.size = {1, 4, 5};
  row.taps = {1, 3, 3};
  row.stride = {1, 2, 2};
  row.pad = {0, 1, 0};
  row.outputPad = {0, 1, 0};
  EXPECT_EQ(row.outputSize(), (bench::Spatial{1, 8, 11}));
  EXPECT_DOUBLE_EQ(row.flops(), 2.0 * 20 * 9);
  row.op = "conv2d";
  row.outputPad = {};
  EXPECT_EQ(row.outputSize(), (bench::Spatial{1, 2, 2}));
}

TEST(BenchTable, ReadsTheShippedTable) {
  auto rows = shippedTable("layers.tsv");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_GT(rows->size(), 100U);
  const bench::Row &first = rows->front();
  EXPECT_EQ(first.suite, "rn50");
  EXPECT_EQ(first.K, 64);
  EXPECT_EQ(first.outputSize(), (bench::Spatial{1, 112, 112}));
  EXPECT_DOUBLE_EQ(first.flops(), 2.0 * 64 * 112 * 112 * 3 * 49);
}

TEST(BenchTable, CountsTheMultiplyAddsOfAGroupOnly) {
  auto rows = bench::parseTable(
      std::string(header) + "g\tg\t1\t8\t4\t4\t16\t3\t3\t1\t1\t1\t1\t1\t1\t4\n", "t");
  ASSERT_TRUE(rows);
  EXPECT_DOUBLE_EQ(rows->front().flops(), 2.0 * 16 * 16 * 2 * 9);
}

TEST(BenchTable, SkipsCommentsEmptyLinesAndCarriageReturns) {
  auto rows = bench::parseTable("# a table\n" + std::string(header) +
                                    "\na\tb\t1\t8\t4\t4\t16\t3\t3\t1\t1\t1\t1\t1\t1\t1\r\n",
                                "t");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->size(), 1U);
}

TEST(BenchTable, NamesTheLineTheColumnAndWhatIsAllowed) {
  std::string text = std::string(header) + "a\tb\t1\t8\t4\t4\t16\t3\t3\t0\t1\t1\t1\t1\t1\t1\n";
  EXPECT_EQ(errorOf(text), "t.tsv:2:20: stride_h = '0' is not an integer from 1 to 2^24");
}

TEST(BenchTable, NamesTheColumnWhereTheMessageDoesNot) {
  auto rows = bench::parseTable(
      std::string(header) + "a\tb\t1\t8\t4\t4\t16\t3\t3\t1\t1\t1\t1\t1\t1\t1\n", "t.tsv");
  ASSERT_TRUE(rows);
  EXPECT_EQ(bench::messageAt(rows->front(), {"pad_h", "pad_w"}, "too much"),
            "t.tsv:2:24: too much (pad_h, pad_w)");
  EXPECT_EQ(bench::messageAt(rows->front(), {"pad_h"}, "pad_h = 1 is too much"),
            "t.tsv:2:24: pad_h = 1 is too much");
  EXPECT_EQ(bench::messageAt(rows->front(), {"padding_mode"}, "unheard of"), "t.tsv:2: unheard of");
}

TEST(BenchTable, OperationsAreThoseOfTheLanguageForEachNumberOfAxes) {
  EXPECT_EQ(
      bench::rowOperations(),
      (std::vector<std::string>{"conv1d", "conv2d", "conv3d", "conv_transpose1d",
                                "conv_transpose2d", "conv_transpose3d", "max_pool1d", "max_pool2d",
                                "max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d"}));
}

TEST(BenchTable, RefusesWhatIsNoTable) {
  EXPECT_THAT(errorOf(""), HasSubstr("no rows"));
  EXPECT_THAT(errorOf("suite\tname\tN\n"), HasSubstr("column 'C' is missing"));
  EXPECT_THAT(errorOf("suite\tname\tN\tN\n"), HasSubstr("'N' appears 2 times"));
  EXPECT_THAT(errorOf("suite\tbatch\n"), HasSubstr("unknown column 'batch'"));
  EXPECT_THAT(errorOf(std::string(header) + "a\tb\t1\n"), HasSubstr("3 tab-separated fields"));
  EXPECT_THAT(errorOf(std::string(header) + "a\tb\t1\t8\t4\t4\t9\t3\t3\t1\t1\t1\t1\t1\t1\t4\n"),
              HasSubstr("groups = 4 does not divide C = 8 and K = 9"));
  EXPECT_THAT(errorOf(std::string(header) + "a\tb\t1\t8\t4\t4\t8\t9\t9\t1\t1\t1\t1\t1\t1\t1\n"),
              HasSubstr("the filter is larger than the padded input: it spans 9 along h, which "
                        "has 6 (R)"));
  std::string more = std::string(header).substr(0, strlen(header) - 1) + "\top\tD\tpadding_mode\n";
  std::string row = "a\tb\t1\t8\t4\t4\t8\t1\t1\t1\t1\t0\t0\t1\t1\t1\t";
  EXPECT_THAT(errorOf(more + row + "conv4d\t1\tzeros\n"),
              HasSubstr("op = 'conv4d' is none of conv1d, conv2d"));
  EXPECT_THAT(errorOf(more + row + "conv2d\t7\tzeros\n"),
              HasSubstr("t.tsv:2:40: conv2d has no axis D: D is 1 there, not 7"));
  EXPECT_THAT(errorOf(more + row + "max_pool2d\t1\treflect\n"),
              HasSubstr("max_pool2d has no padding mode but zeros"));
  EXPECT_THAT(
      errorOf(std::string(header) + "a\tb\t9999999\t9999999\t4\t4\t8\t1\t1\t1\t1\t1\t1\t1\t1\t1\n"),
      HasSubstr("more than 2^31 elements"));
}
