//===- SlurmTest.cpp - measuring on a real Slurm whose nodes fail -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/SlurmMeasurer.h"
#include "schedules/tuning/records/RecordFile.h"
#include "tests/schedules/support/Kernels.h"
#include "tests/support/slurm/TestCluster.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace convwright::schedules {
namespace {

using convwright::testing::TestCluster;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;

class SlurmCluster : public ::testing::Test {
protected:
  static void SetUpTestSuite() { cluster = new TestCluster("n0:build n1:x86-64-v3 n2:x86-64-v3"); }
  static void TearDownTestSuite() {
    delete cluster;
    cluster = nullptr;
  }

  void SetUp() override {
    if (!cluster->works())
      GTEST_SKIP() << "a Slurm cannot be started on this machine; cluster.sh said why";
    options.directory =
        cluster->path() + "/" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directory(options.directory);
    log = options.directory + "/timed.log";
    setenv("CONVWRIGHT_TEST_LOG", log.c_str(), 1);
    options.worker = CONVWRIGHT_BINARY_DIR "/bin/convwright_slurm_test_worker";
    options.target = "x86-64-v3";
    options.buildConstraint = "build";
    options.pollSeconds = 0.3;
    for (int64_t channels : {8, 16, 24})
      problems.push_back(
          {schedules::testing::convolutionKernel({.C = channels, .H = 6, .W = 6, .K = 8}),
           "x86-64-v3", 1});
  }

  /// Candidates of all problems, numbered through.
  std::vector<MeasureRequest> requests(size_t each, int64_t sleepMs) const {
    std::vector<MeasureRequest> all;
    int64_t number = 0;
    for (const Problem &problem : problems) {
      all.push_back({&problem, {}, Plan{.algorithm = "loops", .parameters = {}}});
      for (size_t i = 0; i < each; ++i)
        all.back().plans.push_back(
            {.algorithm = "direct", .parameters = {{"number", number++}, {"sleep_ms", sleepMs}}});
    }
    return all;
  }

  /// Measures; every outcome must come once and be the candidate's own.
  void measureAll(const std::vector<MeasureRequest> &wanted) {
    Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
    ASSERT_TRUE(measurer) << measurer.error().message;
    std::set<std::pair<size_t, size_t>> seen;
    size_t candidates = 0;
    for (const MeasureRequest &request : wanted)
      candidates += request.plans.size();
    Result<size_t> count = (*measurer)->measureMany(
        wanted,
        [&](size_t request, size_t plan, const Outcome &outcome) {
          EXPECT_TRUE(seen.emplace(request, plan).second) << "told twice";
          EXPECT_EQ(outcome.verdict, Verdict::Ok) << outcome.reason;
          EXPECT_EQ(outcome.ms,
                    1.0 + static_cast<double>(wanted[request].plans[plan].get("number", -1)));
        },
        nullptr);
    ASSERT_TRUE(count) << count.error().message;
    EXPECT_EQ(*count, candidates);
    EXPECT_EQ(seen.size(), candidates);
  }

  /// How often each candidate was timed; the nodes.
  std::map<int64_t, int> timed(std::set<std::string> *nodes = nullptr) const {
    std::map<int64_t, int> counts;
    std::ifstream file(log);
    int64_t number = 0;
    for (std::string node; file >> number >> node; ++counts[number])
      if (nodes)
        nodes->insert(node);
    return counts;
  }

  int timings() const {
    int sum = 0;
    for (const auto &[number, count] : timed())
      sum += count;
    return sum;
  }

