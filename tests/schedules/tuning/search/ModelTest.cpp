//===- ModelTest.cpp - the strategy that learns ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every strategy promises (no plan twice, determinism, small spaces exhausted) is tested for
// this one, too, in StrategyTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Learner.h"
#include "schedules/tuning/search/Strategy.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

Outcome timed(double ms) {
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ms = ms;
  return outcome;
}

/// A machine on which only wide tiles are fast, which no analytic model knows.
Outcome wideIsFast(const Plan &plan) {
  return timed(plan.get("tile_x", 1) >= 5 && plan.get("block_c", 0) == 8 ? 1 : 4);
}

class ModelTest : public ::testing::Test {
protected:
  std::unique_ptr<Strategy> make(std::map<std::string, double> options = {},
                                 const RecordIndex *records = nullptr) {
    auto made = makeStrategy("model", {space, problem, records, 1, std::move(options)});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return std::move(*made);
  }

  Problem problem = sampleProblem();
  Target target = sampleTarget();
  Space space{problem.kernel, target};
};

TEST_F(ModelTest, WithoutDataItProposesWhatTheAnalyticModelExpectsToBeFast) {
  std::unique_ptr<Strategy> model = make({{"epsilon", 0}});
  Features features(problem.kernel, target);
  double standard = features.analytic(space.defaultPlan()), sum = 0;
  std::vector<Plan> plans = model->propose(8);
  for (const Plan &plan : plans)
    sum += features.analytic(plan) - standard;
  Random random(1);
  double drawn = 0;
  for (size_t i = 0; i < plans.size(); ++i)
    drawn += features.analytic(*space.sample(random)) - standard;
  EXPECT_LT(sum / 8, 0.3);
  EXPECT_LT(sum, drawn);
}

TEST_F(ModelTest, FirstProposalsDifferInMoreThanOneParameter) {
  std::unique_ptr<Strategy> model = make({{"epsilon", 0}});
  std::vector<Plan> plans = model->propose(6);
  ASSERT_EQ(plans.size(), 6U);
  for (size_t i = 0; i < plans.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      int differences = plans[i].algorithm != plans[j].algorithm ? 2 : 0;
      for (const auto &[name, value] : plans[i].parameters)
        differences += plans[j].get(name, value - 1) != value;
      EXPECT_GT(differences, 1) << print(plans[i]) << '\n' << print(plans[j]);
    }
}

TEST_F(ModelTest, LearnsFromOutcomesWhatNoModelKnew) {
  std::unique_ptr<Strategy> model = make();
  int early = 0, late = 0;
  for (int trial = 0; trial < 90; ++trial)
    for (const Plan &plan : model->propose(1)) {
      bool fast = wideIsFast(plan).ms < 2;
      early += trial < 30 && fast;
      late += trial >= 60 && fast;
      model->observe(plan, wideIsFast(plan));
    }
  EXPECT_GT(late, early);
  EXPECT_GE(late, 12);
}

TEST_F(ModelTest, LearnsThatWhatFailsIsSlow) {
  LearnerOptions options;
  Learner learner(space, problem, nullptr, options);
  Random random(3);
  std::vector<Plan> plans;
  while (plans.size() < 60)
    if (std::optional<Plan> plan = space.sample(random); plan->algorithm == "direct")
      plans.push_back(*plan);
  for (const Plan &plan : plans)
    learner.observe(plan, plan.get("tile_k", 1) > 1 ? Outcome{} : timed(1));
  learner.learn();
  std::vector<Example> examples = learner.examples(plans);
  std::vector<Learner::Prediction> predictions = learner.predict(examples);
  double failed = 0, fine = 0, failedCount = 0, fineCount = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    bool fails = plans[i].get("tile_k", 1) > 1;
    (fails ? failed : fine) += predictions[i].mean - examples[i].guess;
    (fails ? failedCount : fineCount) += 1;
  }
  EXPECT_GT(failed / failedCount, fine / fineCount + 0.5);
}

TEST_F(ModelTest, GuessesOfTheStaticModelTeachNothing) {
  Learner learner(space, problem, nullptr, {});
  Outcome guess = timed(0.001);
  guess.verdict = Verdict::Slower;
  learner.observe(space.defaultPlan(), guess);
  EXPECT_EQ(learner.observed(), 0U);
  learner.observe(space.defaultPlan(), timed(1));
  EXPECT_EQ(learner.observed(), 1U);
}

TEST_F(ModelTest, OnlyFailuresTeachNothingAndHarmNothing) {
  std::unique_ptr<Strategy> model = make();
  for (int trial = 0; trial < 12; ++trial)
    for (const Plan &plan : model->propose(1))
      model->observe(plan, Outcome{});
  EXPECT_EQ(model->propose(3).size(), 3U);
}

TEST_F(ModelTest, OtherLayersRecordsChangeTheGuess) {
  Layer layer;
  layer.C = layer.K = 64;
  layer.H = layer.W = 14;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  Problem other{canonicalKernel(convolutionKernel(layer)), "x86-64-v3", 1};
  Space otherSpace(other.kernel, target);
  RecordSet set;
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    Plan plan = i == 0 ? otherSpace.defaultPlan() : *otherSpace.sample(random);
    Record record = sampleRecord(plan);
    record.problem = other;
    record.key = problemKey(other.kernel);
    record.role = i == 0 ? "default" : "candidate";
    record.outcome = wideIsFast(plan);
    set.records.push_back(record);
  }
  RecordIndex index(std::move(set));
  std::vector<Plan> fast, slow;
  while (fast.size() < 20 || slow.size() < 20)
    if (std::optional<Plan> plan = space.sample(random))
      (wideIsFast(*plan).ms < 2 ? fast : slow).push_back(*plan);
  auto mean = [](const Learner &learner, const std::vector<Plan> &plans) {
    double sum = 0;
    for (const Example &example : learner.examples(plans))
      sum += example.guess;
    return sum / static_cast<double>(plans.size());
  };
  auto advantage = [&](const Learner &learner) {
    return mean(learner, slow) - mean(learner, fast);
  };
  Learner taught(space, problem, &index, {}), untaught(space, problem, nullptr, {});
  EXPECT_GT(advantage(taught), advantage(untaught));
}

TEST_F(ModelTest, OptionsAreCheckedAgainstTheTable) {
  auto wrong = makeStrategy("model", {space, problem, nullptr, 1, {{"epsilon", 2}}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("epsilon = 2 is not within 0 .. 1"));
}

} // namespace
