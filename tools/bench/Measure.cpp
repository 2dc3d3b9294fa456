//===- Measure.cpp - interleaving, leaving out, and judging samples -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Measure.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>

using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// Fewer clean samples than this do not stand for a contender.
constexpr size_t leastClean = 5;
constexpr int roundsBeforeLeavingOut = 3;
constexpr int mostRounds = 4; // times MeasureOptions::rounds
/// Fewer rounds than this in common say nothing about shared drifts.
constexpr size_t leastRounds = 3;

struct State {
  const Contender *contender;
  std::vector<Samples> rounds;
  std::string problem;
  bool partial = false;

  bool active() const { return problem.empty() && !partial; }

  std::vector<double> collect(bool spoiltToo) const {
    std::vector<double> all;
    for (const Samples &round : rounds) {
      all.insert(all.end(), round.clean.begin(), round.clean.end());
      if (spoiltToo)
        all.insert(all.end(), round.spoilt.begin(), round.spoilt.end());
    }
    return all;
  }
  double fastest() const {
    std::vector<double> all = collect(true);
    return *std::min_element(all.begin(), all.end());
  }
};

void takeRound(State &state, int round, int64_t &bestBurst, const MeasureOptions &options) {
  Result<Samples> samples = state.contender->take(options.samplesPerRound, bestBurst);
  if (!samples) {
    state.problem = samples.error().message;
    return;
  }
  if (samples->clean.empty() && samples->spoilt.empty()) {
    state.problem = "gave no samples";
    return;
  }
  bestBurst = std::min(bestBurst, samples->bestBurst);
  state.rounds.resize(round);
  state.rounds.push_back(std::move(*samples));
}

void leaveOutTheSlow(std::vector<State> &states, double beyond) {
  std::map<int, double> best; // by group
  for (const State &state : states) {
    if (!state.active())
      continue;
    auto [entry, isNew] = best.emplace(state.contender->group, state.fastest());
    entry->second = std::min(entry->second, state.fastest());
  }
  for (State &state : states)
    if (state.active() && state.fastest() > beyond * best.at(state.contender->group))
      state.partial = true;
}

bool enough(const std::vector<State> &states, int cleanSamples) {
  return std::all_of(states.begin(), states.end(), [&](const State &state) {
    return !state.active() || static_cast<int>(state.collect(false).size()) >= cleanSamples;
  });
}

std::vector<double> flatten(const std::vector<std::vector<double>> &rounds) {
  std::vector<double> all;
  for (const std::vector<double> &round : rounds)
    all.insert(all.end(), round.begin(), round.end());
  return all;
}

/// The clean samples, or, when noisy, whatever took no longer than `slowest`.
std::vector<double> countedIn(const Samples &round, bool noisy, double slowest) {
  if (!noisy)
    return round.clean;
  std::vector<double> counted;
  for (const std::vector<double> *samples : {&round.clean, &round.spoilt})
    std::copy_if(samples->begin(), samples->end(), std::back_inserter(counted),
                 [=](double time) { return time <= slowest; });
  return counted;
}

bool lacksCleanSamples(const State &state) {
  return state.active() &&
         state.collect(false).size() < std::min(leastClean, state.collect(true).size());
}

/// noisy: clean samples are too few to compare by.
Measurement judge(const State &state, bool noisy) {
  Measurement result;
  result.name = state.contender->name;
  result.problem = state.problem;
  result.partial = state.partial;
  std::vector<double> clean = state.collect(false), all = state.collect(true);
  if (all.empty())
    return result;
  result.noisy = noisy || clean.empty(); // the latter: one that was left out before it had any
  double slowest = result.noisy ? quantile(all, 0.25) : 0;
  for (const Samples &round : state.rounds)
    result.rounds.push_back(countedIn(round, result.noisy, slowest));
  std::vector<double> counted = flatten(result.rounds);
  result.ms = median(counted) * 1e-6;
  result.spread = relativeSpread(counted);
  result.samples = static_cast<int>(counted.size());
  result.spoilt = static_cast<int>(all.size() - clean.size());
  return result;
}

/// Every sample a round of its own.
std::vector<std::vector<double>> singles(const std::vector<std::vector<double>> &rounds) {
  std::vector<std::vector<double>> result;
  for (double sample : flatten(rounds))
    result.push_back({sample});
  return result;
}

} // namespace

std::vector<Measurement> measure(const std::vector<Contender> &contenders, int64_t &bestBurst,
                                 const MeasureOptions &options) {
  std::vector<State> states;
  states.reserve(contenders.size());
  for (const Contender &contender : contenders)
    states.push_back({&contender, {}, {}, false});
  auto begin = std::chrono::steady_clock::now();
  auto mayBegin = [&](int round) {
    if (options.cancelled && *options.cancelled)
      return false;
    if (round < options.rounds)
      return round < roundsBeforeLeavingOut ||
             std::chrono::steady_clock::now() - begin <
                 std::chrono::duration<double>(options.budgetSeconds);
    return round < mostRounds * options.rounds && !enough(states, options.cleanSamples) &&
           std::chrono::steady_clock::now() - begin <
               std::chrono::duration<double>(options.budgetSeconds);
  };
  for (int round = 0; mayBegin(round); ++round) {
    for (size_t i = 0; i < states.size(); ++i) {
      State &state = states[round % 2 ? states.size() - 1 - i : i];
      if (state.active())
        takeRound(state, round, bestBurst, options);
    }
    if (round + 1 == roundsBeforeLeavingOut && options.dropBeyond > 0)
      leaveOutTheSlow(states, options.dropBeyond);
  }
  // All are judged alike: a median of clean samples beside the fastest of spoilt ones would be no
  // comparison.
  bool noisy = std::any_of(states.begin(), states.end(), lacksCleanSamples);
  std::vector<Measurement> results;
  results.reserve(states.size());
  for (const State &state : states)
    results.push_back(judge(state, noisy));
  return results;
}

Ratio compare(const Measurement &peer, const Measurement &ours, double confidence) {
  Ratio ratio{peer.ms / ours.ms, {}};
  std::vector<std::vector<double>> above, below;
  for (size_t i = 0; i < std::min(peer.rounds.size(), ours.rounds.size()); ++i) {
    if (peer.rounds[i].empty() || ours.rounds[i].empty())
      continue;
    above.push_back(peer.rounds[i]);
    below.push_back(ours.rounds[i]);
  }
  if (above.size() < leastRounds) {
    above = singles(peer.rounds);
    below = singles(ours.rounds);
    above.resize(std::min(above.size(), below.size()));
    below.resize(above.size());
  }
  if (above.empty())
    return ratio;
  // The interval is that of the rounds in common, the value that of all of them: what one of the
  // two says must not contradict the other.
  ratio.interval = ratioInterval(above, below, confidence);
  ratio.interval.low = std::min(ratio.interval.low, ratio.value);
  ratio.interval.high = std::max(ratio.interval.high, ratio.value);
  return ratio;
}

} // namespace convwright::bench
