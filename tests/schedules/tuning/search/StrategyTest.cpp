//===- StrategyTest.cpp - what every strategy promises ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Strategy.h"

#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

/// The times of a smooth made-up machine: strategies must find their way on it.
Outcome outcomeOf(const Plan &plan) {
  auto away = [&](const char *name, double best) {
    double difference = static_cast<double>(plan.get(name, 1)) - best;
    return difference * difference;
  };
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ms =
      1 + 0.05 * away("tile_x", 5) + 0.2 * away("tile_k", 2) + (plan.algorithm == "loops" ? 5 : 0);
  return outcome;
}

class EveryStrategy : public ::testing::TestWithParam<std::string> {
protected:
  std::unique_ptr<Strategy> make(const Space &space, uint64_t seed = 1) {
    auto made = makeStrategy(GetParam(), {space, problem, nullptr, seed, {}});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return std::move(*made);
  }

  /// Texts of the plans of so many trials, told what became of each.
  std::vector<std::string> run(const Space &space, size_t trials, uint64_t seed,
                               double *best = nullptr) {
    std::unique_ptr<Strategy> strategy = make(space, seed);
    std::vector<std::string> texts;
    strategy->observe(space.defaultPlan(), outcomeOf(space.defaultPlan()));
    double fastest = outcomeOf(space.defaultPlan()).ms;
    while (texts.size() < trials) {
      std::vector<Plan> plans = strategy->propose(std::min<size_t>(4, trials - texts.size()));
      if (plans.empty())
        break;
      for (const Plan &plan : plans) {
        texts.push_back(print(plan));
        fastest = std::min(fastest, outcomeOf(plan).ms);
        strategy->observe(plan, outcomeOf(plan));
      }
    }
    if (best)
      *best = fastest;
    return texts;
  }

  Problem problem{
      convolutionKernel({.C = 32, .H = 14, .W = 14, .K = 32, .R = 3, .S = 3, .padH = 1, .padW = 1}),
      "x86-64-v3", 1};
  Target target = *findTarget("x86-64-v3");
};

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const StrategyInfo &info : allStrategies())
    list.push_back(info.name);
  return list;
}

} // namespace

TEST_P(EveryStrategy, IsDeterministicUnderASeed) {
  Space space(problem.kernel, target);
  EXPECT_EQ(run(space, 60, 5), run(space, 60, 5));
}

TEST_P(EveryStrategy, NeverProposesAPlanTwiceNorOneThatItWasToldOf) {
  Space space(problem.kernel, target);
  std::vector<std::string> texts = run(space, 150, 2);
  EXPECT_EQ(texts.size(), 150);
  EXPECT_EQ(std::set(texts.begin(), texts.end()).size(), texts.size());
  EXPECT_THAT(texts, ::testing::Not(::testing::Contains(print(space.defaultPlan()))));
}

TEST_P(EveryStrategy, ExhaustsASmallSpace) {
  Space space(problem.kernel, target, {{"loops"}, 0});
  double plans = space.count().plans;
  EXPECT_EQ(run(space, 1000, 3).size(), static_cast<size_t>(plans) - 1); // the default was told
}

TEST_P(EveryStrategy, ProposesOnlyLegalPlansInNormalForm) {
  Space space(problem.kernel, target);
  std::unique_ptr<Strategy> strategy = make(space);
  for (const Plan &plan : strategy->propose(40)) {
    Result<Plan> normal = space.normalise(plan);
    ASSERT_TRUE(normal);
    EXPECT_EQ(print(*normal), print(plan));
  }
}

TEST_P(EveryStrategy, SurvivesFailuresOnly) {
  Space space(problem.kernel, target);
  std::unique_ptr<Strategy> strategy = make(space);
  Outcome crashed;
  crashed.verdict = Verdict::Crashed;
  for (int i = 0; i < 20; ++i)
    for (const Plan &plan : strategy->propose(4))
      strategy->observe(plan, crashed);
  EXPECT_EQ(strategy->propose(4).size(), 4);
}

TEST_P(EveryStrategy, FindsItsWayOnASmoothMachine) {
  if (GetParam() == "exhaustive")
    return; // it goes in the order of the space
  Space space(problem.kernel, target);
  double best = 0;
  run(space, 300, 4, &best);
  EXPECT_LT(best, 1.3);
}

INSTANTIATE_TEST_SUITE_P(Strategies, EveryStrategy, ::testing::ValuesIn(names()),
                         [](const auto &info) { return info.param; });

TEST(MakeStrategy, RefusesUnknownOptionsAndValuesOutOfRange) {
  Problem problem{convolutionKernel({.C = 8, .H = 4, .W = 4, .K = 8}), "x86-64-v3", 1};
  Space space(problem.kernel, *findTarget("x86-64-v3"));
  auto unknown = makeStrategy("evolutionary", {space, problem, nullptr, 1, {{"populatoin", 3}}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("population"));
  auto outside = makeStrategy("evolutionary", {space, problem, nullptr, 1, {{"population", 1}}});
  ASSERT_FALSE(outside);
  EXPECT_THAT(outside.error().message, HasSubstr("2 .. 10000"));
}
