//===- FeaturesTest.cpp - a plan as numbers --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Features.h"

#include "schedules/tuning/search/Space.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

float named(const std::vector<float> &values, const std::string &name) {
  auto found = std::find(featureNames().begin(), featureNames().end(), name);
  EXPECT_NE(found, featureNames().end()) << name;
  return values.at(static_cast<size_t>(found - featureNames().begin()));
}

TEST(Features, NamesAreDistinct) {
  std::set<std::string> names(featureNames().begin(), featureNames().end());
  EXPECT_EQ(names.size(), featureNames().size());
}

TEST(Features, EveryPlanHasFiniteValuesOneForEachName) {
  Problem problem = sampleProblem();
  Target target = sampleTarget();
  Space space(problem.kernel, target);
  Features features(problem.kernel, target);
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    std::vector<float> values = features.of(*space.sample(random));
    ASSERT_EQ(values.size(), featureNames().size());
    for (size_t f = 0; f < values.size(); ++f)
      EXPECT_TRUE(std::isfinite(values[f])) << featureNames()[f];
  }
}

TEST(Features, PureWorkOnPixelsHasThemToo) {
  Kernel kernel = sampleProblem().kernel;
  kernel.stages.clear();
  kernel.outputs.front().value = ScalarExpr::operand(0, ElementType::F32);
  Target target = sampleTarget();
  Space space(kernel, target);
  for (float value : Features(kernel, target).of(space.defaultPlan()))
    EXPECT_TRUE(std::isfinite(value));
}

TEST(Features, TileOfSixByTwoVectorsHasTwelveAccumulators) {
  Problem problem = sampleProblem();
  Target target = sampleTarget();
  Plan plan = samplePlan(6);
  plan.parameters["tile_y"] = 1;
  plan.parameters["tile_k"] = 2;
  std::vector<float> values = Features(problem.kernel, target).of(plan);
  EXPECT_EQ(named(values, "accumulators"), 12);
  EXPECT_EQ(named(values, "is_direct"), 1);
  EXPECT_EQ(named(values, "is_loops"), 0);
  // 14 columns are computed as 18.
  EXPECT_FLOAT_EQ(named(values, "columns_share"), 14.f / 18);
}

TEST(Features, AnalyticIsTheLogarithmOfTheCost) {
  Problem problem = sampleProblem();
  Target target = sampleTarget();
  double cost = findAlgorithm("direct")->cost(problem.kernel, samplePlan(), target);
  EXPECT_DOUBLE_EQ(Features(problem.kernel, target).analytic(samplePlan()), std::log2(cost));
}

} // namespace
