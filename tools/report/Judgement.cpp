//===- Judgement.cpp - whether a result is to be believed, in words -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Judgement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace convwright::report {

using schedules::Outcome;
using schedules::Verdict;

namespace {

/// More of the machine's speed than this comes and goes: gains of a few per cent are doubtful.
constexpr double unsteady = 0.05;

template <typename... Values> std::string format(const char *pattern, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

std::string percent(double ratio) { return format("%.1f %%", 100 * std::abs(ratio - 1)); }

std::string sureness(double confidence) {
  return confidence > 0 ? format(", %g %% sure", 100 * confidence) : "";
}

std::string orElse(const std::string &text, const char *otherwise) {
  return text.empty() ? otherwise : text;
}

std::string failure(const Outcome &outcome) {
  switch (outcome.verdict) {
  case Verdict::Wrong:
    return format("wrong: relative error %.2g, allowed %.2g", outcome.relativeError,
                  outcome.allowedError);
  case Verdict::Crashed:
    return "crashed: " + orElse(outcome.reason, "no reason was recorded");
  case Verdict::TimedOut:
    return "timed out: " + orElse(outcome.reason, "no limit was recorded");
  case Verdict::OutOfMemory:
    return "out of memory: " + orElse(outcome.reason, "no limit was recorded");
  case Verdict::Slower:
    return orElse(outcome.reason, "not timed: the static model expected nothing of it");
  case Verdict::Refused:
  case Verdict::Ok:
    return "refused: " + orElse(outcome.reason, "no reason was recorded");
  }
  return outcome.reason;
}

/// From the time of the trial over the winner's.
std::string slower(const LogRatio &time, double confidence) {
  double ratio = time.ratio();
  if (!std::isfinite(time.below) || !std::isfinite(time.above))
    return percent(ratio) + (ratio >= 1 ? " slower" : " faster by the clock") +
           "; not measured beside the winner";
  if (time.low() > 1)
    return percent(ratio) + " slower (at least " + percent(time.low()) + sureness(confidence) + ")";
  if (time.high() < 1)
    return percent(ratio) + " faster by the clock, but the tuner did not accept it";
  return format("no clear difference: %+.1f %% (%+.1f .. %+.1f)", 100 * (ratio - 1),
                100 * (time.low() - 1), 100 * (time.high() - 1));
}

std::string overtaken(const LayerRun &run, const Trial &trial) {
  for (const Trial &later : run.trials)
    if (later.number > trial.number && later.record->outcome.better)
      return format("best until trial %d; ", later.number);
  return "";
}

std::string gainText(const Gain &gain) {
  std::string text = format("%.3f x", gain.ratio.ratio());
  if (std::isfinite(gain.ratio.below) && std::isfinite(gain.ratio.above))
    text += format(" (%.3f .. %.3f", gain.ratio.low(), gain.ratio.high()) +
            (gain.confidence > 0 ? format(", %g %%)", 100 * gain.confidence) : ")");
  return text;
}

} // namespace

std::string_view spell(Trust trust) {
  switch (trust) {
  case Trust::Clear:
    return "clear";
  case Trust::Unconfirmed:
    return "unconfirmed";
  case Trust::Doubtful:
    return "doubtful";
  case Trust::Kept:
    return "default kept";
  case Trust::Estimated:
    return "estimated";
  case Trust::Nothing:
    return "nothing timed";
  }
  return {};
}

Judgement judge(const LayerRun &run, const Noise &noise) {
  const Gain &gain = run.gain;
  if (run.winner < 0)
    return {Trust::Nothing, "no candidate was timed"};
  if (run.first().measure == "static")
    return {Trust::Estimated, "times are a model's estimates; nothing ran"};
  if (gain.source == GainSource::None)
    return {Trust::Nothing, "the default was not timed, so there is nothing to compare with"};
  if (gain.source == GainSource::DefaultKept)
    return {Trust::Kept, format("none of %zu candidates was better, and seen better again",
                                run.trials.size() - 1)};
  double swing = noise.steadyHigh - noise.steadyLow;
  std::string text = gainText(gain);
  if (gain.source == GainSource::Apart)
    return {Trust::Doubtful, text + ", of times that were not measured beside each other"};
  if (!(gain.ratio.low() > 1))
    return {Trust::Doubtful, text + ": the interval does not exclude that it is no faster"};
  if (swing > unsteady && gain.ratio.ratio() < 1 + swing && gain.source != GainSource::Final)
    return {Trust::Doubtful,
            text + format(": the machine's speed swung by %.1f %% meanwhile", 100 * swing)};
  if (gain.source != GainSource::Final)
    return {Trust::Unconfirmed, text + ": not measured once more in a fresh process"};
  return {Trust::Clear, text + ", confirmed beside the default in a fresh process"};
}

std::string whyLost(const LayerRun &run, const Trial &trial) {
  const Outcome &outcome = trial.record->outcome;
  if (!trial.timed())
    return failure(outcome);
  if (run.winner >= 0 && &trial == &run.trials[static_cast<size_t>(run.winner)])
    return "the winner";
  if (outcome.verdict == Verdict::Slower)
    return format("stopped early: about %.2f x the incumbent's time", trial.toIncumbent.ratio()) +
           (std::isfinite(trial.toIncumbent.below) && trial.incumbent >= 0
                ? format(", at least %.2f x", trial.toIncumbent.low()) +
                      sureness(outcome.confidence)
                : "");
  if (run.winner < 0)
    return "";
  std::string prefix = trial.record->role == "default" ? "the default: "
                       : outcome.better                ? overtaken(run, trial)
                                                       : "";
  if (outcome.ratioLow > 1 && !outcome.better)
    prefix = "looked faster, but was not when seen again; ";
  return prefix + slower(run.toWinner(trial), outcome.confidence);
}

} // namespace convwright::report
