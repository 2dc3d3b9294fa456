//===- Timer.cpp - times built candidates in fresh processes ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Timer.h"

#include "schedules/tuning/measure/BuiltInfo.h"
#include "schedules/tuning/measure/Statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>
#include <unistd.h>

using nlohmann::json;

namespace convwright::schedules {

/// What one runner process said.
struct Timer::Report {
  Outcome outcome;
  bool noisy = false;
  bool drifted = false;
  double canaryBefore = 0, canaryAfter = 0;

  bool decided() const { return outcome.ratioLow > 1 || outcome.ratioHigh < 1; }
};

namespace {

/// Changes of the canary beyond these say that the machine drifts.
constexpr double canaryWithin = 1.15, canaryOverBest = 1.3;
/// What a burst takes is what it took in the middle one of so many processes: a core that was
/// faster an hour ago, under a higher clock, is no reason to distrust it today.
constexpr size_t burstsKept = 9;
/// After so many drifting results in a row, drifting is what the machine does.
constexpr int mostDriftsInARow = 3;

std::vector<std::string> filesOf(const std::string &stem) {
  return {stem + ".json", stem + ".bin", stem + ".so"};
}

/// The last line that is an object with a verdict.
std::optional<json> lastVerdict(const std::string &output) {
  std::optional<json> found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (object.is_object() && object.contains("verdict"))
      found = std::move(object);
  }
  return found;
}

/// Infinities and NaN are null in JSON.
double numberFrom(const json &value) { return value.is_number() ? value.get<double>() : HUGE_VAL; }

std::string endReason(Verdict verdict, const json &object, const TimeOptions &options) {
  std::ostringstream text;
  std::string phase = object.value("phase", "");
  if (verdict == Verdict::TimedOut)
    text << "took more than " << options.seconds << " s";
  else if (verdict == Verdict::OutOfMemory)
    text << "took more than " << (options.bytes >> 20) << " MiB";
  else
    text << signalName(object.value("signal", 0));
  text << " while " << (phase == "candidate" ? "it was checked" : phase);
  return text.str();
}

void readTimes(const json &object, const TimeOptions &options, Outcome &outcome) {
  outcome.samples = object.at("samples").get<std::vector<double>>();
  outcome.incumbent = object.at("incumbent").get<std::vector<double>>();
  outcome.spoilt = object.at("spoilt");
  outcome.ms = median(outcome.samples) * 1e-6;
  outcome.spread = relativeSpread(outcome.samples);
  if (outcome.incumbent.empty())
    return;
  outcome.ratio = object.at("ratio").at(0);
  outcome.ratioLow = numberFrom(object.at("ratio").at(1)) / (1 + options.allowance);
  outcome.ratioHigh = numberFrom(object.at("ratio").at(2)) * (1 + options.allowance);
  outcome.confidence = options.confidence;
  if (outcome.verdict == Verdict::Slower) {
    std::ostringstream reason;
    reason << "about " << outcome.ms << " ms, " << 1 / outcome.ratio
           << " x the incumbent's time: stopped after " << outcome.samples.size() << " samples";
    outcome.reason = reason.str();
  }
}

/// The second process's word on a candidate that the first found better.
void confirm(Outcome &first, const Outcome &second) {
  bool agrees = second.verdict == Verdict::Ok && second.ratioLow > 1;
  if (second.timed()) {
    first.ratio = std::sqrt(first.ratio * second.ratio);
    first.ratioLow = std::min(first.ratioLow, second.ratioLow);
    first.ratioHigh = std::max(first.ratioHigh, second.ratioHigh);
    first.samples.insert(first.samples.end(), second.samples.begin(), second.samples.end());
    first.incumbent.insert(first.incumbent.end(), second.incumbent.begin(), second.incumbent.end());
    first.spoilt += second.spoilt;
    first.ms = median(first.samples) * 1e-6;
    first.spread = relativeSpread(first.samples);
  } else {
    first = second; // right once, not twice
  }
  first.better = agrees;
}

} // namespace

