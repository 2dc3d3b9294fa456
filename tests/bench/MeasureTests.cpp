//===- MeasureTests.cpp - interleaving and judging samples ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Measure.h"

#include <gmock/gmock.h>

using namespace convwright;
using bench::Contender;
using bench::Measurement;
using bench::Samples;
using schedules::Error;
using schedules::Result;

namespace {

/// A contender whose samples all take `ns`; notes when it was asked in `log`.
Contender steady(const std::string &name, double ns, std::vector<std::string> *log = nullptr,
                 int group = 0) {
  return {name, group, [=](int count, int64_t) -> Result<Samples> {
            if (log)
              log->push_back(name);
            return Samples{std::vector<double>(count, ns), {}, 1000};
          }};
}

std::vector<Measurement> run(const std::vector<Contender> &contenders,
                             bench::MeasureOptions options = {}) {
  int64_t burst = INT64_MAX;
  return bench::measure(contenders, burst, options);
}

} // namespace

TEST(BenchMeasure, TakesTurnsInAlternatingOrder) {
  std::vector<std::string> log;
  bench::MeasureOptions options;
  options.rounds = 4;
  run({steady("ours", 100, &log), steady("peer", 110, &log)}, options);
  EXPECT_THAT(log,
              testing::ElementsAre("ours", "peer", "peer", "ours", "ours", "peer", "peer", "ours"));
}

TEST(BenchMeasure, RatioIsThePeersTimeOverOurs) {
  auto results = run({steady("ours", 2e6), steady("peer", 3e6)});
  EXPECT_DOUBLE_EQ(results[0].ms, 2);
  EXPECT_DOUBLE_EQ(bench::compare(results[1], results[0]).value, 1.5);
  EXPECT_DOUBLE_EQ(bench::compare(results[1], results[0]).interval.low, 1.5);
}

TEST(BenchMeasure, LeavesOutWhoIsFarBehindTheBestOfItsGroup) {
  auto results = run({steady("ours", 900), steady("slow", 1000, nullptr, 1),
                      steady("fast", 100, nullptr, 1), steady("winograd", 10, nullptr, 2)});
  EXPECT_FALSE(results[0].partial);
  EXPECT_TRUE(results[1].partial);
  EXPECT_EQ(results[1].samples, 12);
  EXPECT_FALSE(results[2].partial);
  EXPECT_FALSE(results[3].partial);
}

TEST(BenchMeasure, SpoiltSamplesDoNotCount) {
  Contender half{"half", 0, [](int count, int64_t) -> Result<Samples> {
                   return Samples{std::vector<double>(count / 2, 100.0),
                                  std::vector<double>(count / 2, 900.0), 1000};
                 }};
  auto results = run({half});
  EXPECT_DOUBLE_EQ(results[0].ms, 100e-6);
  EXPECT_FALSE(results[0].noisy);
  EXPECT_EQ(results[0].spoilt, results[0].samples);
}

TEST(BenchMeasure, TheFastestQuarterCountsWhenNoSampleIsCleanAndThatIsSaid) {
  Contender spoilt{"spoilt", 0, [](int, int64_t) -> Result<Samples> {
                     return Samples{{}, {900, 100, 800, 900}, 1000};
                   }};
  bench::MeasureOptions options;
  auto results = run({spoilt, steady("peer", 200)}, options);
  EXPECT_TRUE(results[0].noisy);
  EXPECT_DOUBLE_EQ(results[0].ms, 100e-6);
  EXPECT_EQ(results[0].samples, 4 * options.rounds) << "rounds are added, and one of four counts";
  EXPECT_TRUE(results[1].noisy) << "all are judged alike";
  EXPECT_DOUBLE_EQ(bench::compare(results[1], results[0]).interval.low, 2);
}

TEST(BenchMeasure, OneThatWasLeftOutMayHaveSpoiltSamplesOnly) {
  Contender slow{"slow", 0, [](int count, int64_t) -> Result<Samples> {
                   return Samples{{}, std::vector<double>(count, 9000.0), 1000};
                 }};
  auto results = run({steady("ours", 100), slow});
  EXPECT_TRUE(results[1].partial);
  EXPECT_DOUBLE_EQ(results[1].ms, 9000e-6);
  EXPECT_FALSE(results[0].noisy);
}

TEST(BenchMeasure, TheIntervalNeedsNoCommonRounds) {
  Measurement peer, ours;
  peer.ms = 2;
  ours.ms = 1;
  peer.rounds = {{2e6, 2e6}, {}};
  ours.rounds = {{}, {1e6, 1e6}};
  EXPECT_DOUBLE_EQ(bench::compare(peer, ours).interval.low, 2);
}

TEST(BenchMeasure, TheIntervalHoldsTheRatio) {
  Measurement peer, ours;
  peer.ms = 3; // of rounds that we had no part in
  ours.ms = 1;
  peer.rounds = {{2e6}, {2e6}, {2e6}, {9e6}, {9e6}};
  ours.rounds = {{1e6}, {1e6}, {1e6}, {}, {}};
  bench::Ratio ratio = bench::compare(peer, ours);
  EXPECT_DOUBLE_EQ(ratio.value, 3);
  EXPECT_DOUBLE_EQ(ratio.interval.low, 2);
  EXPECT_DOUBLE_EQ(ratio.interval.high, 3);
  peer.ms = 1;
  EXPECT_DOUBLE_EQ(bench::compare(peer, ours).interval.low, 1);
}

TEST(BenchMeasure, AContenderThatDiesKeepsItsReasonAndStopsNobody) {
  int asked = 0;
  Contender dying{"dying", 0, [&](int count, int64_t) -> Result<Samples> {
                    if (++asked == 3)
                      return Error{"its runner ended"};
                    return Samples{std::vector<double>(count, 100.0), {}, 1000};
                  }};
  auto results = run({steady("ours", 100), dying});
  EXPECT_EQ(results[1].problem, "its runner ended");
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(results[0].samples, 32);
}

TEST(BenchMeasure, KeepsTheBestBurstOfAllContenders) {
  int64_t burst = 5000;
  bench::measure({steady("ours", 100)}, burst, {});
  EXPECT_EQ(burst, 1000);
}

TEST(BenchMeasure, StopsWhenCancelled) {
  std::atomic<bool> cancelled{true};
  bench::MeasureOptions options;
  options.cancelled = &cancelled;
  EXPECT_EQ(run({steady("ours", 100)}, options)[0].samples, 0);
}
