//===- TransferTest.cpp - plans of similar layers --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Neighbours.h"
#include "schedules/tuning/search/Strategy.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gtest/gtest.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

Problem layerOf(int64_t channels, int64_t size, int64_t filter = 3, int64_t groups = 1) {
  Layer layer;
  layer.C = layer.K = channels;
  layer.H = layer.W = size;
  layer.R = layer.S = filter;
  layer.padH = layer.padW = filter / 2;
  layer.groups = groups;
  return {canonicalKernel(convolutionKernel(layer)), "x86-64-v3", 1};
}

Record recordOf(const Problem &problem, const Plan &plan, double ms) {
  Record record = sampleRecord(plan, ms);
  record.problem = problem;
  record.key = problemKey(problem.kernel);
  return record;
}

Plan tile(int64_t x, int64_t y, int64_t k) {
  Plan plan;
  plan.algorithm = "direct";
  plan.parameters = {{"tile_x", x}, {"tile_y", y}, {"tile_k", k}};
  return plan;
}

TEST(Transfer, SimilarLayersAreNear) {
  Problem problem = layerOf(32, 14);
  EXPECT_EQ(problemDistance(problem, problem), 0);
  EXPECT_LT(*problemDistance(problem, layerOf(64, 14)), *problemDistance(problem, layerOf(256, 7)));
  Problem elsewhere = problem;
  elsewhere.target = "x86-64-v4";
  EXPECT_GT(*problemDistance(problem, elsewhere), 0);
}

TEST(Transfer, OtherMachinesAndOtherKindsOfConvolutionHaveNoDistance) {
  Problem problem = layerOf(32, 14);
  EXPECT_FALSE(problemDistance(problem, layerOf(32, 14, 1)));
  EXPECT_FALSE(problemDistance(problem, layerOf(32, 14, 3, 32)));
  Problem arm = problem;
  arm.target = "neoverse-n1";
  EXPECT_FALSE(problemDistance(problem, arm));
}

TEST(Transfer, WhatIsIllegalHereTakesTheNearestLegalValues) {
  Problem problem = layerOf(32, 4); // four columns
  Space space(problem.kernel, *findTarget("x86-64-v3"));
  std::optional<Plan> adapted = adaptPlan(space, tile(12, 1, 1));
  ASSERT_TRUE(adapted);
  EXPECT_EQ(adapted->get("tile_x", 0), 4);
  EXPECT_EQ(adapted->get("tile_k", 0), 1);
  EXPECT_TRUE(space.normalise(*adapted));
  Plan unknown;
  unknown.algorithm = "winograd_of_tomorrow";
  EXPECT_FALSE(adaptPlan(space, unknown));
}

TEST(Transfer, NearestLayersFastestPlansComeFirst) {
  Problem problem = layerOf(32, 14);
  Target target = *findTarget("x86-64-v3");
  Space space(problem.kernel, target);
  RecordSet set;
  set.records = {recordOf(layerOf(256, 14), tile(2, 1, 1), 1.0),
                 recordOf(layerOf(64, 14), tile(3, 1, 2), 2.0),
                 recordOf(layerOf(64, 14), tile(7, 1, 1), 1.5),
                 recordOf(problem, tile(1, 1, 1), 0.1)}; // its own: not a neighbour's
  RecordIndex index(std::move(set));
  auto made = makeStrategy("transfer", {space, problem, &index, 1, {}});
  ASSERT_TRUE(made);
  std::vector<Plan> plans = (*made)->propose(3);
  ASSERT_EQ(plans.size(), 3U);
  EXPECT_TRUE(samePlan(plans[0], *space.normalise(tile(7, 1, 1)))) << print(plans[0]);
  EXPECT_TRUE(samePlan(plans[1], *space.normalise(tile(2, 1, 1)))) << print(plans[1]);
  EXPECT_TRUE(samePlan(plans[2], *space.normalise(tile(3, 1, 2)))) << print(plans[2]);
}

TEST(Transfer, GoesOnAsModelAndRepeatsNoPlan) {
  Problem problem = layerOf(32, 14);
  Target target = *findTarget("x86-64-v3");
  Space space(problem.kernel, target);
  RecordSet set;
  set.records = {recordOf(layerOf(64, 14), space.defaultPlan(), 1.0),
                 recordOf(layerOf(64, 14), tile(7, 1, 1), 1.5)};
  RecordIndex index(std::move(set));
  auto made = makeStrategy("transfer", {space, problem, &index, 1, {{"layers", 1}}});
  ASSERT_TRUE(made);
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ms = 1;
  (*made)->observe(space.defaultPlan(), outcome); // measured already
  std::vector<Plan> plans = (*made)->propose(20);
  EXPECT_EQ(plans.size(), 20U);
  for (size_t i = 0; i < plans.size(); ++i) {
    EXPECT_FALSE(samePlan(plans[i], space.defaultPlan()));
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(samePlan(plans[i], plans[j])) << print(plans[i]);
  }
}

} // namespace
