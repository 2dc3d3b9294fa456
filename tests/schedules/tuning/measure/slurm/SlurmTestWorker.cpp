//===- SlurmTestWorker.cpp - tune-worker with candidates whose times are known ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Task.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

using namespace convwright::schedules;
using namespace convwright::schedules::slurm;

/// $CONVWRIGHT_TEST_LOG gets a line for each candidate that is timed.
static void logTiming(const Plan &plan) {
  const char *path = std::getenv("CONVWRIGHT_TEST_LOG");
  std::ofstream(path ? path : "/dev/null", std::ios::app)
      << plan.get("number", -1) << ' ' << std::getenv("SLURMD_NODENAME") << std::endl;
}

static Result<std::vector<Built>> pretendBuild(const Problem &, const std::vector<Plan> &plans,
                                               const std::vector<std::string> &stems) {
  std::vector<Built> built;
  for (size_t i = 0; i < plans.size(); ++i) {
    std::ofstream(stems[i] + ".so") << plans[i].get("number", -1);
    built.push_back({.fine = true, .stem = stems[i], .outcome = {}});
  }
  return built;
}

static Result<Outcome> pretendTiming(const TaskTools::Contest &contest) {
  logTiming(contest.plan);
  std::this_thread::sleep_for(std::chrono::milliseconds(contest.plan.get("sleep_ms", 0)));
  if (contest.plan.get("fatal", 0))
    std::raise(SIGKILL);
  Outcome outcome;
  outcome.verdict = Verdict::Ok;
  outcome.ms = 1.0 + static_cast<double>(contest.plan.get("number", 0));
  return outcome;
}

int main(int count, char **arguments) { // tune-worker KIND --round DIR --index N
  if (count != 7)
    return 2;
  std::string_view kind = arguments[2];
  RoundFolder round(arguments[4]);
  size_t lease = std::strtoul(arguments[6], nullptr, 10);
  TaskTools tools{pretendBuild,
                  [](const Problem &, const std::string &) { return std::optional<Error>(); },
                  pretendTiming,
                  {{"cpu", "test"}}};
  if (kind == "hardware")
    return round.writeHardware(tools.hardware) ? 1 : 0;
  Result<size_t> done =
      kind == "build" ? runBuildTask(round, lease, tools) : runTimingTask(round, lease, tools);
  if (!done)
    std::cerr << done.error().message << '\n';
  return done ? 0 : 1;
}