  /// Until so many candidates have been begun.
  void awaitTimings(int count) const {
    for (int i = 0; i < 1200 && timings() < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ASSERT_GE(timings(), count);
  }

  bool queueIsEmpty() const { return std::system("test -z \"$(squeue --noheader)\"") == 0; }

  static TestCluster *cluster;
  SlurmOptions options;
  std::string log;
  std::vector<Problem> problems;
};

TestCluster *SlurmCluster::cluster = nullptr;

TEST_F(SlurmCluster, ThreeProblemsAreTimedOnceOnNodesWithTheFeatureAndNothingStaysBehind) {
  options.lease = 1;
  measureAll(requests(4, 100));
  std::set<std::string> nodes;
  EXPECT_EQ(timed(&nodes).size(), 12U);
  EXPECT_THAT(nodes, IsSubsetOf({"n1", "n2"}));
  for (const auto &[number, count] : timed())
    EXPECT_EQ(count, 1) << number;
  for (const auto &entry : std::filesystem::directory_iterator(options.directory))
    EXPECT_EQ(entry.path().filename(), "timed.log");
}

TEST_F(SlurmCluster, ALostNodesTaskGoesOnElsewhereWithoutLosingOrDoublingAnything) {
  std::thread failure([&] {
    awaitTimings(4);
    cluster->run("lose", "n1");
  });
  measureAll(requests(5, 300));
  failure.join();
  EXPECT_LE(timings(), 16); // one more than there are: the one in flight
  cluster->run("repair", "n1");
}

TEST_F(SlurmCluster, ACandidateThatKillsItsTaskIsRefusedAndTheOthersAreMeasured) {
  std::vector<MeasureRequest> wanted = requests(2, 0);
  wanted[1].plans[0].parameters["fatal"] = 1;
  options.lease = 1;
  Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
  ASSERT_TRUE(measurer) << measurer.error().message;
  std::map<std::pair<size_t, size_t>, Outcome> outcomes;
  Result<size_t> count = (*measurer)->measureMany(
      wanted,
      [&](size_t request, size_t plan, const Outcome &outcome) {
        outcomes[{request, plan}] = outcome;
      },
      nullptr);
  ASSERT_TRUE(count) << count.error().message;
  ASSERT_EQ(outcomes.size(), 6U);
  for (const auto &[name, outcome] : outcomes)
    if (name == std::pair<size_t, size_t>{1, 0})
      EXPECT_THAT(outcome.reason, HasSubstr("lost 3 times"));
    else
      EXPECT_EQ(outcome.verdict, Verdict::Ok) << outcome.reason;
}

/// The command, the real worker and generated code.
TEST_F(SlurmCluster, TuneRecordsEveryCandidateOfThreeLayersOnce) {
  std::string source = cluster->path() + "/layers.conv", records = cluster->path() + "/r.jsonl";
  std::ofstream(source)
      << "layer a(x: f32[1, 8, 6, 6] nhwc, weight w: f32[8, 8, 1, 1]) { return conv2d(x, w); }\n"
         "layer b(x: f32[1, 16, 6, 6] nhwc, weight w: f32[8, 16, 1, 1]) { return conv2d(x, w); }\n"
         "layer c(x: f32[1, 8, 6, 6] nhwc, weight w: f32[16, 8, 1, 1]) { return conv2d(x, w); }\n";
  std::string command = CONVWRIGHT_BINARY_DIR "/bin/convwright tune " + source +
                        " --target x86-64-v3 --strategy random --trials 3 --records " + records +
                        " --executor slurm --slurm-lease 1 --slurm-build-constraint build"
                        " --slurm-directory " +
                        options.directory + " >" + cluster->path() + "/tune.log 2>&1";
  std::ostringstream said;
  int status = std::system(command.c_str());
  said << std::ifstream(cluster->path() + "/tune.log").rdbuf();
  ASSERT_EQ(status, 0) << said.str();
  Result<RecordSet> set = readRecords({records});
  ASSERT_TRUE(set) << set.error().message;
  std::set<std::string> seen;
  std::map<std::string, int> trials;
  for (const Record &record : set->records) {
    EXPECT_EQ(record.measure, "slurm");
    EXPECT_TRUE(seen.insert(record.key + record.role + print(record.plan)).second) << "twice";
    trials[record.name] += record.role != "final";
  }
  EXPECT_EQ(trials, (std::map<std::string, int>{{"a", 3}, {"b", 3}, {"c", 3}})) << said.str();
  EXPECT_TRUE(set->broken.empty());
  EXPECT_TRUE(queueIsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
}

TEST_F(SlurmCluster, AFeatureThatNoNodeHasIsAnErrorAtOnce) {
  options.constraint = "sx-aurora";
  Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
  ASSERT_FALSE(measurer);
  EXPECT_THAT(measurer.error().message, HasSubstr("no node has the feature 'sx-aurora'"));
  options.constraint.clear();
  options.target = "neoverse-n1";
  measurer = makeSlurmMeasurer(options);
  ASSERT_FALSE(measurer);
  EXPECT_THAT(measurer.error().message, HasSubstr("they have: build, x86-64-v3"));
}

TEST_F(SlurmCluster, AJobThatCanNeverRunIsAnErrorAndNoJobStays) {
  options.extra = {"--hold"};
  Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
  ASSERT_FALSE(measurer);
  EXPECT_THAT(measurer.error().message, HasSubstr("never start"));
  EXPECT_TRUE(queueIsEmpty());
}

TEST_F(SlurmCluster, AWorkerThatIsNotThereIsAnError) {
  options.worker = "/nowhere/convwright";
  Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
  ASSERT_FALSE(measurer);
  EXPECT_THAT(measurer.error().message, HasSubstr("'/nowhere/convwright' does not work"));
}

TEST_F(SlurmCluster, ARunThatWasKilledIsTakenUpAgain) {
  pid_t first = fork();
  if (first == 0) {
    measureAll(requests(5, 300));
    _exit(0);
  }
  awaitTimings(6);
  kill(first, SIGKILL);
  waitpid(first, nullptr, 0);
  for (int i = 0; i < 1200 && !queueIsEmpty(); ++i) // the watchdog's doing
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(queueIsEmpty());
  measureAll(requests(5, 300));
  EXPECT_LE(timings(), 17); // but for those in flight on two nodes, each once
}

TEST_F(SlurmCluster, SlurmsControllerMayBeAwayForAWhile) {
  std::thread failure([&] {
    awaitTimings(2);
    cluster->run("stop-controller");
    std::this_thread::sleep_for(std::chrono::seconds(1));
    cluster->run("start-controller");
  });
  measureAll(requests(3, 200));
  failure.join();
}

TEST_F(SlurmCluster, AnInterruptedRoundCancelsItsJobs) {
  std::atomic<bool> cancelled{false};
  Result<std::unique_ptr<Measurer>> measurer = makeSlurmMeasurer(options);
  ASSERT_TRUE(measurer) << measurer.error().message;
  std::thread interruption([&] {
    awaitTimings(3);
    cancelled = true;
  });
  size_t told = 0;
  Result<size_t> count = (*measurer)->measureMany(
      requests(20, 300), [&](size_t, size_t, const Outcome &) { ++told; }, &cancelled);
  interruption.join();
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(*count, told);
  EXPECT_LT(told, 60U);
}

} // namespace
} // namespace convwright::schedules
