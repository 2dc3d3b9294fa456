//===- StatisticsTest.cpp - medians, spreads and intervals ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Statistics.h"

#include <gtest/gtest.h>
#include <random>

using namespace convwright::schedules;

TEST(Statistics, QuantilesInterpolateBetweenOrderStatistics) {
  std::vector<double> values{4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(median(values), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 4);
  EXPECT_DOUBLE_EQ(relativeSpread(values), 1.5 / 2.5);
}

TEST(Statistics, GeometricMeanOfReciprocalsIsOne) {
  std::vector<double> values{0.25, 4, 2, 0.5};
  EXPECT_NEAR(geometricMean(values), 1, 1e-12);
}

TEST(Statistics, IntervalHoldsTheTrueRatioDespiteASharedDrift) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(1, 0.01);
  std::vector<std::vector<double>> peer(10), ours(10);
  for (int round = 0; round < 10; ++round)
    for (int i = 0; i < 4; ++i) {
      double drift = 1 + 0.05 * round;
      peer[round].push_back(1.2 * drift * noise(random));
      ours[round].push_back(drift * noise(random));
    }
  Interval interval = ratioInterval(peer, ours);
  EXPECT_LT(interval.low, 1.2);
  EXPECT_GT(interval.high, 1.2);
  EXPECT_LT(interval.high - interval.low, 0.1);
}
