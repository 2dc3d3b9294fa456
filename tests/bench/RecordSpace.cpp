//===- RecordSpace.cpp - times many plans of a layer into records ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Makes the recorded spaces (tests/data/spaces) on which strategies are compared without a clock:
//   record_space TABLE.tsv OUT.jsonl name=substring [plans=200] [passes=6] [core=1] [seed=1]
//                [target=x86-64-v3]
// Half of the plans are drawn uniformly, half lie near the default and where the cost model expects
// the fast ones, as a tuner meets them. A dozen at a time are compiled, each in a process of its
// own, and timed in turns beside the default; of a batch that ran on a slower machine the default
// tells by how much.
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Sampler.h"
#include "schedules/tuning/measure/Statistics.h"
#include "schedules/tuning/records/Origin.h"
#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Space.h"
#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"
#include "tools/bench/Table.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace convwright;
using namespace convwright::schedules;

namespace {

constexpr size_t batchSize = 12, finalists = 20;
constexpr int compileMs = 60'000, sampleMs = 60'000;
constexpr int samplesAPass = 4;
/// Of one that is so much slower than the default, two passes are enough.
constexpr double hopeless = 2.5;

struct Options {
  std::string table, out, name, target = "x86-64-v3";
  size_t plans = 200;
  int passes = 6, core = 1;
  uint64_t seed = 1;
};

/// What a child says once it can run its candidate.
struct Ready {
  bool ok = false;
  double relativeError = 0, compileSeconds = 0;
  int64_t objectBytes = 0;
  char problem[200] = {};
};

/// What a child says to a request (the best burst known) for samples.
struct Answer {
  int64_t bestBurst = 0;
  int clean = 0, spoilt = 0;
  double samples[samplesAPass] = {}; // nanoseconds; the clean ones first
};

template <typename T> bool put(int file, const T &value) {
  return write(file, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

template <typename T> bool get(int file, T &value, int timeoutMs) {
  pollfd waiting{file, POLLIN, 0};
  return poll(&waiting, 1, timeoutMs) == 1 &&
         read(file, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

/// The child's life: compiles, checks, then samples whenever asked to.
void serve(const Problem &problem, const Plan &plan, const Target &target, int core, int in,
           int out) {
  auto begin = std::chrono::steady_clock::now();
  schedules::testing::KernelRunner runner(problem.kernel, plan, target);
  Ready ready;
  ready.compileSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  ready.ok = runner.error().empty();
  std::strncpy(ready.problem, runner.error().c_str(), sizeof ready.problem - 1);
  if (ready.ok) {
    ready.objectBytes = static_cast<int64_t>(runner.compiled().object.size());
    runner.prepare({});
    runner.run();
    ready.relativeError = runner.relativeError(100);
  }
  if (!put(out, ready) || !ready.ok)
    return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  setpriority(PRIO_PROCESS, 0, -15); // best effort: only root may
  std::function<void()> call = runner.timed();
  Sampler sampler(500'000, true);
  for (int64_t knownBurst; read(in, &knownBurst, sizeof knownBurst) == sizeof knownBurst;) {
    Samples samples = sampler.take(samplesAPass, knownBurst, call);
    Answer answer;
    answer.bestBurst = samples.bestBurst;
    for (double sample : samples.clean)
      answer.samples[answer.clean++] = sample;
    for (double sample : samples.spoilt)
      answer.samples[answer.clean + answer.spoilt++] = sample;
    if (!put(out, answer))
      return;
  }
}

/// One plan in its process.
struct Candidate {
  Plan plan;
  pid_t child = -1;
  int requests = -1, answers = -1;
  Ready ready;
  bool gone = false;
  std::vector<double> clean, all;

  double fastest() const { return *std::min_element(all.begin(), all.end()); }
  bool enough(double standard) const {
    return gone || (all.size() >= 2 * samplesAPass && fastest() > hopeless * standard);
  }
};

void start(Candidate &candidate, const Problem &problem, const Target &target, int core) {
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) {
    std::perror("record_space: pipe");
    std::exit(1);
  }
  std::fflush(nullptr);
  candidate.child = fork();
  if (candidate.child == 0) {
    close(down[1]);
    close(up[0]);
    serve(problem, candidate.plan, target, core, down[0], up[1]);
    _exit(0);
  }
  close(down[0]);
  close(up[1]);
  candidate.requests = down[1];
  candidate.answers = up[0];
}

void awaitReady(Candidate &candidate) {
  if (!get(candidate.answers, candidate.ready, compileMs)) {
    candidate.ready = {};
    std::snprintf(candidate.ready.problem, sizeof candidate.ready.problem,
                  "no answer within %d s, or a crash", compileMs / 1000);
  }
  candidate.gone = !candidate.ready.ok;
}

void sample(Candidate &candidate, int64_t &bestBurst) {
  Answer answer;
  if (!put(candidate.requests, bestBurst) || !get(candidate.answers, answer, sampleMs)) {
    candidate.gone = true;
    std::snprintf(candidate.ready.problem, sizeof candidate.ready.problem,
                  "stopped or crashed while it was timed");
    return;
  }
  bestBurst = std::min(bestBurst, answer.bestBurst);
  candidate.clean.insert(candidate.clean.end(), answer.samples, answer.samples + answer.clean);
  candidate.all.insert(candidate.all.end(), answer.samples,
                       answer.samples + answer.clean + answer.spoilt);
}

void finish(Candidate &candidate) {
  close(candidate.requests);
  close(candidate.answers);
  kill(candidate.child, SIGKILL);
  waitpid(candidate.child, nullptr, 0);
}

/// Nanoseconds: what is fast among many samples stays right on a machine that others use, too
/// (a preempted sample counts as the time that its thread had of the core).
double timeOf(const Candidate &candidate) { return quantile(candidate.all, 0.1); }

Record recordOf(const Candidate &candidate, const Problem &problem, const std::string &name,
                double scale) {
  Record record;
  record.problem = {canonicalKernel(problem.kernel), problem.target, problem.threads};
  record.key = problemKey(problem.kernel);
  record.name = name;
  record.hardware = thisOrigin().hardware;
  record.convwrightVersion = thisOrigin().convwright;
  record.halideVersion = thisOrigin().halide;
  record.templateVersion = findAlgorithm(candidate.plan.algorithm)->version();
  record.plan = candidate.plan;
  record.strategy = "random";
  Outcome &outcome = record.outcome;
  outcome.relativeError = candidate.ready.relativeError;
  outcome.allowedError = errorBound(problem.kernel, candidate.plan);
  outcome.compileSeconds = candidate.ready.compileSeconds;
  outcome.objectBytes = candidate.ready.objectBytes;
  outcome.reason = candidate.ready.problem;
  if (candidate.gone) {
    outcome.verdict = Verdict::Crashed;
  } else if (!(outcome.relativeError <= outcome.allowedError)) {
    outcome.verdict = Verdict::Wrong;
    outcome.reason = "relative L2 error above what is allowed";
  } else {
    outcome.verdict = Verdict::Ok;
    outcome.ms = timeOf(candidate) * scale * 1e-6;
    outcome.spread = relativeSpread(candidate.all);
    outcome.spoilt = static_cast<int>(candidate.all.size() - candidate.clean.size());
  }
  return record;
}

/// The default first, then in turns drawn uniformly, cheap by the model, and near the default.
std::vector<Plan> choosePlans(const Space &space, size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<std::pair<double, Plan>> pool;
  auto cost = [&](const Plan &plan) {
    return findAlgorithm(plan.algorithm)->cost(space.kernel(), plan, space.target());
  };
  for (int i = 0; i < 4000; ++i)
    if (std::optional<Plan> plan = space.sample(random))
      pool.emplace_back(cost(*plan), *plan);
  std::sort(pool.begin(), pool.end(),
            [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<Plan> plans = {space.defaultPlan()};
  std::set<std::string> seen = {print(plans.front())};
  size_t cheap = 0;
  for (size_t tries = 0; plans.size() < count && tries < 100 * count; ++tries) {
    std::optional<Plan> plan;
    if (tries % 2 == 0)
      plan = space.sample(random);
    else if (tries % 4 == 1 && cheap < pool.size())
      plan = pool[cheap++].second;
    else {
      size_t around = std::uniform_int_distribution<size_t>(0, plans.size() - 1)(random);
      plan = space.mutate(tries % 8 == 3 ? plans.front() : plans[around], random);
    }
    if (plan && seen.insert(print(*plan)).second)
      plans.push_back(*plan);
  }
  return plans;
}

struct LayerRecorder {
  const Options &options;
  const Problem &problem;
  const Target &target;
  std::string name;
  Plan standard;
  RecordWriter &writer;
  int64_t &bestBurst;
  double standardNs; // of the default, over the first batch
  std::vector<std::pair<double, Plan>> timed;

  void run(std::vector<Plan> batch, int passes) {
    std::vector<Candidate> candidates;
    candidates.emplace_back().plan = standard;
    for (Plan &plan : batch)
      if (!samePlan(plan, standard))
        candidates.emplace_back().plan = std::move(plan);
    start(candidates.front(), problem, target, options.core);
    for (size_t i = 0; i < candidates.size(); ++i) { // two compile at a time
      if (i + 1 < candidates.size())
        start(candidates[i + 1], problem, target, options.core);
      awaitReady(candidates[i]);
    }
    for (int pass = 0; pass < passes && !candidates.front().gone; ++pass)
      for (Candidate &candidate : candidates)
        if (!candidate.enough(candidates.front().all.empty() ? 1e30 : candidates.front().fastest()))
          sample(candidate, bestBurst);
    for (Candidate &candidate : candidates)
      finish(candidate);
    report(candidates);
  }

  /// The fastest of all batches once more, beside each other: their order is what matters most, and
  /// a plan's last record counts.
  void runFastestAgain() {
    std::sort(timed.begin(), timed.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Plan> fastest;
    for (size_t i = 0; i < std::min(timed.size(), finalists); ++i)
      fastest.push_back(timed[i].second);
    run(std::move(fastest), 2 * options.passes);
  }

  void report(const std::vector<Candidate> &candidates) {
    const Candidate &standard = candidates.front();
    if (standard.gone) {
      std::fprintf(stderr, "%s: the default could not be timed: %s\n", name.c_str(),
                   standard.ready.problem);
      return;
    }
    bool first = standardNs == 0;
    if (first)
      standardNs = timeOf(standard);
    double scale = standardNs / timeOf(standard);
    for (size_t i = first ? 0 : 1; i < candidates.size(); ++i) {
      Record record = recordOf(candidates[i], problem, name, scale);
      record.role = i == 0 ? "default" : "candidate";
      if (Result<size_t> written = writer.append(record); !written) {
        std::fprintf(stderr, "record_space: %s\n", written.error().message.c_str());
        std::exit(1);
      }
      if (record.outcome.timed())
        timed.emplace_back(record.outcome.ms, record.plan);
    }
    std::printf("%s: batch of %zu, default %.4f ms, scale %.3f\n", name.c_str(),
                candidates.size() - 1, standardNs * 1e-6, scale);
    std::fflush(stdout);
  }
};

Kernel kernelOf(const bench::Row &row) {
  schedules::testing::Layer layer;
  layer.N = row.N, layer.C = row.C, layer.H = row.size[1], layer.W = row.size[2], layer.K = row.K;
  layer.R = row.taps[1], layer.S = row.taps[2], layer.groups = row.groups;
  layer.strideH = row.stride[1], layer.strideW = row.stride[2];
  layer.padH = row.pad[1], layer.padW = row.pad[2];
  layer.dilationH = row.dilation[1], layer.dilationW = row.dilation[2];
  return schedules::testing::convolutionKernel(layer);
}

void recordLayer(const Options &options, const bench::Row &row, const Target &target,
                 RecordWriter &writer, int64_t &bestBurst) {
  Problem problem{kernelOf(row), target.name, 1};
  Space space(problem.kernel, target);
  std::vector<Plan> plans = choosePlans(space, options.plans, options.seed);
  LayerRecorder recorder{options, problem,   target, row.name, space.defaultPlan(),
                         writer,  bestBurst, 0,      {}};
  for (size_t begin = 0; begin < plans.size(); begin += batchSize) {
    size_t end = std::min(plans.size(), begin + batchSize);
    recorder.run({plans.begin() + static_cast<std::ptrdiff_t>(begin),
                  plans.begin() + static_cast<std::ptrdiff_t>(end)},
                 options.passes);
  }
  recorder.runFastestAgain();
}

std::optional<Options> parse(int argc, char **argv) {
  if (argc < 3)
    return std::nullopt;
  Options options;
  options.table = argv[1];
  options.out = argv[2];
  for (int i = 3; i < argc; ++i) {
    std::string text = argv[i], value = text.substr(text.find('=') + 1);
    if (text.starts_with("name="))
      options.name = value;
    else if (text.starts_with("target="))
      options.target = value;
    else if (text.starts_with("plans="))
      options.plans = std::strtoul(value.c_str(), nullptr, 10);
    else if (text.starts_with("passes="))
      options.passes = std::atoi(value.c_str());
    else if (text.starts_with("core="))
      options.core = std::atoi(value.c_str());
    else if (text.starts_with("seed="))
      options.seed = std::strtoul(value.c_str(), nullptr, 10);
    else
      return std::nullopt;
  }
  return options;
}

int fail(const std::string &message) {
  std::fprintf(stderr, "record_space: %s\n", message.c_str());
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  std::optional<Options> options = parse(argc, argv);
  if (!options)
    return fail("usage: record_space TABLE.tsv OUT.jsonl [name=substring] [plans=200] [passes=6] "
                "[core=1] [seed=1] [target=x86-64-v3]");
  signal(SIGPIPE, SIG_IGN);
  Result<Target> target = findTarget(options->target);
  if (!target)
    return fail(target.error().message);
  std::ifstream file(options->table);
  std::stringstream text;
  text << file.rdbuf();
  Result<std::vector<bench::Row>> rows = bench::parseTable(text.str(), options->table);
  if (!rows)
    return fail(rows.error().message);
  rows = bench::selectRows(*rows, {}, options->name, options->table);
  if (!rows)
    return fail(rows.error().message);
  Result<RecordWriter> writer = RecordWriter::open(options->out);
  if (!writer)
    return fail(writer.error().message);
  int64_t bestBurst = INT64_MAX;
  for (const bench::Row &row : *rows)
    recordLayer(*options, row, *target, *writer, bestBurst);
  return 0;
}