Timer::Timer(Executor &executor, TimeOptions options, std::string directory)
    : executor(executor), options(std::move(options)), directory(std::move(directory)),
      trust(this->options.prune) {}

Result<std::string> Timer::giveBuilt(const std::string &stem) {
  // All three must lie beside each other under one stem over there.
  std::string there;
  for (const std::string &file : filesOf(stem)) {
    Result<std::string> path = executor.give(file);
    if (!path)
      return path;
    there = path->substr(0, path->rfind('.'));
  }
  return there;
}

void Timer::forget(const std::string &stem) { executor.forget(filesOf(stem)); }

Result<Timer::Report> Timer::runOnce(const TimeRequest &request, bool swapped,
                                     const std::atomic<bool> *cancelled) {
  Result<std::string> candidate = giveBuilt(request.candidate);
  Result<std::string> incumbent =
      request.incumbent.empty() ? std::string() : giveBuilt(request.incumbent);
  Result<std::string> expected = executor.give(request.expected);
  for (const Result<std::string> *path : {&candidate, &incumbent, &expected})
    if (!*path)
      return path->error();
  json job{{"candidate", *candidate},
           {"incumbent", *incumbent},
           {"expected", *expected},
           {"seed", options.seed},
           {"sizes", request.sizes},
           {"threads", request.threads},
           {"cores", options.cores},
           {"cold", options.cold},
           {"swapped", swapped},
           {"confidence", options.confidence},
           {"allowance", options.allowance},
           {"hopeless", options.hopeless},
           {"budget_ms", options.budgetMs},
           {"promising_budget_ms", options.promisingBudgetMs},
           {"minimum_sample_us", options.minimumSampleUs},
           {"seconds", options.seconds * request.threads},
           {"clock_seconds", patience * options.seconds},
           {"bytes", options.bytes},
           {"known_burst", knownBurst()}};
  std::string path = directory + "/job" + std::to_string(++jobs) + ".json";
  std::ofstream(path) << job.dump();
  Result<std::string> there = executor.give(path);
  if (!there)
    return there.error();
  // It ends by itself in time; the rest is for a machine that does not answer.
  Result<ProcessEnd> end = executor.run({*there}, {patience * options.seconds + 20, 0}, cancelled);
  executor.forget({path});
  unlink(path.c_str());
  if (!end)
    return end.error();
  Report report;
  Outcome &outcome = report.outcome;
  std::optional<json> object = lastVerdict(end->output);
  if (end->timedOut || end->cancelled || (!object && end->signal)) {
    outcome.verdict = end->timedOut            ? Verdict::TimedOut
                      : end->signal == SIGKILL ? Verdict::OutOfMemory
                      : end->cancelled         ? Verdict::Refused
                                               : Verdict::Crashed;
    outcome.reason = end->cancelled  ? "interrupted"
                     : end->timedOut ? "did not end by itself"
                                     : "ended with " + signalName(end->signal);
    return report;
  }
  if (!object)
    return Error{"the runner could not try a candidate (exit code " +
                 std::to_string(end->exitCode) + "): " + end->errors};
  std::optional<Verdict> verdict = verdictFrom(object->value("verdict", ""));
  if (!verdict)
    return Error{"the runner answers '" + object->dump() + "': it is of another version"};
  outcome.verdict = *verdict;
  if (object->contains("phase")) {
    outcome.reason = endReason(*verdict, *object, options);
    if (object->at("phase") == "incumbent")
      return Error{"the incumbent failed before the candidate was tried: " + outcome.reason};
    return report;
  }
  outcome.relativeError = numberFrom(object->at("error"));
  outcome.allowedError = numberFrom(object->at("allowed"));
  outcome.reason = object->value("reason", "");
  if (!outcome.right())
    return report;
  readTimes(*object, options, outcome);
  if (auto burst = object->at("best_burst").get<int64_t>(); burst < INT64_MAX) {
    bursts.push_back(burst);
    if (bursts.size() > burstsKept)
      bursts.erase(bursts.begin());
  }
  report.noisy = object->at("noisy");
  report.canaryBefore = object->at("canary").at(0);
  report.canaryAfter = object->at("canary").at(1);
  report.drifted = drifted(report);
  return report;
}

