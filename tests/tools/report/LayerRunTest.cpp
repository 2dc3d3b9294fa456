//===- LayerRunTest.cpp - races, winners and progress by hand -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Sessions.h"
#include "tests/tools/report/HandMade.h"
#include "tools/report/Progress.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace convwright::report;
using namespace convwright::report::testing;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

namespace {

TEST(LogRatio, ErrorsOfRacesAddUpInQuadrature) {
  LogRatio product = LogRatio::of(2, 2 / std::exp(0.03), 2 * std::exp(0.05)) +
                     LogRatio::of(3, 3 / std::exp(0.04), 3 * std::exp(0.12));
  EXPECT_NEAR(product.ratio(), 6, 1e-12);
  EXPECT_NEAR(product.low(), 6 / std::exp(0.05), 1e-9);
  EXPECT_NEAR(product.high(), 6 * std::exp(0.13), 1e-9);
}

TEST(LogRatio, TurnedRoundItsIntervalTurnsToo) {
  LogRatio inverse = -LogRatio::of(2, 1.6, 2.2);
  EXPECT_NEAR(inverse.low(), 1 / 2.2, 1e-12);
  EXPECT_NEAR(inverse.high(), 1 / 1.6, 1e-12);
}

TEST(LogRatio, AnIntervalOfZerosIsUnknown) {
  EXPECT_EQ(LogRatio::of(2, 0, 0).low(), 0);
  EXPECT_TRUE(std::isinf(LogRatio::of(2, 0, 0).high()));
}

TEST(LayerRun, TimesAreChainedThroughTheIncumbentsAndNotReadOffTheClock) {
  std::vector<Record> records = smallRun();
  LayerRun run = runsOf(records)[0];
  ASSERT_EQ(run.trials.size(), 5u);
  EXPECT_NEAR(run.trials[1].toDefault.ratio(), 1 / 1.25, 1e-12);
  EXPECT_NEAR(run.trials[2].toDefault.ratio(), 1 / 1.25 / 0.8, 1e-12);
  EXPECT_NEAR(run.trials[4].toDefault.ratio(), 1 / 1.25 / 1.1, 1e-12);
  EXPECT_NEAR(run.trials[4].toDefault.high(),
              std::exp(std::hypot(std::log(1.02), std::log(1.02))) / 1.375, 1e-9);
  EXPECT_EQ(run.trials[4].seconds, 15);
}

TEST(LayerRun, TheLastIncumbentWinsAndNotTheSmallestNumber) {
  std::vector<Record> records = smallRun();
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, 4);
  EXPECT_EQ(run.gain.source, GainSource::Chain);
  EXPECT_NEAR(run.gain.ratio.ratio(), 1.375, 1e-12);
}

TEST(LayerRun, AgainstTheWinnerWhatLiesBeforeTheCommonIncumbentCancels) {
  std::vector<Record> records = smallRun();
  LayerRun run = runsOf(records)[0];
  LogRatio loser = run.toWinner(run.trials[2]);
  EXPECT_NEAR(loser.ratio(), 1.1 / 0.8, 1e-12);
  EXPECT_NEAR(loser.below, std::hypot(std::log(1.02), std::log(1.02)),
              1e-9);                                            // two races, not three
  EXPECT_NEAR(run.toWinner(run.trials[1]).ratio(), 1.1, 1e-12); // its own incumbent
  EXPECT_NEAR(run.toWinner(run.trials[1]).below, std::log(1.02), 1e-9);
  EXPECT_EQ(run.toWinner(run.trials[4]).ratio(), 1);
}

TEST(LayerRun, AFinalMeasurementDecidesTheGain) {
  std::vector<Record> records = smallRun();
  records.push_back(racedRecord(planA(5), 1.5, planA(1), 1.3));
  records.back().role = "final";
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.trials.size(), 5u);
  EXPECT_EQ(run.gain.source, GainSource::Final);
  EXPECT_NEAR(run.gain.ratio.ratio(), 1.3, 1e-12);
}

TEST(LayerRun, AWinnerThatTheFinalMeasurementFoundSlowerGivesWayToTheDefault) {
  std::vector<Record> records = smallRun();
  records.push_back(racedRecord(planA(5), 1.5, planA(1), 0.9));
  records.back().role = "final";
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, 0);
  EXPECT_EQ(run.gain.source, GainSource::DefaultKept);
  EXPECT_EQ(run.gain.ratio.ratio(), 1);
}

TEST(LayerRun, MostOfTheFinalMeasurementsDecide) {
  std::vector<Record> records = smallRun();
  for (double ratio : {1.3, 1.01, 1.1}) {
    records.push_back(racedRecord(planA(5), 1.5, planA(1), ratio));
    records.back().role = "final";
  }
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, 4);
  EXPECT_NEAR(run.gain.ratio.ratio(), 1.1, 1e-12); // the middle one
  records.push_back(records[6]);
  EXPECT_EQ(runsOf(records)[0].winner, 0); // two of four do not hold
}

