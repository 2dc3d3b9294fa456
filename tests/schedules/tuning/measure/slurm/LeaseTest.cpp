//===- LeaseTest.cpp - how work is divided, and what Slurm is told ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Lease.h"
#include "schedules/tuning/measure/slurm/Commands.h"
#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

WorkItem item(size_t request) {
  return {request,
          {schedules::testing::convolutionKernel({.C = 8, .H = 6, .W = 6, .K = 8}), "x86-64-v3", 1},
          {{.algorithm = "loops", .parameters = {{"tile", 2}}},
           {.algorithm = "direct", .parameters = {}}},
          {0, 3},
          Plan{.algorithm = "loops", .parameters = {}}};
}

TEST(Lease, OneRoundIsOneLeaseForEachNode) {
  EXPECT_EQ(leaseSize(10000, 1000, 0), 10U);
  EXPECT_EQ(leaseSize(10001, 1000, 0), 11U);
  EXPECT_EQ(leaseSize(3, 1000, 0), 1U);
  EXPECT_EQ(leaseSize(3, 0, 0), 1U);
  EXPECT_EQ(leaseSize(10000, 1000, 4), 4U);
}

TEST(Lease, EveryItemIsInExactlyOneLease) {
  std::vector<Lease> leases = makeLeases({item(0), item(1), item(2), item(3), item(4)}, 2);
  ASSERT_EQ(leases.size(), 3U);
  EXPECT_EQ(leases[2].size(), 1U);
  EXPECT_EQ(leases[1][0].request, 2U);
}

TEST(Lease, ComesBackFromItsText) {
  Result<Lease> back = leaseFromText(toJson({item(7)}).dump());
  ASSERT_TRUE(back) << back.error().message;
  const WorkItem &read = back->at(0);
  EXPECT_EQ(read.request, 7U);
  EXPECT_EQ(read.plans, item(7).plans);
  EXPECT_THAT(read.numbers, ElementsAre(0, 3));
  EXPECT_EQ(read.incumbent, item(7).incumbent);
  EXPECT_EQ(problemKey(read.problem.kernel), problemKey(item(7).problem.kernel));
}

TEST(Lease, BrokenTextIsAnError) {
  EXPECT_FALSE(leaseFromText("{\"items\": [{\"request\""));
  nlohmann::json broken = toJson({item(0)});
  broken["items"][0]["numbers"] = {1};
  Result<Lease> lease = leaseFromText(broken.dump());
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr("1 entries for 2 plans"));
}

ArrayJob job(const char *kind) {
  return {"round", kind, "/shared/it's 100%", 1000, {0, 1, 2, 5}, "", "build-0-1000"};
}

TEST(SlurmCommands, BuildTasksShareNodes) {
  SlurmOptions options;
  options.worker = "/opt/convwright";
  options.buildCores = 6;
  options.partition = "short";
  options.extra = {"--time=5"};
  std::vector<std::string> command = sbatchCommand(job("build"), options);
  EXPECT_THAT(command, Contains("--array=0-2,5"));
  EXPECT_THAT(command, Contains("--cpus-per-task=6"));
  EXPECT_THAT(command, Contains("--partition=short"));
  EXPECT_THAT(command, Contains("--time=5"));
  EXPECT_THAT(command, Contains("--requeue"));
  EXPECT_THAT(command, Contains("--output=/shared/it's 100%%/log/build-1000+%a.log"));
  EXPECT_EQ(command.back(), "--wrap=exec '/opt/convwright' tune-worker build --round "
                            "'/shared/it'\\''s 100%' --index $((1000 + SLURM_ARRAY_TASK_ID))");
  EXPECT_THAT(command, Not(Contains("--exclusive")));
}

TEST(SlurmCommands, TimingTasksHaveANodeOfTheirOwnAndWaitForTheirBuild) {
  SlurmOptions options;
  options.constraint = "zen4";
  options.nodes = 40;
  ArrayJob timing = job("time");
  timing.after = "17";
  std::vector<std::string> command = sbatchCommand(timing, options);
  EXPECT_THAT(command, Contains("--array=0-2,5%40"));
  EXPECT_THAT(command, Contains("--exclusive"));
  EXPECT_THAT(command, Contains("--constraint=zen4"));
  EXPECT_THAT(command, Contains("--dependency=aftercorr:17"));
  EXPECT_THAT(command, Contains("--kill-on-invalid-dep=yes"));
}

TEST(SlurmCommands, TheQueueIsReadAndNoiseIsPassedOver) {
  std::map<TaskName, TaskState> states = parseQueue("303|0|PENDING|BeginTime|\n"
                                                    "slurm_load_jobs error\n"
                                                    "303|1|COMPLETED|None|n2\n"
                                                    "303|N/A|RUNNING|None|n1\n");
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ((states[{"303", 0}].reason), "BeginTime");
  EXPECT_FALSE((states[{"303", 0}].over()));
  EXPECT_TRUE((states[{"303", 1}].over()));
  EXPECT_EQ((states[{"303", 1}].node), "n2");
}

TEST(SlurmCommands, WhatPassesIsToldFromWhatDoesNot) {
  EXPECT_TRUE(isTransient("slurm_load_jobs error: Unable to contact slurm controller (connect "
                          "failure)"));
  EXPECT_FALSE(isTransient("Batch job submission failed: Invalid feature specification"));
  EXPECT_TRUE(isHopeless("BadConstraints"));
  EXPECT_FALSE(isHopeless("Resources"));
  EXPECT_TRUE(failedToLaunch("launch failed requeued held"));
  EXPECT_FALSE(isHopeless("launch failed requeued held"));
}

TEST(SlurmCommands, ATargetsNodesAreFoundByTheirFeature) {
  EXPECT_EQ(featureOf("znver4", {"avx2", "zen4"}), "zen4");
  EXPECT_EQ(featureOf("x86-64-v3", {"avx2", "x86-64-v3"}), "x86-64-v3");
  EXPECT_EQ(featureOf("neoverse-n1", {"avx2"}), std::nullopt);
}

} // namespace
} // namespace convwright::schedules::slurm
