//===- ReplayTest.cpp - searches on records alone --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Replay.h"

#include "tests/schedules/tuning/records/SampleRecords.h"

#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

/// The sample problem's default and some other plans; one of them failed, one was timed twice.
RecordSet sampleSet() {
  RecordSet set;
  Space space(sampleProblem().kernel, sampleTarget());
  Random random(2);
  for (int i = 0; i < 30; ++i) {
    Plan plan = i == 0 ? space.defaultPlan() : *space.sample(random);
    set.records.push_back(sampleRecord(plan, 2.0 + i));
  }
  set.records[5].outcome = {};
  set.records[5].outcome.verdict = Verdict::Crashed;
  set.records.push_back(set.records[9]);
  set.records.back().outcome.ms = 1;
  return set;
}

const RecordSet &recordedOnes() {
  static const RecordSet set = [] {
    std::vector<std::string> files;
    for (const auto &entry :
         std::filesystem::directory_iterator(CONVWRIGHT_SOURCE_DIR "/tests/data/spaces"))
      if (entry.path().extension() == ".jsonl")
        files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    Result<RecordSet> records = readRecords(files);
    EXPECT_TRUE(records);
    return records ? *records : RecordSet{};
  }();
  return set;
}

TEST(Replay, LastRecordOfAPlanCounts) {
  std::vector<RecordedSpace> spaces = recordedSpaces(sampleSet());
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_EQ(spaces.front().bestMs, 1);
  EXPECT_EQ(spaces.front().find(sampleSet().records[9].plan)->ms, 1);
}

TEST(Replay, MeasurerGivesRecordedOutcomesAndRefusesTheRest) {
  RecordSet set = sampleSet();
  RecordedSpace space = recordedSpaces(set).front();
  ReplayMeasurer measurer(space);
  EXPECT_TRUE(measurer.deterministic());
  Plan unknown = samplePlan();
  unknown.parameters["strip"] = 9999;
  size_t count = 0;
  auto outcomes = measurer.measure(
      space.problem, {set.records[9].plan, set.records[5].plan, unknown}, set.records[0].plan,
      [&](size_t index, const Outcome &) { EXPECT_EQ(index, count++); }, nullptr);
  ASSERT_TRUE(outcomes);
  ASSERT_EQ(outcomes->size(), 3U);
  EXPECT_EQ(count, 3U);
  EXPECT_EQ((*outcomes)[0].verdict, Verdict::Ok);
  EXPECT_DOUBLE_EQ((*outcomes)[0].ratio, 2.0); // the default takes 2 ms
  EXPECT_TRUE((*outcomes)[0].better);
  EXPECT_EQ((*outcomes)[1].verdict, Verdict::Crashed);
  EXPECT_FALSE((*outcomes)[1].better);
  EXPECT_EQ((*outcomes)[2].verdict, Verdict::Refused);
  EXPECT_THAT((*outcomes)[2].reason, HasSubstr("no record"));
}

TEST(Replay, CancelledMeasuresNoMore) {
  RecordSet set = sampleSet();
  RecordedSpace space = recordedSpaces(set).front();
  std::atomic<bool> cancelled{true};
  auto outcomes = ReplayMeasurer(space).measure(
      space.problem, {set.records[0].plan}, std::nullopt, [](size_t, const Outcome &) {},
      &cancelled);
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE(outcomes->empty());
}

TEST(Replay, SameSearchSameTrials) {
  RecordSet set = sampleSet();
  RecordedSpace space = recordedSpaces(set).front();
  for (const char *strategy : {"random", "evolutionary", "model", "transfer"}) {
    ReplayOptions options;
    options.strategy = strategy;
    options.seeds = 3;
    Result<ReplayResult> first = replay(space, set, options), again = replay(space, set, options);
    ASSERT_TRUE(first && again) << strategy;
    EXPECT_EQ(first->trials, again->trials) << strategy;
    EXPECT_EQ(first->trials.size(), 3U);
    for (const std::array<int, 3> &trials : first->trials) {
      EXPECT_GE(trials[0], 1); // the default is half as fast
      EXPECT_LE(trials[0], trials[1]);
      EXPECT_LE(trials[1], trials[2]);
      EXPECT_LT(trials[2], 30);
    }
  }
}

TEST(Replay, DefaultThatIsBestNeedsNoTrial) {
  RecordSet set = sampleSet();
  set.records[0].outcome.ms = 0.5;
  ReplayOptions options;
  options.seeds = 2;
  Result<ReplayResult> result = replay(recordedSpaces(set).front(), set, options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->defaultMs, 0.5);
  EXPECT_EQ(result->mean, (std::array<double, 3>{0, 0, 0}));
}

/// Once, plans that got a new parameter were all taken for unrecorded ones.
TEST(Replay, RecordsFromBeforeAParameterWasAddedAreFound) {
  RecordSet set = sampleSet();
  for (Record &record : set.records)
    if (record.plan.algorithm == "direct")
      record.plan.parameters.erase("parallel_k");
  ReplayOptions options;
  options.strategy = "random";
  options.seeds = 2;
  Result<ReplayResult> result = replay(recordedSpaces(set).front(), set, options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->defaultMs, 2);
  EXPECT_LT(result->mean[2], static_cast<double>(result->plans));
}

TEST(Replay, UnknownStrategiesAreErrors) {
  RecordSet set = sampleSet();
  ReplayOptions options;
  options.strategy = "modle";
  Result<ReplayResult> result = replay(recordedSpaces(set).front(), set, options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("did you mean 'model'"));
}

TEST(Replay, RecordedSpacesAreWhole) {
  EXPECT_TRUE(recordedOnes().broken.empty());
  std::vector<RecordedSpace> spaces = recordedSpaces(recordedOnes());
  EXPECT_GE(spaces.size(), 8U);
  ReplayOptions options;
  options.strategy = "random";
  options.seeds = 1;
  for (const RecordedSpace &space : spaces) {
    Result<ReplayResult> result = replay(space, recordedOnes(), options);
    ASSERT_TRUE(result) << space.name;
    EXPECT_GE(result->plans, 200U) << space.name;
    EXPECT_GT(result->defaultMs, 0) << space.name;
  }
}

/// The claim (a third, with 20 seeds) is tests/bench/ReplaySpaces.cpp's; here is a weaker one that
/// few seeds can hold.
TEST(Replay, ModelNeedsHalfOfRandomsTrialsOnRecordedSpaces) {
  double logs = 0, count = 0;
  for (const RecordedSpace &space : recordedSpaces(recordedOnes())) {
    ReplayOptions options;
    options.seeds = 3;
    Result<ReplayResult> model = replay(space, recordedOnes(), options);
    options.strategy = "random";
    options.seeds = 20;
    Result<ReplayResult> random = replay(space, recordedOnes(), options);
    ASSERT_TRUE(model && random) << space.name;
    if (random->mean[1] <= 0 || model->mean[1] <= 0)
      continue;
    logs += std::log(model->mean[1] / random->mean[1]);
    ++count;
  }
  EXPECT_LT(std::exp(logs / count), 0.5);
}

} // namespace
