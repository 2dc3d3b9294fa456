//===- SearchTest.cpp - the loop of a search ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The measurer here is a rule (plan to outcome), so that what the loop makes of verdicts can be
// said exactly; real measuring is tested in tests/schedules/tuning/measure.
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Rounds.h"

#include "schedules/tuning/records/Sessions.h"
#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

using namespace convwright::schedules;

namespace {

Outcome timed(double ms, bool better) {
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ms = ms;
  outcome.better = better;
  outcome.ratio = better ? 1.1 : 0.9;
  return outcome;
}

class RuleMeasurer final : public Measurer {
public:
  using Rule = std::function<Outcome(const Plan &, const std::optional<Plan> &incumbent)>;
  explicit RuleMeasurer(Rule rule) : rule(std::move(rule)) {}

  std::string_view name() const override { return "local"; }
  nlohmann::json hardware() const override { return {{"cpu", cpu}}; }
  size_t batch() const override { return 3; }
  Result<std::vector<Outcome>> measure(const Problem &, const std::vector<Plan> &candidates,
                                       const std::optional<Plan> &incumbent,
                                       const std::function<void(size_t, const Outcome &)> &finished,
                                       const std::atomic<bool> *cancelled) override {
    std::vector<Outcome> outcomes;
    batches.push_back(candidates.size());
    for (const Plan &plan : candidates) {
      if (cancelled && *cancelled)
        break;
      asked.push_back(plan);
      outcomes.push_back(rule(plan, incumbent));
      finished(outcomes.size() - 1, outcomes.back());
    }
    return outcomes;
  }

  bool deterministic() const override { return estimates; }
  double margin() const override { return estimates ? 0.1 : 0; }

  std::string cpu = "test";
  bool estimates = false;
  std::vector<Plan> asked;
  std::vector<size_t> batches;

private:
  Rule rule;
};

class SearchTest : public ::testing::Test {
protected:
  SearchTest() {
    problem.kernel = convwright::schedules::testing::convolutionKernel(
        {.C = 16, .H = 14, .W = 14, .K = 32, .R = 3, .S = 3, .padH = 1, .padW = 1});
    problem.target = target.name;
    options.strategy = "random";
    options.trials = 20;
    options.convwrightVersion = "1";
    options.halideVersion = "2";
  }

  SearchResult run(RuleMeasurer &measurer) {
    auto search = Search::start(problem, target, measurer, options);
    EXPECT_TRUE(search) << (search ? "" : search.error().message);
    auto result = runSearch(
        **search, problem, measurer,
        [&](const Record &record) -> Result<size_t> {
          records.push_back(record);
          return size_t{1};
        },
        [] {}, &cancelled);
    EXPECT_TRUE(result);
    return *result;
  }

  /// What a rerun would find in the file.
  void rememberRecords() {
    known.emplace(RecordSet{records, {}, {}});
    options.known = &*known;
  }

  Target target = *findTarget("x86-64-v3");
  Problem problem;
  SearchOptions options;
  std::vector<Record> records;
  std::optional<RecordIndex> known;
  std::atomic<bool> cancelled{false};
};

} // namespace

TEST_F(SearchTest, MeasuresTheDefaultFirstWithoutAnIncumbent) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  run(measurer);
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records.front().role, "default");
  EXPECT_FALSE(records.front().incumbent);
  EXPECT_EQ(records.front().plan.parameters,
            Space(problem.kernel, target).defaultPlan().parameters);
}

TEST_F(SearchTest, StaysWithTheDefaultWhenSmallerTimesAreNotSurelyBetter) {
  int count = 0;
  RuleMeasurer measurer([&](const Plan &, const auto &) { return timed(1.0 / ++count, false); });
  SearchResult result = run(measurer);
  EXPECT_EQ(result.best.parameters, Space(problem.kernel, target).defaultPlan().parameters);
  EXPECT_EQ(result.ratio, 1);
}

TEST_F(SearchTest, TakesABetterPlanAndMeasuresItOnceMoreBesideTheDefault) {
  int count = 0;
  RuleMeasurer measurer([&](const Plan &, const auto &) {
    return ++count == 5 ? timed(0.5, true) : timed(1, false);
  });
  measurer.asked.clear();
  SearchResult result = run(measurer);
  EXPECT_EQ(records.back().role, "final");
  EXPECT_EQ(records.back().plan.parameters, records[4].plan.parameters);
  EXPECT_EQ(records.back().incumbent->parameters, records.front().plan.parameters);
  // The last comparison said no: the default stays.
  EXPECT_EQ(result.best.parameters, records.front().plan.parameters);
}

