//===- SpaceTest.cpp - spaces: counts, samples, normal forms ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Space.h"

#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

const Layer small3x3{.C = 4, .H = 5, .W = 6, .K = 8, .R = 3, .S = 3, .padH = 1, .padW = 1};
const Layer small1x1{.C = 8, .H = 5, .W = 6, .K = 16};
const Layer depthwise3x3{
    .C = 8, .H = 9, .W = 9, .K = 8, .R = 3, .S = 3, .padH = 1, .padW = 1, .groups = 8};

std::string textOf(const Plan &plan) { return print(plan); }

Space spaceOf(const Layer &layer, const char *target = "x86-64-v3",
              const std::vector<std::string> &algorithms = {}) {
  return {convolutionKernel(layer), *findTarget(target), {algorithms, 0}};
}

} // namespace

TEST(Space, HoldsEveryAlgorithmThatCanAndNoOther) {
  std::set<std::string_view> names;
  Space space = spaceOf(small3x3);
  for (const Space::Part &part : space.parts())
    names.insert(part.algorithm->name());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("direct", "loops"));
  EXPECT_EQ(spaceOf(small3x3, "x86-64-v3", {"loops"}).parts().size(), 1);
}

TEST(Space, AToleranceLeavesOutWhatCannotPromiseIt) {
  Space space(convolutionKernel(small3x3), *findTarget("x86-64-v3"), {{}, 1e-9});
  EXPECT_TRUE(space.parts().empty());
  EXPECT_EQ(space.count().plans, 0);
  Random random(1);
  EXPECT_FALSE(space.sample(random));
}

TEST(Space, EveryPlanIsVisitedOnceLegalAndInNormalForm) {
  for (const Layer &layer : {small3x3, small1x1, depthwise3x3}) {
    Space space = spaceOf(layer);
    std::set<std::string> seen;
    space.forEach([&](const Plan &plan) {
      EXPECT_TRUE(seen.insert(textOf(plan)).second) << textOf(plan);
      Result<Plan> normal = space.normalise(plan);
      EXPECT_TRUE(normal) << normal.error().message;
      EXPECT_EQ(textOf(*normal), textOf(plan));
      return seen.size() < 3000;
    });
    EXPECT_GT(seen.size(), 15);
  }
}

TEST(Space, CountsWhatItVisitsAndEstimatesTheRest) {
  Space space = spaceOf(small1x1, "x86-64-v3", {"pointwise"});
  double visited = 0;
  space.forEach([&](const Plan &) { return ++visited > 0; });
  Space::Count exact = space.count(1e9), estimate = space.count(1);
  EXPECT_TRUE(exact.exact);
  EXPECT_EQ(exact.plans, visited);
  EXPECT_FALSE(estimate.exact);
  EXPECT_NEAR(estimate.plans / exact.plans, 1, 0.2);
}

TEST(Space, SamplesAreEquallyLikely) {
  Space space = spaceOf(depthwise3x3, "x86-64-v3", {"loops"});
  std::map<std::string, int> hits;
  space.forEach([&](const Plan &plan) { return hits[textOf(plan)] = 0, true; });
  Random random(7);
  const int draws = 200 * static_cast<int>(hits.size());
  for (int i = 0; i < draws; ++i)
    ++hits.at(textOf(*space.sample(random)));
  double chiSquare = 0;
  for (const auto &[plan, count] : hits)
    chiSquare += (count - 200.0) * (count - 200.0) / 200;
  double freedom = static_cast<double>(hits.size()) - 1;
  EXPECT_LT(chiSquare, freedom + 4 * std::sqrt(2 * freedom));
}

TEST(Space, MutationsAndChildrenStayInside) {
  Space space = spaceOf(small3x3);
  Random random(3);
  Plan plan = space.defaultPlan();
  for (int i = 0; i < 200; ++i) {
    std::optional<Plan> other = space.mutate(plan, random);
    ASSERT_TRUE(other);
    EXPECT_NE(textOf(*other), textOf(plan));
    EXPECT_TRUE(space.normalise(*other));
    if (auto child = space.cross(plan, *other, random))
      EXPECT_TRUE(space.normalise(*child));
    plan = *other;
  }
}

TEST(Space, WhatIsIllegalIsRefusedWithTheReason) {
  Space space = spaceOf(small3x3);
  Plan plan = space.defaultPlan();
  plan.parameters["tile_x"] = 1000;
  Result<Plan> refused = space.normalise(plan);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("tile_x"));
  plan.algorithm = "depthwise";
  EXPECT_FALSE(space.normalise(plan));
}

TEST(Space, ARestrictedSpaceGivesOnlyItsPlans) {
  Space whole = spaceOf(small3x3);
  Random random(5);
  std::vector<Plan> plans;
  std::set<std::string> texts;
  while (texts.size() < 12)
    if (Plan plan = *whole.sample(random); texts.insert(textOf(plan)).second)
      plans.push_back(plan);
  Space space = whole.restrictedTo(plans);
  EXPECT_EQ(space.count().plans, 12);
  for (int i = 0; i < 100; ++i) {
    Plan plan = *space.sample(random), mutant = *space.mutate(plan, random);
    EXPECT_TRUE(texts.contains(textOf(mutant)));
    EXPECT_NE(textOf(mutant), textOf(plan));
  }
  EXPECT_FALSE(space.normalise(whole.defaultPlan()) &&
               !texts.contains(textOf(whole.defaultPlan())));
}

TEST(Space, PlansAreRightEverywhereInTheSpace) {
  for (const Layer &layer : {small3x3, small1x1, depthwise3x3}) {
    Space all = spaceOf(layer);
    for (const Space::Part &part : all.parts()) {
      Space space = spaceOf(layer, "x86-64-v3", {std::string(part.algorithm->name())});
      Random random(11);
      for (int i = 0; i < 6; ++i) {
        Plan plan = *space.sample(random);
        Kernel kernel = convolutionKernel(layer);
        KernelRunner runner(kernel, plan, *findTarget("x86-64-v3"));
        ASSERT_EQ(runner.error(), "") << textOf(plan);
        runner.prepare({});
        EXPECT_EQ(runner.run().status, 0);
        EXPECT_LT(runner.relativeError(0, 1), part.algorithm->errorBound(kernel, plan))
            << textOf(plan);
      }
    }
  }
}
