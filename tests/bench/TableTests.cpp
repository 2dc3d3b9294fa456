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
using testing::HasSubstr;

namespace {

constexpr const char *header =
    "suite\tname\tN\tC\tH\tW\tK\tR\tS\tstride_h\tstride_w\tpad_h\tpad_w\t"
    "dil_h\tdil_w\tgroups\n";

std::string errorOf(const std::string &text) {
  auto rows = bench::parseTable(text, "t.tsv");
  return rows ? "no error" : rows.error().message;
}

} // namespace

TEST(BenchTable, ReadsTheShippedTable) {
  std::ifstream file(CONVWRIGHT_SOURCE_DIR "/tests/bench/layers.tsv");
  std::stringstream text;
  text << file.rdbuf();
  auto rows = bench::parseTable(text.str(), "layers.tsv");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_GT(rows->size(), 100U);
  const bench::Row &first = rows->front();
  EXPECT_EQ(first.suite, "rn50");
  EXPECT_EQ(first.K, 64);
  EXPECT_EQ(first.outputHeight(), 112);
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
  EXPECT_EQ(errorOf(text), "t.tsv:2: error: stride_h = '0' is not an integer from 1 to 2^24");
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
              HasSubstr("the filter is larger than the padded input"));
  EXPECT_THAT(
      errorOf(std::string(header) + "a\tb\t9999999\t9999999\t4\t4\t8\t1\t1\t1\t1\t1\t1\t1\t1\t1\n"),
      HasSubstr("more than 2^31 elements"));
}
