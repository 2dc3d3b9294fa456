//===- PairedTestTest.cpp - the sequential test keeps its word -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/PairedTest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace convwright::schedules;

namespace {

/// Times as a shared machine gives them: a level that wanders slowly and is common to both, noise
/// of each sample, and now and then something that takes half as long again.
class NoisyMachine {
public:
  explicit NoisyMachine(uint64_t seed) : random(seed) {}
  void wander() { level = 0.95 * level + 0.02 * normal(random); }
  double time(double true_) {
    double outlier = uniform(random) < 0.03 ? 0.5 * uniform(random) : 0;
    return true_ * std::exp(level + 0.015 * normal(random) + outlier);
  }

private:
  std::mt19937_64 random;
  std::normal_distribution<double> normal{0, 1};
  std::uniform_real_distribution<double> uniform{0, 1};
  double level = 0;
};

/// -1: the candidate is clearly slower; 1: faster; 0: cannot be told.
int verdict(uint64_t seed, double incumbent, double candidate) {
  NoisyMachine machine(seed);
  PairedTest test(0.99);
  while (test.pairs() < PairedTest::mostPairs()) {
    machine.wander();
    double theirs = machine.time(incumbent), ours = machine.time(candidate);
    test.add(theirs, ours);
    if (auto estimate = test.look()) {
      if (estimate->low > 1)
        return 1;
      if (estimate->high < 1)
        return -1;
    }
  }
  return 0;
}

} // namespace

TEST(PairedTest, EqualContendersAreToldApartInOnePercentOfRunsAtMost) {
  int apart = 0;
  constexpr int runs = 2000;
  for (uint64_t seed = 0; seed < runs; ++seed)
    apart += verdict(seed, 1, 1) != 0;
  EXPECT_LE(apart, runs / 100);
}

TEST(PairedTest, ThreePercentAreSeenNearlyAlways) {
  int seen = 0, mistaken = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    int result = verdict(seed, 1.03, 1);
    seen += result == 1;
    mistaken += result == -1;
  }
  EXPECT_GE(seen, 475);
  EXPECT_EQ(mistaken, 0);
}

TEST(PairedTest, IntervalHoldsTheTrueRatioAndIsNarrow) {
  NoisyMachine machine(7);
  PairedTest test(0.99);
  while (test.pairs() < PairedTest::mostPairs())
    test.add(machine.time(1.2), machine.time(1));
  auto estimate = test.look();
  ASSERT_TRUE(estimate);
  EXPECT_LT(estimate->low, 1.2);
  EXPECT_GT(estimate->high, 1.2);
  EXPECT_LT(estimate->high - estimate->low, 0.05);
}

TEST(PairedTest, FewPairsSayNothing) {
  PairedTest test(0.99);
  for (int i = 0; i < 5; ++i)
    test.add(2, 1);
  EXPECT_FALSE(test.look());
  EXPECT_EQ(test.lastLook().low, 0);
  EXPECT_EQ(test.lastLook().high, HUGE_VAL);
  EXPECT_DOUBLE_EQ(test.lastLook().ratio, 2);
}

TEST(PairedTest, AQuarterOfWildSamplesDoesNotTurnIt) {
  PairedTest test(0.99);
  for (size_t i = 0; i < PairedTest::mostPairs(); ++i)
    test.add(i % 4 == 0 ? 1 : 1.05 + 0.0001 * static_cast<double>(i), i % 4 == 0 ? 50 : 1);
  EXPECT_GT(test.lastLook().ratio, 1.0);
}
