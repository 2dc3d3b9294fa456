//===- BenchTest.cpp - convwright bench -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace convwright::tests;
using testing::HasSubstr;

namespace {

constexpr const char *table =
    "suite\tname\tN\tC\tH\tW\tK\tR\tS\tstride_h\tstride_w\tpad_h\tpad_w\tdil_h\tdil_w\tgroups\n"
    "a\tdense\t1\t8\t10\t10\t16\t3\t3\t1\t1\t1\t1\t1\t1\t1\n"
    "a\tpoint\t1\t8\t10\t10\t16\t1\t1\t2\t1\t0\t0\t1\t1\t1\n"
    "b\tgrouped\t2\t8\t9\t11\t8\t3\t3\t1\t1\t2\t2\t2\t2\t4\n";

Outcome bench(const Workplace &here, std::vector<std::string> more) {
  std::vector<std::string> arguments{"bench", "t.tsv", "--seconds", "0.5", "--json", "b.json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return here.run(arguments);
}

/// Whether oneDNN's runner was not built here; nothing else is a reason to skip.
bool isWithoutOneDnn(const Outcome &outcome) {
  return outcome.err.find("'onednn' is not there") != outcome.err.npos;
}

Workplace withTable() {
  Workplace here;
  here.write("t.tsv", table);
  return here;
}

} // namespace

TEST(BenchCommand, TimesPaddingModesAndSymbolicSizesBesideThePlainLayer) {
  Workplace here = withTable();
  for (std::vector<std::string> form :
       {std::vector<std::string>{"--padding-mode", "reflect"}, {"--symbolic"}}) {
    form.insert(form.end(), {"--peer", "none"});
    Outcome outcome = bench(here, form);
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    auto document = nlohmann::json::parse(here.read("b.json"));
    EXPECT_EQ(document["rows"].size(), form[0] == "--symbolic" ? 3U : 2U); // one has no padding
    for (const auto &row : document["rows"]) {
      EXPECT_EQ(row["verified"], true);
      EXPECT_GT(row["peers"]["plain"], 0);
    }
  }
}

TEST(BenchCommand, ChecksAndTimesEveryRowInBothLayouts) {
  Workplace here = withTable();
  for (const char *layout : {"nhwc", "nchw"}) {
    Outcome outcome = bench(here, {"--peer", "none", "--layout", layout});
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("3 of 3 layers verified"));
    auto document = nlohmann::json::parse(here.read("b.json"));
    EXPECT_GT(document["peak_gflops"], 0);
    ASSERT_EQ(document["rows"].size(), 3U);
    for (const auto &row : document["rows"]) {
      EXPECT_EQ(row["verified"], true);
      EXPECT_EQ(row["layout"], layout);
      EXPECT_GT(row["ms"], 0);
      EXPECT_LE(row["rel_error"], row["allowed_error"]);
      EXPECT_FALSE(row.contains("ratio"));
    }
  }
}

