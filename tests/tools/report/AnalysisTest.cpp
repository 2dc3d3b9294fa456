//===- AnalysisTest.cpp - effects, noise and judgement by hand ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/report/HandMade.h"
#include "tools/report/Effects.h"
#include "tools/report/Judgement.h"
#include "tools/report/OverviewData.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace convwright::report;
using namespace convwright::report::testing;
using ::testing::HasSubstr;

namespace {

/// Candidates at exp(logTime) of the default's time.
std::vector<Record> design(const std::vector<std::tuple<int64_t, int64_t, double>> &points) {
  std::vector<Record> records;
  for (const auto &[a, b, logTime] : points)
    records.push_back(timedRecord(planA(a, b), std::exp(logTime)));
  records[0].role = "default";
  return records;
}

TEST(Effects, AParameterThatDecidesAllExplainsAllAndTheOtherNothing) {
  std::vector<Record> records = design({{1, 1, 0}, {1, 2, 0}, {2, 1, 1}, {2, 2, 1}});
  Effects effects = parameterEffects(runsOf(records)[0]);
  EXPECT_EQ(effects.candidates, 4);
  ASSERT_EQ(effects.parameters.size(), 2u);
  EXPECT_EQ(effects.parameters[0].name, "a");
  EXPECT_NEAR(effects.parameters[0].share, 1, 1e-12);
  EXPECT_EQ(effects.parameters[1].share, 0);
}

TEST(Effects, ShareIsAdjustedForTheNumberOfValues) {
  // Within: 0.5 + 2 = 2.5; total: 8.75. 1 - (2.5 / 2) / (8.75 / 3).
  std::vector<Record> records = design({{1, 1, 0}, {1, 1, 1}, {2, 1, 2}, {2, 1, 4}});
  Effects effects = parameterEffects(runsOf(records)[0]);
  ASSERT_EQ(effects.parameters.size(), 1u); // b took one value
  EXPECT_NEAR(effects.parameters[0].share, 0.5714285714, 1e-9);
  // As many values as candidates explain nothing.
  records = design({{1, 1, 0}, {2, 1, 1}, {3, 1, 2}});
  EXPECT_EQ(parameterEffects(runsOf(records)[0]).parameters[0].share, 0);
}

TEST(Effects, BoxesAreQuartilesOfTimesOverTheDefaults) {
  std::vector<Record> records =
      design({{1, 1, 0}, {2, 1, std::log(2)}, {2, 1, std::log(4)}, {2, 1, std::log(8)}});
  const ValueEffect value = parameterEffects(runsOf(records)[0]).parameters[0].values[1];
  EXPECT_EQ(value.value, 2);
  EXPECT_EQ(value.count, 3);
  EXPECT_NEAR(value.low, 2, 1e-9);
  EXPECT_NEAR(value.lowerQuartile, std::sqrt(8), 1e-9);
  EXPECT_NEAR(value.median, 4, 1e-9);
  EXPECT_NEAR(value.high, 8, 1e-9);
}

TEST(Noise, TheIncumbentIsComparedWithItsOwnUsualTime) {
  std::vector<Record> records = smallRun();
  records[1].outcome.samples = {1, 1, 1};
  records[1].outcome.incumbent = {100, 100, 100};
  records[2].outcome.samples = {1, 1};
  records[2].outcome.incumbent = {50, 60}; // of another incumbent
  records[2].outcome.spoilt = 3;
  records[2].outcome.machineState = "drifting";
  Noise noise = noiseOf(runsOf(records)[0]);
  EXPECT_EQ(noise.timed, 2);
  EXPECT_NEAR(noise.spoiltShare, 3.0 / 8, 1e-12);
  EXPECT_EQ(noise.drifting, 1);
  ASSERT_EQ(noise.incumbent.size(), 2u);
  EXPECT_EQ(noise.incumbent[0].trial, 2);
  EXPECT_NEAR(noise.incumbent[0].median, 1, 1e-12);
  EXPECT_NEAR(noise.incumbent[1].lowerQuartile, 52.5 / 55, 1e-12);
  EXPECT_NEAR(noise.intervalWidth, 1.02 * 1.02 - 1, 1e-9);
}

std::string reasonOf(const std::vector<Record> &records, size_t trial) {
  LayerRun run = runsOf(records)[0];
  return whyLost(run, run.trials[trial]);
}

TEST(WhyLost, SaysHowMuchSlowerAndHowSure) {
  std::vector<Record> records = smallRun();
  EXPECT_EQ(reasonOf(records, 4), "the winner");
  EXPECT_EQ(reasonOf(records, 3), "timed out: did not compile in 20 s");
  EXPECT_EQ(reasonOf(records, 2), "37.5 % slower (at least 33.7 %, 99 % sure)");
  EXPECT_EQ(reasonOf(records, 1), "best until trial 5; 10.0 % slower (at least 7.8 %, 99 % sure)");
  EXPECT_EQ(reasonOf(records, 0), "the default: 37.5 % slower (at least 33.7 %)");
}

TEST(WhyLost, SaysWhenNothingCanBeSaid) {
  std::vector<Record> records = smallRun();
  records.push_back(racedRecord(planA(6), 1.6, planA(5), 0.995));
  EXPECT_EQ(reasonOf(records, 5), "no clear difference: +0.5 % (-1.5 .. +2.5)");
  records.push_back(racedRecord(planA(7), 1.6, planA(5), 1.1));
  EXPECT_THAT(reasonOf(records, 6), HasSubstr("was not when seen again"));
}

TEST(WhyLost, NamesEveryKindOfFailure) {
  std::vector<Record> records = smallRun();
  records.push_back(failedRecord(planA(6), Verdict::Wrong, ""));
  records.back().outcome.relativeError = 3e-2;
  records.back().outcome.allowedError = 2e-6;
  records.push_back(failedRecord(planA(7), Verdict::Refused, "pruned by the static model"));
  records.push_back(racedRecord(planA(8), 3, planA(5), 0.5));
  records.back().outcome.verdict = Verdict::Slower;
  EXPECT_EQ(reasonOf(records, 5), "wrong: relative error 0.03, allowed 2e-06");
  EXPECT_EQ(reasonOf(records, 6), "refused: pruned by the static model");
  EXPECT_EQ(reasonOf(records, 7),
            "stopped early: about 2.00 x the incumbent's time, at least 1.96 x, 99 % sure");
}

Judgement judgementOf(const std::vector<Record> &records) {
  LayerRun run = runsOf(records)[0];
  return judge(run, noiseOf(run));
}

TEST(WhyLost, AGuessIsNotCalledATime) {
  std::vector<Record> records = smallRun();
  Record guess = timedRecord(planA(9), 9);
  guess.outcome.verdict = Verdict::Slower;
  guess.outcome.reason = "not timed: about 9 ms by the static model, 4 x its estimate";
  records.push_back(guess);
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(whyLost(run, run.trials[5]), guess.outcome.reason);
  EXPECT_FALSE(run.trials[5].timed());
}

TEST(Judgement, FollowsTheEvidence) {
  std::vector<Record> records = smallRun();
  EXPECT_EQ(judgementOf(records).trust, Trust::Unconfirmed);
  records.push_back(racedRecord(planA(5), 1.5, planA(1), 1.3));
  records.back().role = "final";
  EXPECT_EQ(judgementOf(records).trust, Trust::Clear);
  records.back().outcome.ratioLow = 0.99; // compile takes the default then, too
  EXPECT_EQ(judgementOf(records).trust, Trust::Kept);
  records = {timedRecord(planA(1), 2, "default"), racedRecord(planA(2), 2, planA(1), 1.0)};
  EXPECT_EQ(judgementOf(records).trust, Trust::Kept);
  records = {timedRecord(planA(1), 2, "default"), timedRecord(planA(2), 1)};
  EXPECT_EQ(judgementOf(records).trust, Trust::Doubtful);
  for (Record &record : records)
    record.measure = "static";
  EXPECT_EQ(judgementOf(records).trust, Trust::Estimated);
  records = {failedRecord(planA(1), Verdict::Crashed, "signal 11")};
  EXPECT_EQ(judgementOf(records).trust, Trust::Nothing);
}

TEST(MeanGain, IsGeometricAndErrorsOfLayersAreIndependent) {
  std::vector<Layer> layers(3);
  layers[0].run.gain = {GainSource::Final, {std::log(2), 0.03, 0.05}, 0.99};
  layers[1].run.gain = {GainSource::Race, {std::log(8), 0.04, 0.12}, 0.95};
  MeanGain mean = meanGain(layers); // the third has no gain
  EXPECT_EQ(mean.layers, 2u);
  EXPECT_NEAR(mean.ratio.ratio(), 4, 1e-9);
  EXPECT_NEAR(mean.ratio.below, 0.025, 1e-12);
  EXPECT_NEAR(mean.ratio.above, 0.065, 1e-12);
  EXPECT_EQ(mean.confidence, 0.95);
}

} // namespace
