//===- SampleRun.cpp - records of a tuning run that never was -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/report/SampleRun.h"

#include "schedules/Schedules.h"
#include "schedules/algorithms/Algorithm.h"
#include "schedules/tuning/measure/Statistics.h"

#include <cmath>
#include <cstdio>
#include <random>

namespace convwright::report::testing {

using namespace schedules;

namespace {

class Tuner {
public:
  explicit Tuner(const SampleRun &run)
      : run(run), random(run.seed), target(*findTarget(run.target)),
        problem{canonicalKernel(schedules::testing::convolutionKernel(run.layer)), run.target, 1} {}

  std::vector<Record> tune() {
    Plan standard = choosePlan(problem.kernel, target, {})->plan;
    algorithm = findAlgorithm(standard.algorithm);
    Record first = recordOf(standard, "default");
    timeAlone(first);
    records.push_back(first);
    incumbent = standard;
    while (static_cast<int>(records.size()) < run.trials)
      if (std::optional<Plan> plan = anyPlan())
        tryOut(*plan);
    if (run.finished)
      measureFinally(standard);
    return records;
  }

private:
  double uniform() { return std::uniform_real_distribution<double>()(random); }
  double normal() { return std::normal_distribution<double>()(random); }

  /// Half of the time a neighbour of the incumbent, otherwise anything.
  std::optional<Plan> anyPlan() {
    bool neighbour = uniform() < 0.6;
    Plan plan = neighbour ? *incumbent : algorithm->defaultPlan(problem.kernel, target);
    plan.algorithm = std::string(algorithm->name());
    for (const Parameter &parameter : algorithm->space(problem.kernel, target))
      if (uniform() < (neighbour ? 0.25 : 0.7))
        plan.parameters[parameter.name] =
            parameter.values[static_cast<size_t>(uniform() * parameter.values.size())];
    if (algorithm->whyNotPlan(problem.kernel, plan, target))
      return std::nullopt;
    return plan;
  }

  /// What the made-up machine takes: the cost model's guess, and what no model knows.
  double trueMs(const Plan &plan) {
    uint64_t hash = run.layer.C * 31 + run.layer.K;
    for (const auto &[name, value] : plan.parameters)
      hash =
          (hash ^ std::hash<std::string>()(name + std::to_string(value))) * 0x9e3779b97f4a7c15ULL;
    double luck = static_cast<double>(hash >> 40) / (1 << 24); // 0 .. 1
    double base = algorithm->cost(problem.kernel, plan, target);
    return std::pow(base, 0.9) * (0.9 + 0.2 * luck) * (1 + 0.05 * std::sin(hash % 97));
  }

  double speed() const { return 1 + 0.012 * std::sin(static_cast<double>(records.size()) / 9.0); }

  std::vector<double> samples(double ms, int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i)
      times.push_back(ms * 1e6 * speed() * std::exp(run.noise * std::abs(normal())) *
                      (uniform() < 0.03 ? 1.1 : 1));
    return times;
  }

  Record recordOf(const Plan &plan, const char *role) {
    Record record;
    record.problem = problem;
    record.key = problemKey(problem.kernel);
    record.name = run.name;
    record.hardware = {{"cpu", run.cpu}, {"cores", {0, 1}}, {"l1", 32768}, {"l2", 524288}};
    record.convwrightVersion = "0.1.0";
    record.halideVersion = "21.0.0";
    record.plan = plan;
    record.role = role;
    record.strategy = run.strategy;
    record.seed = run.seed;
    record.trial = static_cast<int>(records.size());
    record.session = run.session;
    seconds += 0.6;
    std::array<char, 32> date{};
    std::snprintf(date.data(), date.size(), "2026-11-27T02:%02d:%02dZ",
                  static_cast<int>(seconds / 60) % 60, static_cast<int>(seconds) % 60);
    record.date = date.data();
    Outcome &outcome = record.outcome;
    outcome.verdict = Verdict::Ok;
    outcome.compileSeconds = 0.2 + 0.5 * uniform();
    outcome.measureSeconds = 0.05 + 0.1 * uniform();
    outcome.allowedError = 2e-6;
    outcome.relativeError = 1e-7;
    outcome.objectBytes = 9000;
    outcome.machineState = uniform() < 0.02 ? "drifting" : "steady";
    return record;
  }

  void timeAlone(Record &record, int count = 24) {
    Outcome &outcome = record.outcome;
    outcome.samples = samples(trueMs(record.plan), count);
    outcome.ms = schedules::median(outcome.samples) / 1e6;
    outcome.spread = schedules::relativeSpread(outcome.samples);
    outcome.spoilt = static_cast<int>(uniform() * 5);
  }

  void race(Record &record, const Plan &against, int count) {
    Outcome &outcome = record.outcome;
    timeAlone(record, count);
    outcome.incumbent = samples(trueMs(against), count);
    outcome.ratio = schedules::median(outcome.incumbent) / schedules::median(outcome.samples);
    double half = std::exp(2.6 * run.noise * 1.4 / std::sqrt(count) + 0.002);
    outcome.ratioLow = outcome.ratio / half;
    outcome.ratioHigh = outcome.ratio * half;
    outcome.confidence = 0.99;
    record.incumbent = against;
  }

  bool fails(Record &record) {
    Outcome &outcome = record.outcome;
    double chance = uniform();
    auto become = [&](Verdict verdict, const char *reason) {
      outcome.verdict = verdict;
      outcome.reason = reason;
      return true;
    };
    if (chance < 0.01) {
      outcome.relativeError = 3e-2;
      return become(Verdict::Wrong, "relative error 0.03, allowed 2e-06");
    }
    if (chance < 0.02)
      return become(Verdict::Crashed, "signal 11 in the runner");
    if (chance < 0.05)
      return become(Verdict::TimedOut, "did not compile in 20 s");
    if (chance < 0.06)
      return become(Verdict::OutOfMemory, "more than 2 GiB while compiling");
    if (chance < 0.14)
      return become(Verdict::Refused, "pruned by the static model: 2.8 x the best estimate");
    return false;
  }

  void tryOut(const Plan &plan) {
    Record record = recordOf(plan, "candidate");
    if (!fails(record)) {
      bool hopeless = trueMs(plan) > 1.25 * trueMs(*incumbent);
      race(record, *incumbent, hopeless ? 4 : 24);
      record.outcome.verdict = hopeless ? Verdict::Slower : Verdict::Ok;
      if (hopeless)
        record.outcome.reason = "stopped early";
      if (record.outcome.ratioLow > 1) {
        record.outcome.better = uniform() < 0.9; // not all are seen again
        if (record.outcome.better)
          incumbent = plan;
      }
    }
    records.push_back(record);
  }

  void measureFinally(const Plan &standard) {
    if (*incumbent == standard)
      return;
    Record record = recordOf(*incumbent, "final");
    race(record, standard, 64);
    record.outcome.better = record.outcome.ratioLow > 1;
    records.push_back(record);
  }

  const SampleRun &run;
  std::mt19937_64 random;
  Target target;
  Problem problem;
  const Algorithm *algorithm = nullptr;
  std::optional<Plan> incumbent;
  std::vector<Record> records;
  double seconds = 0;
};

} // namespace

std::vector<Record> sampleRecords(const SampleRun &run) { return Tuner(run).tune(); }

} // namespace convwright::report::testing
