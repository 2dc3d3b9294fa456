//===- TotalBudgetTest.cpp - one budget for all kernels of a run ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/TotalBudget.h"
#include "tools/tune/Deadline.h"
#include "tools/tune/Summary.h"

#include <gmock/gmock.h>

#include <sstream>

using namespace convwright::tools;
using std::chrono::seconds;
using ::testing::HasSubstr;

namespace {

const TotalBudget::Time start = TotalBudget::Clock::now();

double secondsUntil(TotalBudget::Time time) {
  return std::chrono::duration<double>(time - start).count();
}

} // namespace

TEST(TotalBudget, SearchesConfirmingAndFormsShareIt) {
  TotalBudget budget(30, start, 7, /*forms=*/true);
  EXPECT_NEAR(secondsUntil(budget.searchesEnd({7, 0})), 15, 1e-6);
  EXPECT_NEAR(secondsUntil(budget.confirmingEnd()), 24, 1e-6);
  EXPECT_NEAR(secondsUntil(budget.end()), 30, 1e-6);
}

TEST(TotalBudget, ConfirmingTakesNoMoreThanItNeeds) {
  EXPECT_NEAR(secondsUntil(TotalBudget(600, start, 2, false).searchesEnd({2, 0})), 588, 1e-6);
}

TEST(TotalBudget, SharesAreEqualAndWhatIsLeftGoesToThoseAfter) {
  TotalBudget budget(30, start, 7, false); // 21 s for searches
  EXPECT_NEAR(budget.share({7, 0}, start), 3, 1e-6);
  EXPECT_NEAR(budget.share({6, 1}, start + seconds(3)), 3, 1e-6);
  EXPECT_NEAR(budget.share({6, 1}, start), 3.5, 1e-6);
  EXPECT_EQ(budget.share({1, 6}, start + seconds(22)), 0);
}

TEST(TotalBudget, WhereNothingIsToBeConfirmedThereIsMoreToSearch) {
  TotalBudget budget(28, start, 7, false); // 1.2 s a winner
  EXPECT_NEAR(budget.share({1, 0}, start), 26.8, 1e-6);
  EXPECT_NEAR(budget.share({1, 6}, start), 19.6, 1e-6);
}

TEST(TotalBudget, ASearchMayFinishWhatItHasBegunButNotForEver) {
  TotalBudget budget(30, start, 7, false);
  EXPECT_NEAR(secondsUntil(budget.cutOff({7, 0}, start)), 6, 1e-6);
  EXPECT_NEAR(secondsUntil(budget.cutOff({1, 6}, start + seconds(20))), 21, 1e-6);
  EXPECT_NEAR(secondsUntil(TotalBudget(7, start, 7, false).cutOff({7, 0}, start)), 2.7, 1e-6);
}

TEST(TotalBudget, WhatCouldNotBeDoneIsSaidWithWhatWouldDo) {
  EXPECT_EQ(describeUndone({}, 30, 7), "");
  EXPECT_EQ(describeUndone({{"a"}, {"b", "c"}, {}, {}}, 30, 7),
            "the total budget of 30 s was too short: not measured: a; fewer than 10 candidates: b, "
            "c; usual is 1 min 0 s a kernel: --total-budget 420s");
  std::vector<std::string> many{"1", "2", "3", "4", "5", "6", "7"};
  EXPECT_THAT(describeUndone({{}, {}, many, {"l"}}, 900, 7),
              HasSubstr("1, 2, 3, 4, 5 and 2 more; forms not timed: l"));
}

TEST(Deadline, RisesWhenItsMomentHasComeOrTheOtherFlagRises) {
  std::atomic<bool> interrupted{false};
  EXPECT_TRUE(Deadline(Deadline::Clock::now(), interrupted).risen());
  Deadline later(Deadline::Clock::now() + seconds(600), interrupted);
  EXPECT_FALSE(later.risen());
  interrupted = true;
  while (!later.risen())
    std::this_thread::yield();
  std::atomic<bool> never{false};
  Deadline soon(Deadline::Clock::now() + std::chrono::milliseconds(30), never);
  while (!soon.risen())
    std::this_thread::yield();
}

TEST(Summary, AWinnerThatWasNotConfirmedIsNotCalledTheDefault) {
  convwright::schedules::SearchResult result;
  std::ostringstream out;
  printTuned(out, "a", result);
  EXPECT_THAT(out.str(), HasSubstr("not measured"));
  result.defaultMs = 2;
  result.bestMs = 1;
  result.ratio = 2;
  result.isDefault = false;
  printTuned(out, "a", result);
  EXPECT_THAT(out.str(), HasSubstr("2.000 (not confirmed)"));
}
