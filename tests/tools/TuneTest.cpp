//===- TuneTest.cpp - convwright tune, from the command line ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

using namespace convwright::tests;
using ::testing::HasSubstr;

namespace {

const char *layerText = R"(
layer small(x: f32[1, 16, 12, 12] nhwc, weight w: f32[16, 16, 3, 3]) {
  return relu(conv2d(x, w, padding = 1));
}
)";

/// Lines of a file, parsed; a line that is no JSON fails the test.
std::vector<nlohmann::json> linesOf(const std::string &path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(nlohmann::json::parse(line));
  return lines;
}

class TuneCommandTest : public ::testing::Test {
protected:
  TuneCommandTest() { here.write("l.conv", layerText); }

  Outcome tune(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"tune", here.path("l.conv"), "--records",
                                          here.path("r.jsonl")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return here.run(arguments);
  }

  Workplace here;
};

} // namespace

TEST_F(TuneCommandTest, MeasuresTheDefaultFirstAndRecordsEveryTrial) {
  Outcome outcome = tune({"--trials", "6", "--strategy", "random"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("small"));
  EXPECT_THAT(outcome.out, HasSubstr("all trials done"));
  std::vector<nlohmann::json> lines = linesOf(here.path("r.jsonl"));
  ASSERT_GE(lines.size(), 6);
  EXPECT_EQ(lines.front()["role"], "default");
  EXPECT_EQ(lines.front()["verdict"], "ok");
}

TEST_F(TuneCommandTest, MeasuresTransposedConvolutionsWhichWriteTheirResultInParts) {
  for (const char *layout : {"nhwc", "nchw"}) {
    here.write("l.conv", std::string("layer up(x: f32[1, 8, 9, 7] ") + layout +
                             ", weight w: f32[8, 16, 3, 3]) {\n"
                             "  return conv_transpose2d(x, w, stride = 2, padding = 1);\n}\n");
    std::string records = here.path(std::string(layout) + ".jsonl");
    Outcome outcome = here.run({"tune", here.path("l.conv"), "--records", records, "--trials", "3",
                                "--strategy", "random"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (const nlohmann::json &line : linesOf(records))
      EXPECT_THAT(line["verdict"], testing::AnyOf("ok", "slower")) << layout;
  }
}

TEST_F(TuneCommandTest, TheSameCommandGoesOnWhereItStopped) {
  ASSERT_EQ(tune({"--trials", "4", "--strategy", "random"}).code, 0);
  size_t before = linesOf(here.path("r.jsonl")).size();
  Outcome outcome = tune({"--trials", "4", "--strategy", "random"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("4 of them earlier"));
  // Nothing new: a winner is confirmed already.
  EXPECT_EQ(linesOf(here.path("r.jsonl")).size(), before);
}

TEST_F(TuneCommandTest, EveryStrategyRunsOnARealLayer) {
  for (const char *strategy : {"exhaustive", "random", "evolutionary", "model", "transfer"}) {
    Outcome outcome = here.run({"tune", here.path("l.conv"), "--records",
                                here.path(std::string(strategy) + ".jsonl"), "--trials", "5",
                                "--strategy", strategy});
    EXPECT_EQ(outcome.code, 0) << strategy << outcome.err;
  }
}

TEST_F(TuneCommandTest, TheStaticModelTunesForAMachineThatIsNotHere) {
  Outcome outcome = tune(
      {"--trials", "6", "--strategy", "random", "--measure", "static", "--target", "neoverse-n1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(linesOf(here.path("r.jsonl")).front()["measure"], "static");
}

TEST_F(TuneCommandTest, AKillAtAnyMomentLosesAtMostTheCandidateInFlight) {
  std::mt19937 random(1);
  std::vector<nlohmann::json> before;
  for (int i = 0; i < 5; ++i) {
    double seconds = std::uniform_real_distribution<>(0.2, 3)(random);
    here.runAndSignal({"tune", here.path("l.conv"), "--records", here.path("r.jsonl"), "--trials",
                       "500", "--strategy", "random"},
                      SIGKILL, seconds);
    std::vector<nlohmann::json> now = linesOf(here.path("r.jsonl"));
    ASSERT_GE(now.size(), before.size());
    for (size_t line = 0; line < before.size(); ++line)
      EXPECT_EQ(now[line], before[line]);
    before = std::move(now);
  }
  // What is there is not measured again.
  std::set<std::string> plans;
  for (const nlohmann::json &line : before)
    if (line["role"] != "final")
      EXPECT_TRUE(plans.insert(line["plan"].dump()).second) << line["plan"];
}

TEST_F(TuneCommandTest, AnInterruptionLeavesAUsableResult) {
  Outcome outcome = here.runAndSignal(
      {"tune", here.path("l.conv"), "--records", here.path("r.jsonl"), "--trials", "500",
       "--strategy", "random"},
      SIGINT, [&](pid_t) { return here.read("r.jsonl").find('\n') != std::string::npos; });
  EXPECT_EQ(outcome.signal, SIGINT);
  EXPECT_THAT(outcome.err, HasSubstr("goes on from there"));
  EXPECT_FALSE(linesOf(here.path("r.jsonl")).empty());
}

TEST_F(TuneCommandTest, ATotalBudgetIsKeptAndWhatItWasTooShortForIsSaid) {
  std::string text;
  for (int size = 12; size < 24; ++size) // twelve kernels
    text += "layer at" + std::to_string(size) + "(x: f32[1, 16, " + std::to_string(size) +
            ", 12] nhwc, weight w: f32[16, 16, 3, 3]) {\n  return relu(conv2d(x, w, padding = "
            "1));\n}\n";
  here.write("l.conv", text);
  auto begin = std::chrono::steady_clock::now();
  Outcome outcome = tune({"--total-budget", "6s"});
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_LT(took.count(), 12);
  EXPECT_THAT(outcome.out, HasSubstr("the total budget of 6 s was too short: "));
  EXPECT_THAT(outcome.out, HasSubstr("--total-budget 720s"));
  // The same command once more goes on: what earlier runs took is no part of this one's budget.
  size_t before = linesOf(here.path("r.jsonl")).size();
  ASSERT_EQ(tune({"--total-budget", "6s"}).code, 0);
  EXPECT_GT(linesOf(here.path("r.jsonl")).size(), before);
}

TEST_F(TuneCommandTest, ADryRunPrintsTheSpaceAndWritesNothing) {
  Outcome outcome = here.run({"tune", here.path("l.conv"), "--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("legal plans"));
  EXPECT_THAT(outcome.out, HasSubstr("tile_x"));
  EXPECT_FALSE(std::ifstream(here.path("r.jsonl")).good());
}

TEST_F(TuneCommandTest, ADryRunSetsLongNamesApartFromTheirValues) {
  here.write("d.conv", "layer d(x: f32[1, 64, 9, 9] nhwc, weight w: f32[64, 1, 3, 3]) {\n"
                       "  return conv2d(x, w, groups = 64);\n}\n");
  Outcome outcome = here.run({"tune", "d.conv", "--dry-run", "--budget", "5s"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(" channels_outside 0 "));
  EXPECT_THAT(outcome.out, HasSubstr("\n1 kernel; tuning takes at most"));
}

TEST_F(TuneCommandTest, CompileTakesWhatTuneFound) {
  ASSERT_EQ(tune({"--trials", "5", "--strategy", "random"}).code, 0);
  Outcome outcome = here.run({"compile", here.path("l.conv"), "-o", here.path(), "--records",
                              here.path("r.jsonl"), "--explain"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("source = record"));
}

TEST_F(TuneCommandTest, WrongInputIsSaidClearly) {
  EXPECT_EQ(here.run({"tune", here.path("l.conv")}).code, 2); // no --records
  EXPECT_EQ(here.run({"tune", "--records", here.path("r.jsonl")}).code, 2);
  Outcome outcome = tune({"--strategy", "modle", "--trials", "2"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'model'"));
  outcome = tune({"--budget", "1x"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("1h30m"));
  outcome = tune({"--target", "cuda-sm_80", "--trials", "2"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("cuda-sm_80"));
  outcome = here.run({"tune", here.path("missing.conv"), "--records", here.path("r.jsonl")});
  EXPECT_EQ(outcome.code, 1);
  outcome = here.run({"tune", here.path("l.conv"), "--records", "/nowhere/r.jsonl"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere"));
}

TEST_F(TuneCommandTest, ReplayComparesStrategiesOnRecordsAlone) {
  ASSERT_EQ(tune({"--trials", "12", "--strategy", "random"}).code, 0);
  Outcome outcome = here.run({"tune", "replay", here.path("r.jsonl"), "--strategy",
                              "random,evolutionary", "--seeds", "3"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("evolutionary needs"));
}

TEST_F(TuneCommandTest, ReplayTakesOptionsOfStrategies) {
  ASSERT_EQ(tune({"--trials", "12", "--strategy", "random"}).code, 0);
  auto replay = [&](const std::string &strategies) {
    return here.run(
        {"tune", "replay", here.path("r.jsonl"), "--strategy", strategies, "--seeds", "2"});
  };
  Outcome outcome = replay("random,model:epsilon=0.03:pool=200");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("model:epsilon=0.03:pool=200 needs"));
  outcome = replay("model:epsilon");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'epsilon' in --strategy is not NAME=NUMBER"));
  outcome = replay("model:frobs=1");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("frobs"));
}