TEST_F(SearchTest, AnEstimateWithinItsErrorDoesNotOverruleTheDefault) {
  for (double gain : {1.08, 1.2}) {
    records.clear();
    RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
      return timed(incumbent ? 1 / gain : 1, false);
    });
    measurer.estimates = true;
    SearchResult result = run(measurer);
    const Record &last = records.back();
    EXPECT_EQ(last.role, "final");
    EXPECT_NEAR(last.outcome.ratioLow, gain / 1.1, 1e-9);
    EXPECT_EQ(last.outcome.confidence, estimateConfidence);
    EXPECT_EQ(last.outcome.better, gain > 1.1);
    EXPECT_EQ(result.best.parameters, records[gain > 1.1 ? 1 : 0].plan.parameters);
  }
}

TEST_F(SearchTest, ReportsTheLastComparisonWithTheDefault) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    return incumbent ? timed(0.5, true) : timed(1, false);
  });
  SearchResult result = run(measurer);
  EXPECT_NE(result.best.parameters, records.front().plan.parameters);
  EXPECT_DOUBLE_EQ(result.ratio, 1.1);
}

TEST_F(SearchTest, FailuresAreOutcomesAndTheSearchGoesOn) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    Outcome failed;
    failed.verdict = Verdict::Crashed;
    failed.reason = "signal 11";
    return incumbent ? failed : timed(1, false);
  });
  SearchResult result = run(measurer);
  EXPECT_EQ(result.tried, 20);
  EXPECT_EQ(result.verdicts[static_cast<size_t>(Verdict::Crashed)], 19);
  EXPECT_EQ(result.ended, Ended::Trials);
}

TEST_F(SearchTest, NeverAsksForMoreTrialsThanWereGiven) {
  options.trials = 5; // not a multiple of the batch
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  EXPECT_EQ(run(measurer).tried, 5);
  EXPECT_EQ(measurer.asked.size(), 5);
}

TEST_F(SearchTest, GoesOnWhereAnEarlierRunStopped) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    return timed(1, incumbent && records.size() == 4);
  });
  options.trials = 8;
  run(measurer);
  rememberRecords();
  std::vector<Plan> before = measurer.asked;
  measurer.asked.clear();
  options.trials = 20;
  SearchResult result = run(measurer);
  EXPECT_EQ(result.resumed, 8);
  EXPECT_EQ(result.tried, 20);
  for (const Plan &plan : measurer.asked) {
    if (plan.parameters == records[4].plan.parameters)
      continue; // the winner is confirmed
    for (const Plan &earlier : before)
      EXPECT_NE(plan.parameters, earlier.parameters);
  }
}

TEST_F(SearchTest, AWinnerThatALaterRunCannotConfirmIsNotTheRecordsWinnerEither) {
  RuleMeasurer first([&](const Plan &, const std::optional<Plan> &incumbent) {
    cancelled = records.size() >= 6; // ahead of the confirmation
    return timed(1, incumbent && records.size() == 2);
  });
  run(first);
  cancelled = false;
  rememberRecords();
  std::vector<Record> all = records;
  records.clear();
  options.trials = 8;
  RuleMeasurer second([](const Plan &, const auto &) {
    Outcome outcome = timed(1, false);
    outcome.ratioLow = 0.8;
    outcome.ratioHigh = 1.1;
    return outcome;
  });
  SearchResult result = run(second);
  EXPECT_EQ(records.back().role, "final");
  EXPECT_TRUE(samePlan(result.best, all.front().plan));
  all.insert(all.end(), records.begin(), records.end());
  Origin here{{{"cpu", "test"}}, all.front().convwrightVersion, all.front().halideVersion};
  std::optional<Found> found = RecordIndex(RecordSet{all, {}, {}}, here).best(problem, target);
  ASSERT_TRUE(found);
  EXPECT_TRUE(samePlan(found->plan, all.front().plan)) << print(found->plan);
}

class ConfirmTest : public SearchTest {
protected:
  /// A search whose second plan wins at once and is over.
  std::unique_ptr<Search> ended(RuleMeasurer &measurer) {
    auto search = Search::start(problem, target, measurer, options);
    EXPECT_TRUE(search);
    EXPECT_TRUE(runSearch(**search, problem, measurer, record, [] {}, &cancelled));
    return std::move(*search);
  }
  size_t confirm(Search &search, RuleMeasurer &measurer) {
    auto compared = confirmWinners({{&search, &problem}}, measurer,
                                   {[&](const std::vector<Record> &all) { return record(all[0]); },
                                    [&](size_t done, size_t most) { progress = {done, most}; }},
                                   &cancelled);
    EXPECT_TRUE(compared);
    return *compared;
  }
  std::function<Result<size_t>(const Record &)> record = [&](const Record &each) -> Result<size_t> {
    records.push_back(each);
    return size_t{1};
  };
  std::pair<size_t, size_t> progress;
};

