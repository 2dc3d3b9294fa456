//===- MeasurerTest.cpp - every verdict, provoked for real -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/LocalMeasurer.h"
#include "tests/schedules/support/Kernels.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

using namespace convwright::schedules;
using convwright::schedules::testing::convolutionKernel;
using convwright::schedules::testing::Layer;

namespace {

namespace fs = std::filesystem;

/// 3x3 on so many channels of a square image.
Problem problem3x3(int64_t channels, int64_t size, const std::string &target = "host") {
  Layer layer;
  layer.C = layer.K = channels;
  layer.H = layer.W = size;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  return {convolutionKernel(layer), findTarget(target)->name, 1};
}

Problem smallProblem(const std::string &target = "host") { return problem3x3(16, 12, target); }

Plan planFor(const Problem &problem, const std::string &algorithm = "") {
  PlanRequest request;
  request.algorithm = algorithm;
  return choosePlan(problem.kernel, *findTarget(problem.target), request)->plan;
}

MeasureOptions quickOptions() {
  MeasureOptions options;
  options.target = findTarget("host")->name;
  options.build.seconds = 60; // other tests may have the CPUs
  options.time.seconds = 60;
  options.time.budgetMs = 20;
  options.time.retries = 0;
  return options;
}

std::vector<Outcome> measure(Measurer &measurer, const std::vector<Plan> &plans,
                             const std::optional<Plan> &incumbent,
                             const Problem &problem = smallProblem()) {
  auto outcomes = measurer.measure(problem, plans, incumbent, nullptr, nullptr);
  EXPECT_TRUE(outcomes) << outcomes.error().message;
  return outcomes ? *outcomes : std::vector<Outcome>(plans.size());
}

/// A compiler that gives "loops" plans the machine code of this C function, instead of their own.
KernelCompiler instead(const std::string &body) {
  return [body](const Kernel &kernel, const Plan &plan, const Target &target,
                const std::string &entry) -> Result<CompiledKernel> {
    Result<CompiledKernel> compiled = compileKernel(kernel, plan, target, entry);
    if (!compiled || plan.algorithm != "loops")
      return compiled;
    std::string pattern = "/tmp/convwright-wrong-XXXXXX";
    fs::path directory = mkdtemp(pattern.data());
    std::ofstream(directory / "k.c")
        << "void *halide_malloc(void *, unsigned long);\n"
           "struct buffer { unsigned long d; void *i; char *host; unsigned long f; int t, n; };\n"
           "int candidate_argv(void **args) { volatile int always = 1; "
        << body << " return 0; }\nint candidate_pack_argv(void **args) { return 0; }\n";
    std::string command =
        "cc -O1 -fPIC -c -o " + (directory / "k.o").string() + " " + (directory / "k.c").string();
    if (std::system(command.c_str()) != 0)
      return Error{"cc failed"};
    std::ifstream file(directory / "k.o", std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    compiled->object.assign(reinterpret_cast<const std::byte *>(bytes.data()),
                            reinterpret_cast<const std::byte *>(bytes.data()) + bytes.size());
    fs::remove_all(directory);
    return compiled;
  };
}

/// The outcome of a candidate with this body, beside a right incumbent.
Outcome outcomeOf(const std::string &body, double seconds = 60) {
  MeasureOptions options = quickOptions();
  options.compile = instead(body);
  options.time.seconds = seconds;
  options.time.bytes = int64_t{1} << 30;
  auto measurer = makeLocalMeasurer(options);
  EXPECT_TRUE(measurer) << measurer.error().message;
  Problem problem = smallProblem();
  return measure(**measurer, {planFor(problem, "loops")}, planFor(problem)).at(0);
}

/// The outcome of a candidate whose compilation does this.
Outcome buildOutcomeOf(const std::function<Result<CompiledKernel>()> &work, double seconds = 60) {
  MeasureOptions options = quickOptions();
  options.build.seconds = seconds;
  options.build.bytes = int64_t{1} << 30;
  options.compile = [work](const Kernel &, const Plan &, const Target &, const std::string &) {
    return work();
  };
  auto measurer = makeLocalMeasurer(options);
  EXPECT_TRUE(measurer) << measurer.error().message;
  return measure(**measurer, {planFor(smallProblem())}, std::nullopt).at(0);
}

size_t leftovers() {
  size_t count = 0;
  std::string mine = "convwright-measure-" + std::to_string(getpid()) + "-";
  for (const auto &entry : fs::directory_iterator(fs::temp_directory_path()))
    count += entry.path().filename().string().starts_with(mine);
  return count;
}

} // namespace

TEST(LocalMeasurer, ARightPlanIsTimedAlone) {
  auto measurer = makeLocalMeasurer(quickOptions());
  ASSERT_TRUE(measurer) << measurer.error().message;
  Outcome outcome = measure(**measurer, {planFor(smallProblem())}, std::nullopt).at(0);
  EXPECT_EQ(outcome.verdict, Verdict::Ok) << outcome.reason;
  EXPECT_GT(outcome.ms, 0);
  EXPECT_GE(outcome.samples.size(), 5U);
  EXPECT_LE(outcome.relativeError, outcome.allowedError);
  EXPECT_GT(outcome.objectBytes, 0);
  EXPECT_GT(outcome.compileSeconds, 0);
  EXPECT_EQ(outcome.ratio, 0);
  EXPECT_EQ((*measurer)->name(), "local");
  EXPECT_FALSE((*measurer)->hardware().at("cores").empty());
}

TEST(LocalMeasurer, AHopelessPlanIsStoppedEarly) {
  Problem problem = problem3x3(64, 28);
  auto measurer = makeLocalMeasurer(quickOptions());
  ASSERT_TRUE(measurer);
  Plan hopeless = planFor(problem, "direct"); // one sum at a time waits for the one before
  hopeless.parameters = {{"tile_x", 1}, {"tile_y", 1}, {"tile_k", 1}};
  Outcome outcome = measure(**measurer, {hopeless}, planFor(problem, "direct"), problem).at(0);
  EXPECT_EQ(outcome.verdict, Verdict::Slower) << outcome.reason;
  EXPECT_LT(outcome.ratio, 0.8);
  EXPECT_FALSE(outcome.better);
  EXPECT_LT(outcome.samples.size(), 12U);
}

// The CPU time of a process under a limit of it moves tick by tick: calls of some milliseconds
// seemed to take no time, or all of a tick, and one in sixteen candidates was given up for nothing.
TEST(LocalMeasurer, CallsOfMillisecondsAreNotGivenUpByChance) {
  auto measurer = makeLocalMeasurer(quickOptions());
  ASSERT_TRUE(measurer);
  Problem problem = problem3x3(64, 56);
  Plan plan = planFor(problem);
  std::vector<Plan> twins(24, plan);
  for (const Outcome &outcome : measure(**measurer, twins, plan, problem))
    EXPECT_GT(outcome.samples.size(), 1U) << outcome.reason;
}

TEST(LocalMeasurer, WrongNumbersAreNeverTimed) {
  Outcome outcome = outcomeOf(""); // writes nothing: the poison stays
  EXPECT_EQ(outcome.verdict, Verdict::Wrong) << outcome.reason;
  EXPECT_TRUE(outcome.samples.empty());
  EXPECT_GT(outcome.relativeError, outcome.allowedError);
}

TEST(LocalMeasurer, ACrashIsNamedByItsSignal) {
  Outcome outcome = outcomeOf("*(volatile int *)8 = 1;");
  EXPECT_EQ(outcome.verdict, Verdict::Crashed);
  EXPECT_NE(outcome.reason.find("SIGSEGV"), std::string::npos) << outcome.reason;
}

TEST(LocalMeasurer, ReadingPastATensorIsACrash) {
  Outcome outcome =
      outcomeOf("volatile char *x = ((struct buffer *)args[1])->host; x[16*12*12*4];");
  EXPECT_EQ(outcome.verdict, Verdict::Crashed) << outcome.reason;
}

TEST(LocalMeasurer, AnEndlessLoopTimesOut) {
  Outcome outcome = outcomeOf("while (always) ;", 1);
  EXPECT_EQ(outcome.verdict, Verdict::TimedOut) << outcome.reason;
}

TEST(LocalMeasurer, AllocatingWithoutEndIsOutOfMemory) {
  Outcome outcome = outcomeOf("while (always) { char *p = halide_malloc(*(void **)args[0], 1 << "
                              "26); p[0] = 1; }");
  EXPECT_EQ(outcome.verdict, Verdict::OutOfMemory) << outcome.reason;
}

TEST(LocalMeasurer, APlanThatDoesNotValidateIsRefused) {
  auto measurer = makeLocalMeasurer(quickOptions());
  ASSERT_TRUE(measurer);
  Outcome outcome = measure(**measurer, {Plan{"no_such_algorithm", {}}}, std::nullopt).at(0);
  EXPECT_EQ(outcome.verdict, Verdict::Refused);
  EXPECT_NE(outcome.reason.find("no_such_algorithm"), std::string::npos) << outcome.reason;
}

TEST(LocalMeasurer, AHangingCompilerTimesOut) {
  Outcome outcome = buildOutcomeOf(
      []() -> Result<CompiledKernel> {
        for (;;)
          pause();
      },
      1);
  EXPECT_EQ(outcome.verdict, Verdict::TimedOut) << outcome.reason;
}

TEST(LocalMeasurer, ACrashingCompilerIsAnOutcome) {
  Outcome outcome = buildOutcomeOf([]() -> Result<CompiledKernel> { std::abort(); });
  EXPECT_EQ(outcome.verdict, Verdict::Crashed);
  EXPECT_NE(outcome.reason.find("SIGABRT"), std::string::npos) << outcome.reason;
}

TEST(LocalMeasurer, AGreedyCompilerIsOutOfMemory) {
  Outcome outcome = buildOutcomeOf([]() -> Result<CompiledKernel> {
    for (char *volatile kept;;) { // never touched: nobody else needs to make room
      kept = new char[1 << 26];
      (void)kept;
    }
  });
  EXPECT_EQ(outcome.verdict, Verdict::OutOfMemory) << outcome.reason;
}

TEST(LocalMeasurer, ColdCachesAndManyThreadsRun) {
  MeasureOptions options = quickOptions();
  options.time.cold = true;
  auto measurer = makeLocalMeasurer(options);
  ASSERT_TRUE(measurer);
  Problem problem = smallProblem();
  problem.threads = 2;
  Outcome outcome = measure(**measurer, {planFor(problem)}, std::nullopt, problem).at(0);
  EXPECT_EQ(outcome.verdict, Verdict::Ok) << outcome.reason;
}

TEST(LocalMeasurer, NoCandidateIsJudgedByItsEstimateUntilTheModelHasBeenRight) {
  MeasureOptions options = quickOptions();
  options.compile = [](const Kernel &kernel, const Plan &plan, const Target &target,
                       const std::string &entry) {
    Result<CompiledKernel> compiled = compileKernel(kernel, plan, target, entry);
    compiled->estimatedMs = plan.algorithm == "loops" ? 12.5 : 5;
    return compiled;
  };
  auto measurer = makeLocalMeasurer(options);
  ASSERT_TRUE(measurer);
  Problem problem = smallProblem();
  Plan fast = planFor(problem), slow = planFor(problem, "loops");
  Outcome alone = measure(**measurer, {slow}, std::nullopt).at(0);
  EXPECT_EQ(alone.verdict, Verdict::Ok) << "there is nothing to be behind of";
  Outcome outcome = measure(**measurer, {slow}, fast).at(0);
  EXPECT_TRUE(outcome.timed()) << spell(outcome.verdict) << ": " << outcome.reason;
  EXPECT_FALSE(outcome.samples.empty());
  EXPECT_FALSE(measure(**measurer, {fast}, slow).at(0).samples.empty());
}

TEST(FindRunner, AVariableThatNamesNothingIsSaidToDoSo) {
  for (const char *path : {"/no/such/runner", "/tmp"}) {
    setenv("CONVWRIGHT_MEASURE_RUNNER", path, 1);
    auto measurer = makeLocalMeasurer(quickOptions());
    unsetenv("CONVWRIGHT_MEASURE_RUNNER");
    ASSERT_FALSE(measurer);
    EXPECT_EQ(measurer.error().message,
              "CONVWRIGHT_MEASURE_RUNNER is \"" + std::string(path) +
                  "\", where no program is: set it to the path of measure_runner, or unset it");
  }
}

TEST(LocalMeasurer, OutcomesAreReportedInOrder) {
  auto measurer = makeLocalMeasurer(quickOptions());
  ASSERT_TRUE(measurer);
  Problem problem = smallProblem();
  std::vector<size_t> order;
  auto finished = [&](size_t index, const Outcome &) { order.push_back(index); };
  auto outcomes = (*measurer)->measure(
      problem, {planFor(problem), Plan{"nonsense", {}}, planFor(problem, "loops")},
      planFor(problem), finished, nullptr);
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(outcomes->size(), 3U);
  EXPECT_EQ(order, (std::vector<size_t>{0, 1, 2}));
}

TEST(LocalMeasurer, AnInterruptionEndsSoonAndLeavesNothing) {
  std::atomic<bool> cancelled{false};
  {
    MeasureOptions options = quickOptions();
    options.compile = instead("while (always) ;");
    auto measurer = makeLocalMeasurer(options);
    ASSERT_TRUE(measurer);
    EXPECT_EQ(leftovers(), 1U);
    Problem problem = smallProblem();
    std::thread interrupter([&] {
      std::this_thread::sleep_for(std::chrono::seconds(2));
      cancelled = true;
    });
    auto outcomes = (*measurer)->measure(problem, {planFor(problem, "loops")}, planFor(problem),
                                         nullptr, &cancelled);
    interrupter.join();
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    EXPECT_TRUE(outcomes->empty());
  }
  EXPECT_EQ(leftovers(), 0U);
}

TEST(LocalMeasurer, CodeForAnotherMachineIsRefusedAtOnce) {
  MeasureOptions options = quickOptions();
  options.target = "neoverse-n1";
  auto measurer = makeLocalMeasurer(options);
  ASSERT_FALSE(measurer);
  EXPECT_NE(measurer.error().message.find("neoverse-n1"), std::string::npos);
}

//===----------------------------------------------------------------------===//

#ifdef CONVWRIGHT_QEMU_AARCH64
TEST(SshMeasurer, AnEmulatedMachineGivesVerdicts) {
  MeasureOptions options = quickOptions();
  options.target = "neoverse-n1";
  fs::path there = fs::temp_directory_path() / ("over-there-" + std::to_string(getpid()));
  fs::create_directory(there);
  {
    auto measurer =
        makeSshMeasurer(options, {"qemu-aarch64 -cpu neoverse-n1 -L /usr/aarch64-linux-gnu",
                                  "cp {from} {to}", there.string()});
    ASSERT_TRUE(measurer) << measurer.error().message;
    Problem problem = smallProblem("neoverse-n1");
    auto outcomes = measure(**measurer, {planFor(problem), planFor(problem, "loops")},
                            planFor(problem), problem);
    EXPECT_TRUE(outcomes[0].timed()) << outcomes[0].reason;
    EXPECT_TRUE(outcomes[1].timed()) << outcomes[1].reason;
    EXPECT_EQ((*measurer)->name(), "ssh");
  }
  EXPECT_TRUE(fs::is_empty(there)) << "copies were left behind";
  fs::remove_all(there);
}
#endif

TEST(SshMeasurer, ACopyCommandThatFailsIsShown) {
  auto measurer = makeSshMeasurer(quickOptions(), {"env", "false {from} {to}"});
  ASSERT_FALSE(measurer);
  EXPECT_NE(measurer.error().message.find("false"), std::string::npos);
  measurer = makeSshMeasurer(quickOptions(), {"env", "cp"});
  ASSERT_FALSE(measurer);
  EXPECT_NE(measurer.error().message.find("{from}"), std::string::npos);
}
