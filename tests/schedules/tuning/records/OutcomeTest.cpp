//===- OutcomeTest.cpp - what several comparisons come to ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Outcome.h"

#include <gtest/gtest.h>

using namespace convwright::schedules;

namespace {

/// An interval of `error` to both sides; 0: none.
Outcome compared(double ratio, double error) {
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ratio = ratio;
  outcome.ratioLow = error > 0 ? ratio / (1 + error) : 0;
  outcome.ratioHigh = error > 0 ? ratio * (1 + error) : 0;
  return outcome;
}

Comparisons tallyOf(const std::vector<Outcome> &outcomes) {
  std::vector<const Outcome *> all;
  for (const Outcome &outcome : outcomes)
    all.push_back(&outcome);
  return tally(all);
}

} // namespace

TEST(Comparisons, HoldWhenMostSayBetterAndNoneSaysSlower) {
  Outcome better = compared(1.05, 0.02), undecided = compared(1.01, 0.02),
          slower = compared(0.95, 0.02);
  EXPECT_TRUE(tallyOf({better}).hold());
  EXPECT_TRUE(tallyOf({better, undecided, better}).hold());
  EXPECT_FALSE(tallyOf({better, undecided}).hold());
  EXPECT_FALSE(tallyOf({better, better, better, better, slower}).hold());
  EXPECT_FALSE(tallyOf({}).hold());
}

TEST(Comparisons, AFailureIsWorse) {
  Outcome failed;
  failed.verdict = Verdict::Crashed;
  EXPECT_FALSE(tallyOf({compared(1.05, 0.02), compared(1.05, 0.02), failed}).hold());
}

TEST(Comparisons, WithoutAnIntervalTheRatioCountsAndWithoutEitherTheRecordIsBelieved) {
  EXPECT_TRUE(tallyOf({compared(1.05, 0)}).hold());
  EXPECT_FALSE(tallyOf({compared(0.95, 0)}).hold());
  EXPECT_TRUE(tallyOf({compared(0, 0)}).hold());
}

TEST(Comparisons, TheMiddleOneStandsForAll) {
  EXPECT_EQ(tallyOf({compared(1.1, 0.01), compared(1.05, 0.01), compared(1.2, 0.01)}).middle, 0U);
  EXPECT_EQ(tallyOf({compared(1.1, 0.01), compared(1.05, 0.01)}).middle, 1U);
}

/// What the static model spared the timing of.
static Outcome guess() {
  Outcome outcome;
  outcome.verdict = Verdict::Slower;
  outcome.ms = 3;
  outcome.reason = "not timed: about 3 ms by the static model";
  return outcome;
}

TEST(Outcome, AGuessIsRightButNotTimed) {
  EXPECT_TRUE(guess().guessed());
  EXPECT_TRUE(guess().right());
  EXPECT_FALSE(guess().timed());
  Outcome hopeless = compared(0.5, 0.1);
  hopeless.verdict = Verdict::Slower;
  EXPECT_TRUE(hopeless.timed());
}

TEST(Comparisons, GuessesAreLeftOut) {
  EXPECT_EQ(tallyOf({guess()}).count(), 0U);
  Comparisons tally = tallyOf({guess(), compared(1.56, 0.02)});
  EXPECT_TRUE(tally.hold());
  EXPECT_EQ(tally.count(), 1U);
  EXPECT_EQ(tally.middle, 1U);
}

TEST(Comparisons, AreDecidedWhenMoreOfThemChangeNothing) {
  Outcome better = compared(1.05, 0.02), undecided = compared(1.01, 0.02),
          slower = compared(0.95, 0.02);
  EXPECT_FALSE(tallyOf({}).decided(1));
  EXPECT_TRUE(tallyOf({better}).decided(1));
  EXPECT_TRUE(tallyOf({slower}).decided(5));
  EXPECT_FALSE(tallyOf({undecided, undecided}).decided(5));
  EXPECT_TRUE(tallyOf({undecided, undecided, undecided}).decided(5));
  EXPECT_FALSE(tallyOf({better, better, better, better}).decided(5)); // the fifth may say slower
}