Outcome comparedWith(double ratio) {
  Outcome outcome = timed(1 / ratio, ratio > 1.02);
  outcome.ratio = ratio;
  outcome.ratioLow = ratio / 1.02;
  outcome.ratioHigh = ratio * 1.02;
  return outcome;
}

TEST_F(SearchTest, AnUnconfirmedWinnerIsWhatTheRecordsSayToo) {
  Outcome guess; // as of a run whose last comparison was left to the static model
  guess.verdict = Verdict::Slower;
  guess.ms = 2;
  for (bool interrupted : {false, true}) {
    records.clear();
    cancelled = false;
    RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
      cancelled = interrupted && records.size() >= 6;
      return records.size() >= 20 ? guess
                                  : timed(incumbent ? 0.5 : 1, incumbent && records.size() == 2);
    });
    SearchResult result = run(measurer);
    std::vector<const Record *> session;
    for (const Record &record : records)
      session.push_back(&record);
    EXPECT_TRUE(samePlan(result.best, winnerOf(session)->plan));
    EXPECT_TRUE(samePlan(result.best, records[2].plan));
    EXPECT_FALSE(result.isDefault);
    EXPECT_EQ(result.comparisons, 0U);
    EXPECT_DOUBLE_EQ(result.ratio, 2);
  }
}

TEST_F(ConfirmTest, AWinnerIsComparedFiveTimesAndItsMiddleRatioReported) {
  std::vector<double> ratios{1.2, 1.3, 1.1, 1.01, 1.25};
  size_t finals = 0;
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    bool search = records.size() < 20;
    return !incumbent ? timed(1, false)
           : search   ? timed(1, records.size() == 1)
                      : comparedWith(ratios[finals++]);
  });
  std::unique_ptr<Search> search = ended(measurer);
  double seconds = search->result().seconds;
  EXPECT_EQ(search->result().comparisons, 1U);
  EXPECT_EQ(confirm(*search, measurer), 4U);
  EXPECT_EQ(progress, std::pair(size_t{4}, size_t{4}));
  SearchResult result = search->result();
  EXPECT_EQ(result.comparisons, 5U);
  EXPECT_DOUBLE_EQ(result.ratio, 1.2);
  EXPECT_TRUE(samePlan(result.best, records[1].plan));
  EXPECT_EQ(result.seconds, seconds); // what comes later is no part of the search's time
  EXPECT_EQ(records.size(), 25U);
  EXPECT_EQ(records.back().role, "final");
  // The same command once more finds nothing to do, and says the same.
  rememberRecords();
  measurer.asked.clear();
  std::unique_ptr<Search> again = ended(measurer);
  EXPECT_EQ(confirm(*again, measurer), 0U);
  EXPECT_TRUE(measurer.asked.empty());
  EXPECT_DOUBLE_EQ(again->result().ratio, 1.2);
}

TEST_F(ConfirmTest, AWinnerThatIsSlowerInAnotherMoodGivesWayToTheDefaultAtOnce) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    bool search = records.size() < 20;
    return !incumbent ? timed(1, false)
           : search   ? timed(1, records.size() == 1)
                      : comparedWith(records.size() == 20 ? 1.1 : 0.95);
  });
  std::unique_ptr<Search> search = ended(measurer);
  EXPECT_TRUE(samePlan(search->result().best, records[1].plan));
  EXPECT_EQ(confirm(*search, measurer), 1U);
  EXPECT_TRUE(samePlan(search->result().best, records[0].plan));
  EXPECT_EQ(search->result().ratio, 1);
}

TEST_F(ConfirmTest, ASearchThatWasCutOffByItsBudgetIsConfirmedAllTheSame) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    cancelled = records.size() == 6;
    return records.size() > 6 ? comparedWith(1.2)
                              : timed(incumbent ? 0.5 : 1, incumbent && records.size() == 2);
  });
  std::unique_ptr<Search> search = ended(measurer);
  EXPECT_EQ(search->result().ended, Ended::Interrupted);
  cancelled = false;
  search->stop(Ended::Seconds);
  EXPECT_EQ(confirm(*search, measurer), 5U);
  EXPECT_DOUBLE_EQ(search->result().ratio, 1.2);
}