int64_t Timer::knownBurst() const {
  std::vector<int64_t> sorted = bursts;
  std::sort(sorted.begin(), sorted.end());
  return sorted.empty() ? INT64_MAX : sorted[sorted.size() / 2];
}

bool Timer::drifted(const Report &report) {
  double low = std::min(report.canaryBefore, report.canaryAfter);
  double high = std::max(report.canaryBefore, report.canaryAfter);
  if (low == 0)
    return false; // forfeited: nothing was timed
  bestCanary = bestCanary == 0 ? low : std::min(bestCanary, low);
  return report.noisy || high > canaryWithin * low || low > canaryOverBest * bestCanary;
}

/// An undecided result of a drifting machine is taken again.
Result<Timer::Report> Timer::runSteadily(const TimeRequest &request,
                                         const std::atomic<bool> *cancelled) {
  for (int attempt = 0;; ++attempt) {
    Result<Report> report = runOnce(request, /*swapped=*/false, cancelled);
    if (!report || !report->outcome.timed())
      return report;
    driftsInARow = report->drifted ? driftsInARow + 1 : 0;
    bool settled =
        !report->drifted || report->decided() || report->outcome.verdict == Verdict::Slower;
    if (settled || attempt >= options.retries || driftsInARow > mostDriftsInARow)
      return report;
  }
}

/// What becomes of a candidate that the static model spares the timing of.
static Outcome guess(double estimatedMs, double incumbentEstimatedMs) {
  Outcome outcome;
  outcome.verdict = Verdict::Slower;
  outcome.ms = estimatedMs;
  std::ostringstream reason;
  reason << "not timed: about " << estimatedMs << " ms by the static model, "
         << estimatedMs / incumbentEstimatedMs << " x its estimate of the incumbent";
  outcome.reason = reason.str();
  return outcome;
}

Result<Outcome> Timer::time(const TimeRequest &request, const std::atomic<bool> *cancelled) {
  if (problem != request.expected) {
    problem = request.expected;
    trust = ModelTrust(options.prune);
  }
  if (request.incumbent.empty())
    return race(request, cancelled);
  Result<BuiltInfo> candidate = readBuilt(request.candidate, nullptr);
  Result<BuiltInfo> incumbent = readBuilt(request.incumbent, nullptr);
  if (!candidate || !incumbent)
    return candidate ? incumbent.error() : candidate.error();
  if (trust.spares(candidate->plan, candidate->estimatedMs, incumbent->estimatedMs))
    return guess(candidate->estimatedMs, incumbent->estimatedMs);
  Result<Outcome> outcome = race(request, cancelled);
  if (outcome && outcome->timed() && !outcome->incumbent.empty()) {
    trust.observe(incumbent->plan, incumbent->estimatedMs, median(outcome->incumbent) * 1e-6);
    trust.observe(candidate->plan, candidate->estimatedMs, outcome->ms);
  }
  return outcome;
}

Result<Outcome> Timer::race(const TimeRequest &request, const std::atomic<bool> *cancelled) {
  auto begin = std::chrono::steady_clock::now();
  Result<Report> report = runSteadily(request, cancelled);
  if (!report)
    return report.error();
  Outcome outcome = report->outcome;
  bool drift = report->drifted;
  if (options.confirm && outcome.verdict == Verdict::Ok && outcome.ratioLow > 1) {
    Result<Report> second = runOnce(request, /*swapped=*/true, cancelled);
    if (!second)
      return second.error();
    drift = drift || second->drifted;
    confirm(outcome, second->outcome);
  }
  if (outcome.timed())
    outcome.machineState = drift ? "drifting" : "steady";
  outcome.measureSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return outcome;
}

} // namespace convwright::schedules