TEST(BenchCommand, TimesOneDnnBesideUsByDefault) {
  Workplace here = withTable();
  Outcome outcome = bench(here, {"--suite", "a", "--filter", "dense"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  if (isWithoutOneDnn(outcome))
    GTEST_SKIP() << outcome.err;
  auto document = nlohmann::json::parse(here.read("b.json"));
  ASSERT_EQ(document["rows"].size(), 1U);
  const auto &row = document["rows"][0];
  EXPECT_TRUE(row["peers"].contains("onednn2.6:nhwc")) << row["peers"];
  double best = 1e9;
  for (const auto &[name, ms] : row["peers"].items())
    if (name.find("winograd") == name.npos)
      best = std::min(best, ms.get<double>());
  EXPECT_DOUBLE_EQ(row["ratio"], best / row["ms"].get<double>());
  EXPECT_DOUBLE_EQ(document["geomean"]["all"], row["ratio"]);
  EXPECT_DOUBLE_EQ(document["geomean"]["a"], row["ratio"]);
}

TEST(BenchCommand, HoldsUsToOnePeerLayoutWhenAsked) {
  Workplace here = withTable();
  Outcome outcome = bench(here, {"--filter", "dense", "--peer", "onednn", "--peer-layout", "nchw"});
  if (isWithoutOneDnn(outcome))
    GTEST_SKIP() << outcome.err;
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto document = nlohmann::json::parse(here.read("b.json"));
  EXPECT_EQ(document["rows"][0]["ratio_peer"], "onednn2.6:nchw");
  EXPECT_EQ(document["rows"][0]["peers"].size(), 1U);
}

TEST(BenchCommand, ALayerOfAFileIsCheckedAndTimed) {
  Workplace here;
  here.write("edges.conv", sobelText());
  Outcome outcome = here.run({"bench", "edges.conv", "--seconds", "0.5", "--json", "b.json"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto row = nlohmann::json::parse(here.read("b.json"))["rows"][0];
  EXPECT_EQ(row["name"], "sobel");
  EXPECT_EQ(row["verified"], true);
  EXPECT_GT(row["ms"], 0);
}

TEST(BenchCommand, NotANumberIsRightWhereTheReferenceHasIt) {
  Workplace here;
  here.write("l.conv", "layer roots(x: f32[1, 8, 8, 8]) { return sqrt(x); }\n"
                       "layer poles(x: f32[1, 8, 8, 8]) { return 1 / relu(x); }\n");
  Outcome outcome = here.run({"bench", "l.conv", "--peer", "none", "--seconds", "0.5"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
}

TEST(BenchCommand, RefusesItsJsonFileBeforeItTimes) {
  Workplace here = withTable();
  Outcome table = here.run({"bench", "t.tsv", "--peer", "none", "--json", "t.tsv"});
  EXPECT_EQ(table.code, 1);
  EXPECT_EQ(table.out, "");
  EXPECT_THAT(table.err, HasSubstr("--json t.tsv would replace the file to time; name another"));
  EXPECT_EQ(here.read("t.tsv"), ::table);
  Outcome nowhere = here.run({"bench", "t.tsv", "--peer", "none", "--json", "nowhere/b.json"});
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_EQ(nowhere.out, "");
  EXPECT_THAT(nowhere.err, HasSubstr("cannot write nowhere/b.json: No such file or directory; "
                                     "name another with --json"));
}

TEST(BenchCommand, SaysOnceWhyAPeerIsNotThere) {
  Workplace here;
  here.write("a.conv", "layer a(x: f32[1, 8, 8, 8]) { return relu(x); }\n"
                       "layer b(x: f32[1, 8, 8, 9]) { return relu(x); }\n");
  Outcome outcome =
      here.run({"bench", "a.conv", "--seconds", "0.1", "--peer", "onednn", "--json", "b.json"});
  if (isWithoutOneDnn(outcome))
    GTEST_SKIP() << outcome.err;
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\npeer onednn was not timed beside a and 1 other layer: a "
                                     "peer computes the plain convolution of a table's row"));
  auto row = nlohmann::json::parse(here.read("b.json"))["rows"][0];
  EXPECT_THAT(row["peers_left_out"]["onednn"], HasSubstr("plain convolution"));
}

TEST(BenchCommand, RowsThatCannotBeCompiledAsAskedSayWhyAndStopNobody) {
  Workplace here = withTable();
  Outcome outcome = bench(here, {"--peer", "none", "--algorithm", "pointwise"});
  EXPECT_EQ(outcome.code, 1);
  auto document = nlohmann::json::parse(here.read("b.json"));
  ASSERT_EQ(document["rows"].size(), 3U);
  EXPECT_THAT(document["rows"][0]["problem"], HasSubstr("pointwise"));
  EXPECT_EQ(document["rows"][1]["algorithm"], "pointwise");
  EXPECT_EQ(document["rows"][1]["verified"], true);
}

TEST(BenchCommand, ATablesErrorsSayItsFileLineAndColumnOnce) {
  Workplace here;
  std::string header(table, std::string(table).find('\n'));
  // Reflected padding is smaller than the image; the compiler knows that.
  here.write("t.tsv", header + "\tpadding_mode\n"
                               "a\tmirror\t1\t8\t2\t9\t8\t3\t3\t1\t1\t2\t2\t1\t1\t1\treflect\n");
  Outcome outcome = bench(here, {"--peer", "none"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("t.tsv:2:28: padding_mode = reflect needs padding < H, but "
                                     "padding = 2 at the top and H is 2 [C19] (pad_h)"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("error:")));
  here.write("t.tsv", header + "\na\tb\t1\t8\t2\t9\t8\t3\t3\t0\t1\t2\t2\t1\t1\t1\n");
  EXPECT_EQ(bench(here, {}).err,
            "convwright: error: t.tsv:2:19: stride_h = '0' is not an integer from 1 to 2^24\n");
}

TEST(BenchCommand, ALayerTooLargeToCheckInTimeIsTimedAndSaysSo) {
  Workplace here;
  here.write("a.conv", "layer a(x: f32[1, 64, 256, 256], weight w: f32[64, 64, 3, 3], weight v: "
                       "f32[64, 64, 3, 3]) {\n  y = conv2d(x, w, padding = 1);\n"
                       "  return conv2d(y, v, padding = 1);\n}\n"
                       "layer b(x: f32[1, 64, 256, 256], weight w: f32[64, 64, 3, 3]) {\n"
                       "  return conv2d(x, w, padding = 1);\n}\n");
  Outcome outcome = here.run({"bench", "a.conv", "--seconds", "0.2", "--json", "b.json"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\na was not checked: kernel"));
  EXPECT_THAT(outcome.out, HasSubstr(" of 4194304 outputs were checked in the time there was"));
  auto rows = nlohmann::json::parse(here.read("b.json"))["rows"];
  EXPECT_EQ(rows[0]["verified"], false);
  EXPECT_THAT(rows[0]["unchecked"], HasSubstr("--seconds"));
  EXPECT_EQ(rows[1]["verified"], true);
  EXPECT_GT(rows[0]["ms"], 0);
}

TEST(BenchCommand, BadTablesPeersAndParametersAreRefused) {
  Workplace here = withTable();
  EXPECT_EQ(bench(here, {"--peer", "onedn"}).code, 2);
  EXPECT_THAT(bench(here, {"--peer", "onedn"}).err, HasSubstr("did you mean 'onednn'?"));
  EXPECT_EQ(bench(here, {"--tune-params", "tile_x"}).code, 2);
  EXPECT_EQ(bench(here, {"--layout", "chwn"}).code, 2);
  here.write("a.conv", "layer a(x: f32[1, 8, 8, 8]) { return relu(x); }\n");
  Outcome rows = here.run({"bench", "a.conv", "--filter", "b"});
  EXPECT_EQ(rows.code, 2);
  EXPECT_THAT(rows.err, HasSubstr("--suite and --filter choose rows of tables"));
  Outcome none = bench(here, {"--suite", "c"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("its suites are a, b"));
  here.write("t.tsv", "suite\tname\n");
  EXPECT_EQ(bench(here, {}).code, 1);
  EXPECT_EQ(here.run({"bench", "nowhere.tsv"}).code, 1);
}
