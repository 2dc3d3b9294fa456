//===- SurrogateTest.cpp - boosted trees -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Surrogate.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

using namespace convwright::schedules;
using ::testing::HasSubstr;

namespace {

/// A step, a slope and a feature that says nothing.
TrainingSet stepAndSlope(size_t rows, float guess = 0) {
  TrainingSet set;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (size_t i = 0; i < rows; ++i) {
    std::vector<float> row = {uniform(random), uniform(random), uniform(random)};
    set.add(row, (row[0] > 0.5f ? 2 : 0) + row[1], guess);
  }
  return set;
}

std::vector<float> predictions(const TrainingSet &set, uint64_t seed) {
  SurrogateOptions options;
  options.seed = seed;
  Result<Surrogate> surrogate = Surrogate::train(set, options);
  EXPECT_TRUE(surrogate);
  Result<std::vector<float>> values = surrogate->predict(set.features, set.guesses);
  EXPECT_TRUE(values);
  return *values;
}

TEST(Surrogate, LearnsWhatTheRowsSay) {
  TrainingSet set = stepAndSlope(400);
  std::vector<float> values = predictions(set, 1);
  double error = 0;
  for (size_t i = 0; i < values.size(); ++i)
    error += std::fabs(values[i] - set.targets[i]) / static_cast<double>(values.size());
  EXPECT_LT(error, 0.1);
}

TEST(Surrogate, SameSeedSamePredictionsToTheBit) {
  TrainingSet set = stepAndSlope(200);
  EXPECT_EQ(predictions(set, 7), predictions(set, 7));
  EXPECT_NE(predictions(set, 7), predictions(set, 8));
}

TEST(Surrogate, LearnsTheDifferenceFromTheGuess) {
  TrainingSet set = stepAndSlope(1, 5);
  std::vector<float> one = predictions(set, 1); // one row: nothing to split
  TrainingSet exact = stepAndSlope(50);
  exact.guesses = exact.targets;
  std::vector<float> values = predictions(exact, 1);
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], exact.targets[i], 1e-5);
  EXPECT_TRUE(std::isfinite(one.front()));
}

TEST(Surrogate, NoRowsAndTornRowsAreErrors) {
  Result<Surrogate> none = Surrogate::train({}, {});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("got 0 rows"));
  TrainingSet torn = stepAndSlope(3);
  torn.features.pop_back();
  Result<Surrogate> broken = Surrogate::train(torn, {});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("8 values"));
}

TEST(Surrogate, AskedWithRowsOfAnotherLengthItSaysSo) {
  Result<Surrogate> surrogate = Surrogate::train(stepAndSlope(20), {});
  ASSERT_TRUE(surrogate);
  Result<std::vector<float>> values = surrogate->predict({1, 2}, {0});
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("rows of 3"));
}

TEST(Surrogate, WhatTheLibraryRefusesIsAnError) {
  TrainingSet set = stepAndSlope(20);
  set.targets[3] = NAN;
  Result<Surrogate> surrogate = Surrogate::train(set, {});
  ASSERT_FALSE(surrogate);
  EXPECT_THAT(surrogate.error().message, HasSubstr("XGBoost says"));
}

} // namespace
