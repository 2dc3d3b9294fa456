//===- ThreadPoolTest.cpp - parallel loops, the pool's and the caller's --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/ThreadPool.h"
#include "runtime/src/Call.h"
#include "runtime/src/HalideHooks.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

struct Counts {
  std::vector<std::atomic<int>> visits;
  std::vector<std::atomic<int>> inside; // by worker
  std::atomic<bool> workerTwice{false};
  Counts(size_t tasks, size_t workers) : visits(tasks), inside(workers) {}

  static int visit(void *argument, int worker, int64_t i) {
    auto &self = *static_cast<Counts *>(argument);
    if (self.inside[static_cast<size_t>(worker)].fetch_add(1) != 0)
      self.workerTwice = true;
    self.visits[static_cast<size_t>(i)].fetch_add(1);
    self.inside[static_cast<size_t>(worker)].fetch_sub(1);
    return 0;
  }
  bool eachOnce() const {
    for (const std::atomic<int> &count : visits)
      if (count != 1)
        return false;
    return true;
  }
};

/// Asks twice in a fresh process, and exits with the answer.
void exitWithDefaultThreads() {
  cw_default_threads();
  _exit(cw_default_threads());
}

TEST(DefaultThreads, AreWhatTheEnvironmentSaysAndANonsenseValueIsSaidOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe"); // the answer is kept for the process
  cpu_set_t allowed;
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  int cpus = CPU_COUNT(&allowed);
  setenv("CONVWRIGHT_THREADS", "3", 1);
  EXPECT_EXIT(exitWithDefaultThreads(), ::testing::ExitedWithCode(3), ::testing::Eq(""));
  for (const char *bad : {"abc", "0", "-1", "2 ", "99999999999999999999"}) {
    setenv("CONVWRIGHT_THREADS", bad, 1);
    std::string line =
        std::string("convwright: warning: CONVWRIGHT_THREADS is \"") + bad +
        "\", which is not a number from 1 to 1024: taking the CPUs of this process, " +
        std::to_string(cpus) + "\n";
    EXPECT_EXIT(exitWithDefaultThreads(), ::testing::ExitedWithCode(cpus), ::testing::Eq(line));
  }
  setenv("CONVWRIGHT_THREADS", "", 1);
  EXPECT_EXIT(exitWithDefaultThreads(), ::testing::ExitedWithCode(cpus), ::testing::Eq(""));
  unsetenv("CONVWRIGHT_THREADS");
}

TEST(ThreadPool, EveryTaskRunsOnceAndWorkersAreUnique) {
  for (int workers : {1, 2, 3, 8})
    for (size_t tasks : {0, 1, 2, 7, 1000}) {
      Counts counts(tasks, static_cast<size_t>(workers));
      EXPECT_EQ(
          poolParallelFor(nullptr, static_cast<int64_t>(tasks), workers, Counts::visit, &counts),
          0);
      EXPECT_TRUE(counts.eachOnce()) << workers << " workers, " << tasks << " tasks";
      EXPECT_FALSE(counts.workerTwice);
    }
}

