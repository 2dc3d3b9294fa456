//===- Times.cpp - times the data set's candidates on one core ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   static_model_times TABLE.tsv OUT.jsonl [candidates a layer = 32] [passes = 3]
// Each candidate lives in a process of its own, which compiles it (within a time limit), then takes
// samples when it is told to: the passes over a layer's candidates are interleaved. A sample is the
// thread's CPU time, between two bursts that give the core's speed meanwhile: it is scaled to the
// best speed seen, and dropped when the two disagree. (On a shared machine whose clock wanders, few
// samples would pass Sampler.h's absolute test.) One JSON line a candidate; layers that are already
// in OUT.jsonl are skipped, so that it can be started again.
//

#include "schedules/tuning/measure/Burst.h"
#include "tests/bench/static_model/DataSet.h"
#include "tests/schedules/support/KernelRunner.h"

#include "schedules/Schedules.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <set>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace convwright;
using namespace convwright::schedules;

namespace {

constexpr int compileSeconds = 30;
constexpr int samplesAPass = 8;
constexpr double burstsAgree = 1.06; // the slower one over the faster
constexpr double burstsSlow = 1.6;   // over the best one seen

/// What a candidate's process says of one pass.
struct PassReport {
  double clean[samplesAPass]; // nanoseconds
  int cleanCount = 0, spoilt = 0;
  int64_t burst = INT64_MAX;
};

double cpuNow() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Nanoseconds of one call, roughly.
double warmUp(const std::function<void()> &call) {
  double begin = cpuNow(), fastest = 1e12;
  do {
    double start = cpuNow();
    call();
    fastest = std::min(fastest, cpuNow() - start);
  } while (cpuNow() - begin < 30e6);
  return fastest;
}

PassReport takeSamples(const std::function<void()> &call, int calls, int64_t bestBurst) {
  PassReport report;
  report.burst = bestBurst;
  auto burst = [&] {
    int64_t time = cw_burst();
    report.burst = std::min(report.burst, time);
    return static_cast<double>(time);
  };
  double before = burst();
  for (int i = 0; i < samplesAPass; ++i) {
    double begin = cpuNow();
    for (int j = 0; j < calls; ++j)
      call();
    double time = (cpuNow() - begin) / calls, after = burst();
    auto best = static_cast<double>(report.burst);
    double slower = std::max(before, after), faster = std::min(before, after);
    if (slower < faster * burstsAgree && slower < best * burstsSlow)
      report.clean[report.cleanCount++] = time * best / ((before + after) / 2);
    else
      ++report.spoilt;
    before = after;
  }
  return report;
}

[[noreturn]] void live(const Kernel &kernel, const Plan &plan, const Target &target, int in,
                       int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(compileSeconds);
  schedules::testing::KernelRunner runner(kernel, plan, target);
  if (!runner.error().empty()) {
    std::fprintf(stderr, "%s\n", runner.error().c_str());
    _exit(1);
  }
  runner.prepare({});
  std::function<void()> call = runner.timed();
  call();
  alarm(0);
  int calls = std::max(1, static_cast<int>(300'000 / warmUp(call)));
  char ready = 1;
  if (write(out, &ready, 1) != 1)
    _exit(1);
  int64_t burst = INT64_MAX;
  while (read(in, &burst, sizeof burst) == sizeof burst) {
    PassReport report = takeSamples(call, calls, burst);
    if (write(out, &report, sizeof report) != sizeof report)
      _exit(1);
  }
  _exit(0);
}

struct Candidate {
  Plan plan;
  pid_t process = -1;
  int commands = -1, answers = -1;
  bool alive = false;
  std::vector<double> clean;
  int spoilt = 0;
};

void start(Candidate &candidate, const Kernel &kernel, const Target &target) {
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
    return;
  std::fflush(nullptr);
  candidate.process = fork();
  if (candidate.process == 0) {
    close(down[1]);
    close(up[0]);
    live(kernel, candidate.plan, target, down[0], up[1]);
  }
  close(down[0]);
  close(up[1]);
  candidate.commands = down[1];
  candidate.answers = up[0];
  char ready = 0;
  candidate.alive = candidate.process > 0 && read(candidate.answers, &ready, 1) == 1;
  if (!candidate.alive)
    std::fprintf(stderr, "does not run: %s\n", print(candidate.plan).c_str());
}

void takePass(Candidate &candidate, int64_t &burst) {
  PassReport report;
  if (!candidate.alive || write(candidate.commands, &burst, sizeof burst) != sizeof burst ||
      read(candidate.answers, &report, sizeof report) != sizeof report) {
    candidate.alive = false;
    return;
  }
  burst = std::min(burst, report.burst);
  candidate.clean.insert(candidate.clean.end(), report.clean, report.clean + report.cleanCount);
  candidate.spoilt += report.spoilt;
}

void stop(Candidate &candidate) {
  close(candidate.commands);
  close(candidate.answers);
  kill(candidate.process, SIGKILL);
  waitpid(candidate.process, nullptr, 0);
}

nlohmann::json lineOf(const bench::DataLayer &layer, Candidate &candidate) {
  std::vector<double> &clean = candidate.clean;
  std::sort(clean.begin(), clean.end());
  size_t n = clean.size();
  std::vector<int64_t> whole(clean.begin(), clean.end());
  double median = n ? clean[n / 2] : 0;
  double spread = n ? (clean[n * 3 / 4] - clean[n / 4]) / median : 0;
  return {{"layer", layer.name},
          {"held_out", layer.heldOut},
          {"plan",
           {{"algorithm", candidate.plan.algorithm}, {"parameters", candidate.plan.parameters}}},
          {"ms", median * 1e-6},
          {"spread", spread},
          {"samples_ns", whole},
          {"spoilt", candidate.spoilt}};
}

void timeLayer(const bench::DataLayer &layer, const Kernel &kernel, const Target &target,
               size_t count, int passes, std::ostream &out, int64_t &burst) {
  std::vector<Candidate> candidates;
  for (const Plan &plan : bench::dataPlans(kernel, target, count, /*seed=*/1))
    candidates.emplace_back().plan = plan;
  for (Candidate &candidate : candidates)
    start(candidate, kernel, target);
  for (int pass = 0; pass < passes; ++pass)
    for (Candidate &candidate : candidates)
      takePass(candidate, burst);
  // Somebody else had the core too often: once more.
  for (int pass = 0; pass < 2; ++pass)
    for (Candidate &candidate : candidates)
      if (candidate.alive && candidate.clean.size() < static_cast<size_t>(passes) * 2)
        takePass(candidate, burst);
  for (Candidate &candidate : candidates) {
    if (candidate.alive && !candidate.clean.empty())
      out << lineOf(layer, candidate).dump() << "\n";
    stop(candidate);
  }
  out.flush();
}

std::set<std::string> layersIn(const std::string &path) {
  std::set<std::string> names;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    names.insert(nlohmann::json::parse(line).at("layer"));
  return names;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s TABLE.tsv OUT.jsonl [CANDIDATES] [PASSES]\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  size_t count = argc > 3 ? std::stoul(argv[3]) : 32;
  int passes = argc > 4 ? std::stoi(argv[4]) : 3;
  Result<Target> target = findTarget("host");
  std::set<std::string> done = layersIn(argv[2]);
  std::ofstream out(argv[2], std::ios::app);
  int64_t burst = INT64_MAX;
  for (const bench::DataLayer &layer : bench::dataLayers()) {
    std::optional<Kernel> kernel = bench::dataKernel(argv[1], layer);
    if (!kernel || !target) {
      std::fprintf(stderr, "no layer '%s' in '%s'\n", layer.name, argv[1]);
      return 1;
    }
    if (done.contains(layer.name))
      continue;
    std::fprintf(stderr, "%s\n", layer.name);
    timeLayer(layer, *kernel, *target, count, passes, out, burst);
  }
  return 0;
}