TEST_F(ConfirmTest, ADefaultThatWonAndAnInterruptedSearchHaveNothingToConfirm) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  EXPECT_EQ(confirm(*ended(measurer), measurer), 0U);
  records.clear();
  RuleMeasurer stopped([&](const Plan &, const std::optional<Plan> &incumbent) {
    cancelled = records.size() >= 6;
    return timed(1, incumbent && records.size() == 2);
  });
  std::unique_ptr<Search> search = ended(stopped);
  cancelled = false;
  EXPECT_EQ(confirm(*search, stopped), 0U);
}

TEST_F(ConfirmTest, TimesWithoutNoiseNeedOneComparison) {
  RuleMeasurer measurer([](const Plan &, const std::optional<Plan> &incumbent) {
    return timed(incumbent ? 0.5 : 1, false);
  });
  measurer.estimates = true;
  std::unique_ptr<Search> search = ended(measurer);
  EXPECT_EQ(search->result().comparisons, 1U);
  EXPECT_EQ(confirm(*search, measurer), 0U);
}

TEST_F(SearchTest, SmallBatchesComeFirst) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  options.trials = 9;
  run(measurer);
  EXPECT_EQ(measurer.batches, (std::vector<size_t>{1, 2, 3, 3}));
}

TEST_F(SearchTest, BatchesAreNoLargerThanThereIsTimeFor) {
  RuleMeasurer measurer([](const Plan &, const auto &) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return timed(1, false);
  });
  options.trials = 0;
  options.seconds = 0.12;
  run(measurer);
  ASSERT_GE(measurer.batches.size(), 2U);
  EXPECT_LT(measurer.batches[1], 2U) << "a batch of two would take all that is left, and more";
}

TEST_F(SearchTest, AShareOfATotalBudgetIsOfThisRunAlone) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  options.trials = 4;
  run(measurer);
  records.back().unknown["elapsed_s"] = 100.0;
  rememberRecords();
  measurer.asked.clear();
  options.trials = 8;
  options.runSeconds = 60;
  EXPECT_EQ(run(measurer).ended, Ended::Trials);
  EXPECT_FALSE(measurer.asked.empty());
}

TEST_F(SearchTest, TimeThatEarlierRunsSpentCounts) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  options.trials = 4;
  run(measurer);
  records.back().unknown["elapsed_s"] = 100.0;
  rememberRecords();
  measurer.asked.clear();
  options.trials = 0;
  options.seconds = 60;
  SearchResult result = run(measurer);
  EXPECT_TRUE(measurer.asked.empty());
  EXPECT_EQ(result.ended, Ended::Seconds);
}

TEST_F(SearchTest, OtherMachinesRecordsAreTriedButNotBelieved) {
  RuleMeasurer elsewhere([&](const Plan &, const std::optional<Plan> &incumbent) {
    return timed(1, incumbent && records.size() == 4);
  });
  elsewhere.cpu = "another";
  run(elsewhere);
  rememberRecords();
  Plan theirs = records[4].plan;
  RuleMeasurer here([](const Plan &, const auto &) { return timed(1, false); });
  records.clear();
  SearchResult result = run(here);
  EXPECT_EQ(records.front().role, "default");
  EXPECT_EQ(records[1].role, "seed");
  EXPECT_EQ(records[1].plan.parameters, theirs.parameters);
  EXPECT_EQ(result.resumed, 0);
  EXPECT_EQ(result.best.parameters, records.front().plan.parameters);
}

TEST_F(SearchTest, SettlesWhenNothingIsGainedAnyMore) {
  options.trials = 0;
  options.until = 0.01;
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  SearchResult result = run(measurer);
  EXPECT_EQ(result.ended, Ended::Settled);
  EXPECT_LT(result.tried, 40);
}

TEST_F(SearchTest, AnInterruptionLeavesTheBestSoFar) {
  RuleMeasurer measurer([&](const Plan &, const std::optional<Plan> &incumbent) {
    cancelled = records.size() >= 6;
    return timed(1, incumbent && records.size() == 2);
  });
  SearchResult result = run(measurer);
  EXPECT_EQ(result.ended, Ended::Interrupted);
  EXPECT_EQ(result.best.parameters, records[2].plan.parameters);
}

TEST_F(SearchTest, AnUnknownStrategyIsRefusedWithTheNearestName) {
  RuleMeasurer measurer([](const Plan &, const auto &) { return timed(1, false); });
  options.strategy = "randon";
  auto search = Search::start(problem, target, measurer, options);
  ASSERT_FALSE(search);
  EXPECT_THAT(search.error().message, ::testing::HasSubstr("random"));
}