TEST(ThreadPool, LoopsOfManyThreadsShareThePool) {
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t)
    callers.emplace_back([&wrong, t] {
      for (int round = 0; round < 200; ++round) {
        Counts counts(50, 4);
        poolParallelFor(nullptr, 50, 1 + t % 4, Counts::visit, &counts);
        if (!counts.eachOnce() || counts.workerTwice)
          ++wrong;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(ThreadPool, SeveralThreadsWorkAtOnce) {
  std::atomic<int> present{0};
  auto meet = [](void *argument, int, int64_t) {
    auto &count = *static_cast<std::atomic<int> *>(argument);
    ++count;
    for (int i = 0; i < 5000 && count < 2; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return count >= 2 ? 0 : 1;
  };
  EXPECT_EQ(poolParallelFor(nullptr, 2, 2, meet, &present), 0);
}

TEST(ThreadPool, FirstFailureIsReturnedAndTheRestIsDropped) {
  static std::atomic<int> ran;
  ran = 0;
  auto task = [](void *, int, int64_t i) {
    ++ran;
    return i == 5 ? -42 : 0;
  };
  EXPECT_EQ(poolParallelFor(nullptr, 1000000, 1, task, nullptr), -42);
  EXPECT_EQ(ran.load(), 6);
  ran = 0;
  EXPECT_EQ(poolParallelFor(nullptr, 1000000, 4, task, nullptr), -42);
  EXPECT_LT(ran.load(), 1000000);
}

TEST(ThreadPool, LoopInsideATaskOfAnotherLoopRuns) {
  auto outer = [](void *, int, int64_t) {
    Counts counts(20, 2);
    poolParallelFor(nullptr, 20, 2, Counts::visit, &counts);
    return counts.eachOnce() ? 0 : 1;
  };
  EXPECT_EQ(poolParallelFor(nullptr, 20, 4, outer, nullptr), 0);
}

TEST(ThreadPool, ForkedChildStartsItsOwnThreads) {
  Counts before(100, 4);
  poolParallelFor(nullptr, 100, 4, Counts::visit, &before);
  pid_t child = fork();
  if (child == 0) {
    Counts counts(100, 4);
    poolParallelFor(nullptr, 100, 4, Counts::visit, &counts);
    ToyCall call(64, 100);
    bool right = counts.eachOnce() && call.pack() == CW_OK && call.run() == CW_OK && call.isRight();
    _exit(right ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(ThreadPool, DefaultThreadsAreAtLeastOne) {
  EXPECT_GE(cw_default_threads(), 1);
  EXPECT_LE(cw_default_threads(), maxThreads);
}

/// An executor of the caller's that does as told.
struct Executor {
  int firstWorker = 0;
  int result = 0;
  int64_t calls = 0;

  static int run(void *context, int64_t count, int workers, cw_task task, void *argument) {
    auto &self = *static_cast<Executor *>(context);
    ++self.calls;
    for (int64_t i = count - 1; i >= 0; --i)
      if (int result = task(argument, self.firstWorker + static_cast<int>(i % workers), i))
        return result;
    return self.result;
  }
  cw_options options() {
    cw_options options{};
    options.threads = 3;
    options.parallel_for = run;
    options.parallel_for_context = this;
    return options;
  }
};

TEST(Executor, CallersIsUsedInsteadOfThePool) {
  ToyCall call(64, 9);
  ASSERT_EQ(call.pack(), CW_OK);
  Executor executor;
  cw_options options = executor.options();
  EXPECT_EQ(call.run(&options), CW_OK) << cw_last_error();
  EXPECT_TRUE(call.isRight());
  EXPECT_EQ(executor.calls, 1);
}

TEST(Executor, OneThreadNeedsNoExecutor) {
  ToyCall call(64, 9);
  ASSERT_EQ(call.pack(), CW_OK);
  Executor executor;
  cw_options options = executor.options();
  options.threads = 1;
  EXPECT_EQ(call.run(&options), CW_OK);
  EXPECT_EQ(executor.calls, 0);
}

TEST(Executor, WorkerNumbersOutOfRangeAreCaught) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  for (int first : {-1, 1, 1000000}) {
    Executor executor;
    executor.firstWorker = first;
    cw_options options = executor.options();
    EXPECT_EQ(call.run(&options), CW_ERROR_OPTIONS);
    EXPECT_THAT(cw_last_error(), HasSubstr("with a worker number outside 0..2"));
  }
}

TEST(Executor, ItsOwnFailureIsReportedAsSuch) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  Executor executor;
  executor.result = 17;
  cw_options options = executor.options();
  EXPECT_EQ(call.run(&options), CW_ERROR_OPTIONS);
  EXPECT_STREQ(cw_last_error(), "options.parallel_for returned 17 though no task failed");
}

TEST(Executor, TasksFailurePassesThroughIt) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  Executor executor;
  cw_options options = executor.options();
  toyTaskHook = [](int row) { return row == 2 ? -9 : 0; };
  EXPECT_EQ(call.run(&options), CW_ERROR_INTERNAL);
  toyTaskHook = nullptr;
  EXPECT_THAT(cw_last_error(), HasSubstr("failed with code -9"));
}

/// Each task of a loop runs a loop with the context that it was given.
int nestedTask(void *context, int, uint8_t *closure) {
  auto inner = [](void *innerContext, int, uint8_t *data) {
    auto &[outer, different] = *reinterpret_cast<std::pair<void *, std::atomic<int> *> *>(data);
    if (outer != innerContext)
      ++*different;
    return 0;
  };
  std::pair<void *, std::atomic<int> *> data{context,
                                             reinterpret_cast<std::atomic<int> *>(closure)};
  return cwrt_halide_do_par_for(context, inner, 3, 10, reinterpret_cast<uint8_t *>(&data));
}

TEST(HalideHooks, NestedLoopsRunInLineWithTheWorkersContext) {
  Call call;
  std::array<Context, 4> workers;
  call.parallelFor = poolParallelFor;
  call.workers = 4;
  call.main.call = &call;
  call.firstWorker = reinterpret_cast<uint8_t *>(workers.data());
  call.workerStride = sizeof(Context);
  for (Context &worker : workers)
    worker = {&call, true, Region()};
  std::atomic<int> different{0};
  EXPECT_EQ(cwrt_halide_do_par_for(&call.main, nestedTask, 0, 50,
                                   reinterpret_cast<uint8_t *>(&different)),
            0);
  EXPECT_EQ(different.load(), 0);
}

TEST(HalideHooks, ExhaustedRegionFallsBackToTheHeap) {
  alignas(64) static uint8_t memory[128];
  Context context{nullptr, false, Region(memory, sizeof memory)};
  void *inside = cwrt_halide_malloc(&context, 64), *outside = cwrt_halide_malloc(&context, 64);
  EXPECT_TRUE(context.scratch.holds(inside));
  EXPECT_FALSE(context.scratch.holds(outside));
  cwrt_halide_free(&context, outside);
  cwrt_halide_free(&context, nullptr);
  cwrt_halide_free(&context, inside);
  EXPECT_EQ(cwrt_halide_malloc(&context, 1), inside);
}

} // namespace
} // namespace convwright::runtime::testing
