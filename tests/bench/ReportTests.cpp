//===- ReportTests.cpp - text and JSON of a bench -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace convwright::bench;
using testing::HasSubstr;

namespace {

Measurement measured(const std::string &name, double ms) {
  Measurement result;
  result.name = name;
  result.ms = ms;
  result.samples = 4;
  result.rounds = {{ms * 1e6, ms * 1e6}, {ms * 1e6, ms * 1e6}};
  return result;
}

RowResult row(const std::string &suite, double ours, double nhwc, double any, double winograd) {
  RowResult result;
  result.suite = suite;
  result.name = suite + "_layer";
  result.target = "znver4";
  result.algorithm = "direct";
  result.source = "default";
  result.flops = 1e8;
  result.verified = true;
  result.checkedOutputs = 10;
  result.ours = measured("convwright", ours);
  result.peers = {{PeerKind::Direct, "jit", measured("onednn2.6:nhwc", nhwc)},
                  {PeerKind::Direct, "jit", measured("onednn2.6:any", any)},
                  {PeerKind::Winograd, "wino", measured("onednn2.6:winograd", winograd)}};
  return result;
}

const MachineInfo machine{"a CPU", {1}, 100};

} // namespace

TEST(BenchReport, HoldsUsToTheBestDirectModeAndShowsWinogradApart) {
  RowResult result = row("a", 1, 1.5, 1.25, 0.5);
  EXPECT_EQ(result.best(PeerKind::Direct)->measurement.name, "onednn2.6:any");
  EXPECT_DOUBLE_EQ(result.ratio(PeerKind::Direct)->value, 1.25);
  EXPECT_DOUBLE_EQ(result.ratio(PeerKind::Winograd)->value, 0.5);
}

TEST(BenchReport, GeometricMeansAreBySuiteAndOverAll) {
  auto means = geometricMeans({row("a", 1, 2, 3, 1), row("b", 2, 1, 4, 1)}, PeerKind::Direct);
  EXPECT_DOUBLE_EQ(means.at("a"), 2);
  EXPECT_DOUBLE_EQ(means.at("b"), 0.5);
  EXPECT_DOUBLE_EQ(means.at("all"), 1);
}

TEST(BenchReport, JsonHasTheDocumentedFields) {
  auto document = nlohmann::json::parse(toJson({row("a", 1, 1.5, 1.25, 0.5)}, machine));
  EXPECT_EQ(document["peak_gflops"], 100);
  EXPECT_EQ(document["machine"]["cpu"], "a CPU");
  const auto &first = document["rows"][0];
  for (const char *field : {"suite", "name", "target", "threads", "algorithm", "source", "ms",
                            "peers", "ratio", "rel_error", "verified"})
    EXPECT_TRUE(first.contains(field)) << field;
  EXPECT_EQ(first["peers"]["onednn2.6:nhwc"], 1.5);
  EXPECT_EQ(first["ratio"], 1.25);
  EXPECT_EQ(first["gflops"], 100);
  EXPECT_EQ(first["percent_of_peak"], 100);
  EXPECT_EQ(document["geomean"]["all"], 1.25);
}

TEST(BenchReport, ARowThatFailedSaysWhyAndCountsInNoMean) {
  RowResult failed;
  failed.name = "broken";
  failed.problem = "cannot be compiled";
  std::ostringstream text;
  printRow(text, failed, machine);
  EXPECT_THAT(text.str(), HasSubstr("cannot be compiled"));
  EXPECT_TRUE(geometricMeans({failed}, PeerKind::Direct).empty());
  auto document = nlohmann::json::parse(toJson({failed}, machine));
  EXPECT_EQ(document["rows"][0]["verified"], false);
  EXPECT_FALSE(document["rows"][0].contains("ms"));
}

TEST(BenchReport, TextShowsRatioIntervalAndPeak) {
  std::ostringstream text;
  printRow(text, row("a", 1, 1.5, 1.25, 0.5), machine);
  EXPECT_THAT(text.str(), HasSubstr("1.250"));
  EXPECT_THAT(text.str(), HasSubstr("onednn2.6:any"));
  printSummary(text, {row("a", 1, 1.5, 1.25, 0.5)}, machine);
  EXPECT_THAT(text.str(), HasSubstr("1 of 1 layers verified"));
}