TEST(LayerRun, NamesTheWinnerThatTheCompilerTakes) {
  Record guess = timedRecord(planA(5), 4, "final");
  guess.outcome.verdict = Verdict::Slower;
  Record says = racedRecord(planA(5), 1.5, planA(1), 1.3);
  Record denies = racedRecord(planA(5), 1.5, planA(1), 0.9);
  says.role = denies.role = "final";
  using Finals = std::vector<Record>;
  for (const Finals &finals :
       {Finals{}, Finals{guess}, Finals{guess, says}, Finals{guess, denies}}) {
    std::vector<Record> records = smallRun();
    records.insert(records.end(), finals.begin(), finals.end());
    std::vector<const Record *> pointers;
    for (const Record &record : records)
      pointers.push_back(&record);
    LayerRun run = runsOf(records)[0];
    const Record *winner = convwright::schedules::winnerOf(pointers);
    EXPECT_EQ(planKey(run.trials.at(static_cast<size_t>(run.winner)).record->plan),
              planKey(winner->plan));
    EXPECT_EQ(run.gain.source == GainSource::Final, winner->role == "final");
  }
}

TEST(LayerRun, WithoutRacesTheSmallestTimeWins) {
  std::vector<Record> records = {timedRecord(planA(1), 2, "default"), timedRecord(planA(2), 1),
                                 timedRecord(planA(3), 4)};
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, 1);
  EXPECT_EQ(run.gain.source, GainSource::Apart);
  EXPECT_NEAR(run.gain.ratio.ratio(), 2, 1e-12);
  EXPECT_THAT(bestSoFar(run), ElementsAre(1, DoubleNear(0.5, 1e-12), DoubleNear(0.5, 1e-12)));
}

TEST(LayerRun, TheLatestSessionWins) {
  std::vector<Record> records = smallRun();
  records.push_back(timedRecord(planA(1), 2, "default"));
  records.push_back(racedRecord(planA(7), 1.8, planA(1), 1.1, true));
  for (size_t i = 5; i < 7; ++i) {
    records[i].session = "two";
    records[i].date = "2026-11-28T02:00:00Z";
  }
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, 6);
  EXPECT_EQ(run.gain.source, GainSource::Race);
  EXPECT_NEAR(run.gain.ratio.ratio(), 1.1, 1e-12);
}

TEST(LayerRun, TargetsThreadsAndMachinesStandApart) {
  std::vector<Record> records(4, timedRecord(planA(1), 2, "default"));
  records[1].problem.target = "armv8-a";
  records[2].problem.threads = 4;
  records[3].hardware = {{"cpu", "another machine"}};
  EXPECT_EQ(runsOf(records).size(), 4u);
}

TEST(LayerRun, OnlyFailuresHaveNoWinner) {
  std::vector<Record> records = {failedRecord(planA(1), Verdict::Crashed, "signal 11")};
  LayerRun run = runsOf(records)[0];
  EXPECT_EQ(run.winner, -1);
  EXPECT_EQ(run.gain.source, GainSource::None);
  EXPECT_THAT(bestSoFar(run), ElementsAre(0));
  EXPECT_FALSE(trialsTo(0.97, bestSoFar(run)));
}

TEST(LayerRun, AFinalMeasurementAloneIsNoTrial) {
  std::vector<Record> records = {racedRecord(planA(5), 1.5, planA(1), 1.3)};
  records[0].role = "final";
  LayerRun run = runsOf(records)[0];
  EXPECT_TRUE(run.trials.empty());
  EXPECT_EQ(run.winner, -1);
}

TEST(Progress, TheBestSoFarIsWhatTheTunerAccepted) {
  std::vector<Record> records = smallRun();
  std::vector<double> curve = bestSoFar(runsOf(records)[0]);
  EXPECT_THAT(curve, ElementsAre(1, DoubleNear(0.8, 1e-12), DoubleNear(0.8, 1e-12),
                                 DoubleNear(0.8, 1e-12), DoubleNear(1 / 1.375, 1e-12)));
}

TEST(Progress, TrialsToAShareOfTheFinalSpeed) {
  std::vector<double> curve = {0, 1, 0.8, 0.72, 0.70};
  EXPECT_EQ(trialsTo(1, curve), 5);
  EXPECT_EQ(trialsTo(0.97, curve), 4); // 0.70 / 0.72 = 0.972
  EXPECT_EQ(trialsTo(0.85, curve), 3); // 0.70 / 0.80 = 0.875
  EXPECT_EQ(trialsTo(0.70, curve), 2);
}

} // namespace
