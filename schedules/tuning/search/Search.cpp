//===- Search.cpp - one kernel's search, step by step -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Search.h"

#include <algorithm>
#include <ctime>
#include <unistd.h>

namespace convwright::schedules {

namespace {

/// A search has settled when this many trials, at least, brought next to nothing.
constexpr size_t patience = 30;
/// Plans of other machines and versions that are tried before the search.
constexpr size_t mostSeeds = 4;
/// Comparisons of the winner with the default, all in all.
constexpr size_t mostComparisons = 5;
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

Comparisons tallyOf(const std::vector<Outcome> &outcomes) {
  std::vector<const Outcome *> all;
  for (const Outcome &outcome : outcomes)
    all.push_back(&outcome);
  return tally(all);
}

bool isAmong(const std::vector<Plan> &plans, const Plan &plan) {
  return std::any_of(plans.begin(), plans.end(),
                     [&](const Plan &other) { return samePlan(plan, other); });
}

int templateVersion(const Plan &plan) {
  const Algorithm *algorithm = findAlgorithm(plan.algorithm);
  return algorithm ? algorithm->version() : 0;
}
/// The most promising first.
bool promisesMore(const Record *a, const Record *b) {
  return std::pair(a->role != "final", -a->outcome.ratio) <
         std::pair(b->role != "final", -b->outcome.ratio);
}

} // namespace

Search::Search(const Problem &problem, const Target &target, const Measurer &measurer,
               const SearchOptions &options)
    : problem(problem), measurer(measurer), settings(options),
      plans(problem.kernel, target, options.space), session(newSession()),
      hardware(measurer.hardware()), standard(plans.defaultPlan()) {}

Result<std::unique_ptr<Search>> Search::start(const Problem &problem, const Target &target,
                                              const Measurer &measurer,
                                              const SearchOptions &options) {
  std::unique_ptr<Search> search(new Search(problem, target, measurer, options));
  StrategyContext context{search->plans, problem, options.known, options.seed,
                          options.strategyOptions};
  Result<std::unique_ptr<Strategy>> made = makeStrategy(options.strategy, context);
  if (!made)
    return made.error();
  search->strategy = std::move(*made);
  search->resume();
  return search;
}

double Search::sinceBegin() const {
  return std::chrono::duration<double>(end.value_or(Clock::now()) - begin).count();
}

bool Search::tried(const Plan &plan) const { return isAmong(seen, plan); }

//===----------------------------------------------------------------------===//
// What the records know
//===----------------------------------------------------------------------===//

/// Records of this very search count as trials: same machine, back-end, versions.
bool Search::ours(const Record &record) const {
  return record.problem.target == problem.target && record.problem.threads == problem.threads &&
         record.measure == measurer.name() && sameHardware(record.hardware, hardware) &&
         record.cache == settings.cache && record.convwrightVersion == settings.convwrightVersion &&
         record.halideVersion == settings.halideVersion &&
         record.templateVersion == templateVersion(record.plan);
}

void Search::resume() {
  if (!settings.known)
    return;
  std::map<std::string, double> elapsed; // by session
  for (const Record *record : settings.known->of(problem)) {
    if (!ours(*record))
      continue;
    double &latest = elapsed[record->session];
    latest = std::max(latest, record->unknown.value(elapsedField, 0.0));
    Result<Plan> plan = plans.normalise(record->plan);
    if (!plan || record->role == "final" || tried(*plan))
      continue;
    if (record->role == "default" && samePlan(*plan, standard))
      session = record->session; // the same search goes on: its winner is one
    learn(*plan, record->outcome);
    ++state.resumed;
  }
  for (const auto &[name, seconds] : elapsed)
    earlierSeconds += seconds;
  sessionSeconds = elapsed[session];
  resumeComparisons();
}

void Search::resumeComparisons() {
  for (const Record *record : settings.known->of(problem))
    if (record->role == "final" && record->session == session && ours(*record))
      if (Result<Plan> plan = plans.normalise(record->plan);
          plan && incumbent && samePlan(*plan, *incumbent))
        comparisons.push_back(record->outcome);
}

/// What else is known of this kernel: by other machines, versions and back-ends, best first.
std::vector<Plan> Search::seeds() const {
  std::vector<const Record *> others;
  if (settings.known)
    for (const Record *record : settings.known->of(problem))
      if (!ours(*record) && record->outcome.timed())
        others.push_back(record);
  std::sort(others.begin(), others.end(), promisesMore);
  std::vector<Plan> seeds;
  for (const Record *record : others) {
    Result<Plan> plan = plans.normalise(record->plan);
    if (plan && !tried(*plan) && !isAmong(seeds, *plan) && seeds.size() < mostSeeds)
      seeds.push_back(*plan);
  }
  return seeds;
}

//===----------------------------------------------------------------------===//
// Asking
//===----------------------------------------------------------------------===//

bool Search::boundReached() {
  if (settings.trials > 0 && state.tried >= settings.trials)
    state.ended = Ended::Trials;
  else if (std::optional<double> left = secondsLeft(); left && *left <= 0)
    state.ended = Ended::Seconds;
  else if (settings.until > 0 && settled())
    state.ended = Ended::Settled;
  else
    return false;
  return true;
}

/// The best time after each trial has hardly moved over the last half of them.
std::optional<double> Search::secondsLeft() const {
  std::optional<double> left;
  if (settings.seconds > 0)
    left = settings.seconds - spent();
  if (settings.runSeconds > 0)
    left = std::min(left.value_or(settings.runSeconds), settings.runSeconds - sinceBegin());
  return left;
}

size_t Search::affordable() const {
  std::optional<double> left = secondsLeft();
  int done = state.tried - state.resumed;
  if (!left || done == 0)
    return left ? 1 : SIZE_MAX;
  double each = std::max(sinceBegin() / done, 1e-6);
  return static_cast<size_t>(std::clamp(*left / each, 1.0, 1e9));
}

bool Search::settled() const {
  size_t lately = std::max(patience, bestAfter.size() / 2);
  if (bestAfter.size() <= lately)
    return false;
  double before = bestAfter[bestAfter.size() - 1 - lately];
  return before > 0 && before / bestAfter.back() < 1 + settings.until;
}

std::optional<Search::Request>
Search::request(std::vector<Plan> wanted, std::optional<Plan> against, const char *role) const {
  if (settings.trials > 0 && phase != Phase::Confirm) // no more than were asked for
    wanted.resize(std::min(wanted.size(), static_cast<size_t>(settings.trials - state.tried)));
  return Request{std::move(wanted), std::move(against), role};
}

std::optional<Search::Request> Search::next(size_t count) {
  if (phase == Phase::Default) {
    phase = Phase::Seeds;
    if (!tried(standard))
      return request({standard}, std::nullopt, "default");
  }
  if (phase <= Phase::Candidates && boundReached())
    phase = Phase::Confirm;
  if (phase == Phase::Seeds) {
    phase = Phase::Candidates;
    if (std::vector<Plan> others = seeds(); !others.empty())
      return request(std::move(others), incumbent, "seed");
  }
  if (phase == Phase::Candidates) {
    std::vector<Plan> proposed = strategy->propose(count);
    if (!proposed.empty())
      return request(std::move(proposed), incumbent, "candidate");
    stop(Ended::Exhausted);
  }
  if (phase == Phase::Confirm) {
    phase = Phase::Over;
    if (comparisonsLeft() > 0)
      return Request{{*incumbent}, standard, "final"};
  }
  if (!end)
    end = Clock::now();
  return std::nullopt;
}

size_t Search::comparisonsLeft() const {
  size_t most = measurer.deterministic() ? 1 : mostComparisons;
  Comparisons tally = tallyOf(comparisons);
  bool decided = !incumbent || samePlan(*incumbent, standard) || tally.decided(most);
  return decided || state.ended == Ended::Interrupted ? 0 : most - tally.count();
}

std::optional<Search::Request> Search::confirm() const {
  if (phase < Phase::Confirm || comparisonsLeft() == 0)
    return std::nullopt;
  return Request{{*incumbent}, standard, "final"};
}

void Search::stop(Ended why) {
  if (why != Ended::Exhausted && !end)
    end = Clock::now();
  state.ended = why;
  phase = why == Ended::Interrupted ? Phase::Over : Phase::Confirm;
}

//===----------------------------------------------------------------------===//
// Being told
//===----------------------------------------------------------------------===//

void Search::learn(const Plan &plan, const Outcome &outcome) {
  seen.push_back(plan);
  ++state.tried;
  ++state.verdicts[static_cast<size_t>(outcome.verdict)];
  if (outcome.timed() && samePlan(plan, standard))
    state.defaultMs = outcome.ms;
  if (outcome.verdict == Verdict::Ok &&
      (!incumbent || (measurer.deterministic() ? outcome.ms < incumbentMs : outcome.better))) {
    incumbent = plan;
    incumbentMs = outcome.ms;
    comparisons.clear();
  }
  bestAfter.push_back(incumbentMs);
  strategy->observe(plan, outcome);
}

/// Times without noise compare as they are; estimates need a margin to overrule the default.
Outcome Search::compared(const Request &request, Outcome outcome) const {
  if (!measurer.deterministic() || !outcome.timed() || !request.incumbent)
    return outcome;
  double other = samePlan(*request.incumbent, standard) ? state.defaultMs : incumbentMs;
  double margin = request.role == "final" ? 1 + measurer.margin() : 1;
  outcome.ratio = other / outcome.ms;
  outcome.ratioLow = outcome.ratio / margin;
  outcome.ratioHigh = outcome.ratio * margin;
  outcome.confidence = margin > 1 ? estimateConfidence : 1;
  outcome.better = outcome.ratioLow > 1;
  return outcome;
}

Record Search::take(const Request &request, size_t index, const Outcome &measured) {
  const Plan &plan = request.plans[index];
  Outcome outcome = compared(request, measured);
  Record record;
  record.problem = {canonicalKernel(problem.kernel), problem.target, problem.threads};
  record.key = problemKey(problem.kernel);
  record.name = settings.name;
  record.hardware = hardware;
  record.convwrightVersion = settings.convwrightVersion;
  record.halideVersion = settings.halideVersion;
  record.templateVersion = templateVersion(plan);
  record.plan = plan;
  record.role = request.role;
  record.measure = measurer.name();
  record.cache = settings.cache;
  record.outcome = outcome;
  record.incumbent = request.incumbent;
  record.strategy = settings.strategy;
  record.seed = settings.seed;
  record.trial = state.tried;
  record.session = session;
  record.date = now();
  record.unknown[elapsedField] = sessionSeconds + sinceBegin();
  if (request.role == "final")
    comparisons.push_back(outcome);
  else
    learn(plan, outcome);
  return record;
}

SearchProgress Search::progress() const {
  return {incumbentMs, state.defaultMs, state.tried,
          state.tried - state.verdicts[static_cast<size_t>(Verdict::Ok)] -
              state.verdicts[static_cast<size_t>(Verdict::Slower)],
          spent()};
}

SearchResult Search::result() const {
  SearchResult result = state;
  result.seconds = sinceBegin();
  result.best = incumbent.value_or(standard);
  result.bestMs = incumbentMs;
  Comparisons tally = tallyOf(comparisons);
  result.comparisons = tally.count();
  if (tally.count() == 0) { // the last race stands, as it does for schedules::winnerOf
    if (incumbent && !samePlan(*incumbent, standard) && state.defaultMs > 0)
      result.ratio = result.ratioLow = result.ratioHigh = state.defaultMs / incumbentMs;
  } else if (tally.hold()) {
    const Outcome &middle = comparisons[tally.middle];
    result.ratio = middle.ratio;
    result.ratioLow = middle.ratioLow;
    result.ratioHigh = middle.ratioHigh;
    result.bestMs = middle.ms;
  } else { // it is not better than the default after all
    result.best = standard;
    result.bestMs = state.defaultMs;
  }
  result.isDefault = samePlan(result.best, standard);
  return result;
}

std::string_view spell(Ended ended) {
  switch (ended) {
  case Ended::Exhausted:
    return "every plan was tried";
  case Ended::Seconds:
    return "budget spent";
  case Ended::Trials:
    return "all trials done";
  case Ended::Settled:
    return "settled";
  case Ended::Interrupted:
    return "interrupted";
  }
  return {};
}

Result<SearchResult> runSearch(Search &search, const Problem &problem, Measurer &measurer,
                               const std::function<Result<size_t>(const Record &)> &record,
                               const std::function<void()> &progress,
                               const std::atomic<bool> *cancelled) {
  std::optional<Error> failure;
  auto stopped = [&] { return failure || (cancelled && *cancelled); };
  // A batch is built before any of it is timed: small ones first, so that a search that is killed
  // again and again goes on all the same.
  for (size_t wanted = 1; !stopped(); wanted *= 2) {
    wanted = std::min({wanted, measurer.batch(), search.affordable()});
    std::optional<Search::Request> request = search.next(wanted);
    if (!request)
      return search.result();
    Result<std::vector<Outcome>> outcomes = measurer.measure(
        problem, request->plans, request->incumbent,
        [&](size_t index, const Outcome &outcome) {
          Result<size_t> written = record(search.take(*request, index, outcome));
          if (!written && !failure)
            failure = written.error();
          progress();
        },
        cancelled);
    if (!outcomes && !failure)
      failure = outcomes.error();
  }
  if (failure)
    return *failure;
  search.stop(Ended::Interrupted);
  return search.result();
}

} // namespace convwright::schedules
