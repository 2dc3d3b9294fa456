//===- Tuner.cpp - searches one kernel's space ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/search/Tuner.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <unistd.h>

namespace convwright::schedules {

namespace {

using Clock = std::chrono::steady_clock;

/// A search has settled when this many trials, at least, brought next to nothing.
constexpr int patience = 30;
/// Plans of other machines and versions that are tried before the search.
constexpr size_t mostSeeds = 4;
constexpr const char *elapsedField = "elapsed_s";

std::string now() {
  std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// Names one run of one search.
std::string newSession() {
  static std::atomic<unsigned> count{0};
  auto ticks = std::chrono::system_clock::now().time_since_epoch().count();
  return std::to_string(ticks) + "-" + std::to_string(getpid()) + "-" + std::to_string(count++);
}

class Search {
public:
  Search(const Problem &problem, const Target &target, Measurer &measurer,
         const TuneOptions &options)
      : problem(problem), target(target), measurer(measurer), options(options),
        space(problem.kernel, target, options.space), session(newSession()) {}

  Result<TuneResult> run() {
    StrategyContext context{space, problem, options.known, options.seed, options.strategyOptions};
    Result<std::unique_ptr<Strategy>> made = makeStrategy(options.strategy, context);
    if (!made)
      return made.error();
    strategy = std::move(*made);
    standard = space.defaultPlan();
    resume();
    if (!tried(standard))
      step({standard}, "default");
    if (!failure && mayGoOn())
      step(seeds(), "seed");
    while (!failure && mayGoOn()) {
      std::vector<Plan> plans = strategy->propose(measurer.batch());
      if (plans.empty()) {
        ended = Ended::Exhausted;
        break;
      }
      step(plans, "candidate");
    }
    if (!failure && !cancelled())
      confirm();
    if (failure)
      return *failure;
    return finish();
  }

private:
  bool cancelled() const { return options.cancelled && *options.cancelled; }
  double sinceBegin() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }
  double spent() const { return earlierSeconds + sinceBegin(); }
  bool tried(const Plan &plan) const {
    return std::any_of(seen.begin(), seen.end(),
                       [&](const Plan &other) { return samePlan(plan, other); });
  }
  static bool samePlan(const Plan &a, const Plan &b) {
    return a.algorithm == b.algorithm && a.parameters == b.parameters;
  }

  /// False when a bound is reached; `ended` says which.
  bool mayGoOn() {
    if (cancelled())
      ended = Ended::Interrupted;
    else if (options.trials > 0 && result.tried >= options.trials)
      ended = Ended::Trials;
    else if (options.seconds > 0 && spent() >= options.seconds)
      ended = Ended::Seconds;
    else if (options.until > 0 && settled())
      ended = Ended::Settled;
    else
      return true;
    return false;
  }

  /// The best time after each trial has hardly moved over the last half of them.
  bool settled() const {
    size_t lately = std::max<size_t>(patience, bestAfter.size() / 2);
    if (bestAfter.size() <= lately)
      return false;
    double before = bestAfter[bestAfter.size() - 1 - lately];
    return before > 0 && before / bestAfter.back() < 1 + options.until;
  }

  /// Records of this very search count as trials: same machine, back-end, versions.
  bool ours(const Record &record) const {
    return record.problem.target == problem.target && record.problem.threads == problem.threads &&
           record.measure == measurer.name() && record.hardware == hardware &&
           record.cache == options.cache && record.convwrightVersion == options.convwrightVersion &&
           record.halideVersion == options.halideVersion && isCurrent(record.plan, record);
  }
  static bool isCurrent(const Plan &plan, const Record &record) {
    const Algorithm *algorithm = findAlgorithm(plan.algorithm);
    return algorithm && algorithm->version() == record.templateVersion;
  }

  void resume() {
    hardware = measurer.hardware();
    if (!options.known)
      return;
    std::map<std::string, double> elapsed; // by session
    for (const Record *record : options.known->of(problem)) {
      if (!ours(*record))
        continue;
      double &latest = elapsed[record->session];
      latest = std::max(latest, record->unknown.value(elapsedField, 0.0));
      Result<Plan> plan = space.normalise(record->plan);
      if (!plan || record->role == "final" || tried(*plan))
        continue;
      take(*plan, record->outcome);
      ++result.resumed;
    }
    for (const auto &[name, seconds] : elapsed)
      earlierSeconds += seconds;
  }

  /// What else is known of this kernel: by other machines, versions and back-ends, best first.
  std::vector<Plan> seeds() const {
    std::vector<Plan> plans;
    if (!options.known)
      return plans;
    std::vector<const Record *> others;
    for (const Record *record : options.known->of(problem))
      if (!ours(*record) && record->outcome.timed())
        others.push_back(record);
    std::stable_sort(others.begin(), others.end(), [](const Record *a, const Record *b) {
      return std::pair(a->role != "final", -a->outcome.ratio) <
             std::pair(b->role != "final", -b->outcome.ratio);
    });
    for (const Record *record : others) {
      Result<Plan> plan = space.normalise(record->plan);
      bool isNew = plan && !tried(*plan) && std::none_of(plans.begin(), plans.end(), [&](auto &p) {
                     return samePlan(p, *plan);
                   });
      if (isNew && plans.size() < mostSeeds)
        plans.push_back(*plan);
    }
    return plans;
  }

  /// Tells everybody of an outcome, new or resumed.
  void take(const Plan &plan, const Outcome &outcome) {
    seen.push_back(plan);
    ++result.tried;
    ++result.verdicts[static_cast<size_t>(outcome.verdict)];
    if (outcome.timed() && samePlan(plan, standard))
      result.defaultMs = outcome.ms;
    if (outcome.verdict == Verdict::Ok && (!incumbent || improves(outcome))) {
      incumbent = plan;
      incumbentMs = outcome.ms;
    }
    bestAfter.push_back(incumbentMs);
    strategy->observe(plan, outcome);
  }

  /// Where times have no noise the smaller is better.
  bool improves(const Outcome &outcome) const {
    return measurer.deterministic() ? outcome.ms < incumbentMs : outcome.better;
  }

  Record describe(const Plan &plan, const Outcome &outcome, const char *role,
                  const std::optional<Plan> &against) const {
    Record record;
    record.problem = {canonicalKernel(problem.kernel), problem.target, problem.threads};
    record.key = problemKey(problem.kernel);
    record.name = options.name;
    record.hardware = hardware;
    record.convwrightVersion = options.convwrightVersion;
    record.halideVersion = options.halideVersion;
    const Algorithm *algorithm = findAlgorithm(plan.algorithm);
    record.templateVersion = algorithm ? algorithm->version() : 0;
    record.plan = plan;
    record.role = role;
    record.measure = measurer.name();
    record.cache = options.cache;
    record.outcome = outcome;
    record.incumbent = against;
    record.strategy = options.strategy;
    record.seed = options.seed;
    record.trial = result.tried;
    record.session = session;
    record.date = now();
    record.unknown[elapsedField] = sinceBegin();
    return record;
  }

  void write(const Record &record) {
    if (!options.record || failure)
      return;
    if (Result<size_t> written = options.record(record); !written)
      failure = written.error();
  }

  void report() const {
    if (!options.progress)
      return;
    TuneProgress progress;
    progress.bestMs = incumbentMs;
    progress.defaultMs = result.defaultMs;
    progress.tried = result.tried;
    progress.failed = result.tried - result.verdicts[0] - result.verdicts[1];
    progress.planned = options.trials;
    progress.elapsedSeconds = spent();
    if (options.seconds > 0)
      progress.secondsLeft = std::max(0.0, options.seconds - spent());
    options.progress(progress);
  }

  void step(std::vector<Plan> plans, const char *role) {
    if (plans.empty())
      return;
    if (options.trials > 0) // no more than were asked for
      plans.resize(std::min(plans.size(), static_cast<size_t>(options.trials - result.tried)));
    std::optional<Plan> against = incumbent;
    Result<std::vector<Outcome>> outcomes = measurer.measure(
        problem, plans, against,
        [&](size_t index, const Outcome &outcome) {
          write(describe(plans[index], outcome, role, against));
          take(plans[index], outcome);
          report();
        },
        options.cancelled);
    if (!outcomes && !failure)
      failure = outcomes.error();
  }

  /// The winner beside the default, once more: what is reported and what compile takes.
  void confirm() {
    if (!incumbent || samePlan(*incumbent, standard))
      return;
    std::vector<Plan> plans{*incumbent};
    Result<std::vector<Outcome>> outcomes = measurer.measure(
        problem, plans, standard,
        [&](size_t, const Outcome &outcome) {
          write(describe(*incumbent, outcome, "final", standard));
          last = outcome;
        },
        options.cancelled);
    if (!outcomes && !failure)
      failure = outcomes.error();
  }

  TuneResult finish() {
    result.ended = ended;
    result.seconds = sinceBegin();
    result.best = incumbent.value_or(standard);
    result.bestMs = incumbentMs;
    if (last && (last->better || (measurer.deterministic() && last->ratio > 1))) {
      result.ratio = last->ratio;
      result.ratioLow = last->ratioLow;
      result.ratioHigh = last->ratioHigh;
      result.bestMs = last->ms;
    } else if (last) { // it was not better than the default after all
      result.best = standard;
      result.bestMs = result.defaultMs;
    }
    return result;
  }

  const Problem &problem;
  const Target &target;
  Measurer &measurer;
  const TuneOptions &options;
  Space space;
  std::string session;
  Clock::time_point begin = Clock::now();

  std::unique_ptr<Strategy> strategy;
  nlohmann::json hardware;
  Plan standard;
  std::optional<Plan> incumbent;
  double incumbentMs = 0, earlierSeconds = 0;
  std::vector<Plan> seen;
  std::vector<double> bestAfter; // trial by trial
  std::optional<Outcome> last;
  std::optional<Error> failure;
  Ended ended = Ended::Exhausted;
  TuneResult result;
};

} // namespace

std::string_view spell(Ended ended) {
  switch (ended) {
  case Ended::Exhausted:
    return "the space is exhausted";
  case Ended::Seconds:
    return "the budget is spent";
  case Ended::Trials:
    return "all trials are done";
  case Ended::Settled:
    return "the search has settled";
  case Ended::Interrupted:
    return "interrupted";
  }
  return {};
}

Result<TuneResult> tune(const Problem &problem, const Target &target, Measurer &measurer,
                        const TuneOptions &options) {
  return Search(problem, target, measurer, options).run();
}

} // namespace convwright::schedules
