//===- TaskTest.cpp - tasks that may be cut off anywhere and begun again ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Task.h"
#include "schedules/tuning/measure/slurm/Harvest.h"
#include "tests/schedules/support/Kernels.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Plan plan(int64_t number) { return {.algorithm = "loops", .parameters = {{"number", number}}}; }

class SlurmTask : public ::testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/convwright-task-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory = name;
    RoundSettings settings;
    settings.chunk = 2;
    Result<RoundFolder> made = RoundFolder::create(directory + "/round", settings);
    ASSERT_TRUE(made) << made.error().message;
    round.emplace(*made);
    WorkItem item{
        0,
        {schedules::testing::convolutionKernel({.C = 8, .H = 6, .W = 6, .K = 8}), "x86-64-v3", 1},
        {plan(0), plan(1), plan(2)},
        {0, 1, 2},
        plan(9)};
    ASSERT_FALSE(round->writeLease(0, {item}));
    tools.build = [this](const Problem &, const std::vector<Plan> &plans,
                         const std::vector<std::string> &) {
      std::vector<Built> built;
      for (const Plan &each : plans) {
        builds.push_back(each.get("number", -1));
        built.push_back({.fine = each.get("number", -1) != unbuildable, .stem = "", .outcome = {}});
        built.back().outcome.reason = "does not build";
      }
      return Result<std::vector<Built>>(built);
    };
    tools.expect = [](const Problem &, const std::string &) { return std::optional<Error>(); };
    tools.time = [this](const TaskTools::Contest &contest) -> Result<Outcome> {
      int64_t number = contest.plan.get("number", -1);
      if (number == fatal)
        return Error{"the power failed"};
      timings.push_back(number);
      Outcome outcome;
      outcome.verdict = Verdict::Ok;
      outcome.ms = 1;
      return outcome;
    };
    tools.hardware = {{"cpu", "test"}};
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  std::string directory;
  std::optional<RoundFolder> round;
  TaskTools tools;
  std::vector<int64_t> builds, timings;
  int64_t fatal = -1, unbuildable = -1;
};

TEST_F(SlurmTask, BuildsEveryPlanAndTheIncumbentOnce) {
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  EXPECT_THAT(builds, ElementsAre(0, 1, 2, 9));
  ASSERT_TRUE(runBuildTask(*round, 0, tools)); // requeued all the same
  EXPECT_EQ(builds.size(), 4U);
}

TEST_F(SlurmTask, TimesWhatWasBuilt) {
  unbuildable = 1;
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  EXPECT_THAT(timings, ElementsAre(0, 2));
}

TEST_F(SlurmTask, ARequeuedTaskSkipsWhatItsPartsHold) {
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  fatal = 1;
  ASSERT_FALSE(runTimingTask(*round, 0, tools));
  fatal = -1;
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  EXPECT_THAT(timings, ElementsAre(0, 1, 2));
  EXPECT_EQ(round->parts("time", 0).size(), 2U);
}

TEST_F(SlurmTask, HalfALineOfAKilledAttemptIsDoneAgain) {
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  std::string part = round->parts("time", 0)[0];
  std::filesystem::resize_file(part, std::filesystem::file_size(part) - 40);
  timings.clear();
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  EXPECT_THAT(timings, ElementsAre(2));
}

TEST_F(SlurmTask, ACandidateThatCostsThreeNodesIsRefused) {
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  fatal = 1;
  for (int attempt = 0; attempt < 3; ++attempt)
    ASSERT_FALSE(runTimingTask(*round, 0, tools));
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  EXPECT_THAT(timings, ElementsAre(0, 2));
  Result<TaskHistory> history = readHistory(*round, "time", 0, *round->readLease(0));
  ASSERT_TRUE(history);
  const Outcome &outcome = history->known.at({0, 1}).outcome;
  EXPECT_EQ(outcome.verdict, Verdict::Refused);
  EXPECT_THAT(outcome.reason, HasSubstr("lost 3 times"));
}

TEST_F(SlurmTask, WithoutTheIncumbentNothingIsTimed) {
  unbuildable = 9;
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  Result<size_t> done = runTimingTask(*round, 0, tools);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("incumbent"));
  EXPECT_THAT(timings, IsEmpty());
}

TEST_F(SlurmTask, RecordsOfOtherPlansArePassedOver) {
  ASSERT_TRUE(runBuildTask(*round, 0, tools));
  ASSERT_TRUE(runTimingTask(*round, 0, tools));
  Lease other = *round->readLease(0);
  other[0].plans[0] = plan(5);
  Result<TaskHistory> history = readHistory(*round, "time", 0, other);
  ASSERT_TRUE(history);
  EXPECT_EQ(history->known.size(), 2U);
}

TEST(SlurmRound, IsOwnedByOneController) {
  char name[] = "/tmp/convwright-owner-XXXXXX";
  ASSERT_NE(mkdtemp(name), nullptr);
  {
    std::optional<Ownership> first = Ownership::take(name);
    EXPECT_TRUE(first);
    EXPECT_FALSE(Ownership::take(name));
  }
  EXPECT_TRUE(Ownership::take(name));
  std::filesystem::remove_all(name);
}

} // namespace
} // namespace convwright::schedules::slurm
