//===- Measure.cpp - interleaving, leaving out, and judging samples -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Measure.h"

#include <algorithm>
#include <chrono>

using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// Fewer clean samples than this do not stand for a contender.
constexpr size_t leastClean = 5;

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
  double best = 0;
  for (const State &state : states)
    if (state.active() && (best == 0 || state.fastest() < best))
      best = state.fastest();
  for (size_t i = 1; i < states.size(); ++i)
    if (states[i].active() && states[i].fastest() > beyond * best)
      states[i].partial = true;
}

bool enough(const std::vector<State> &states, int cleanSamples) {
  return std::all_of(states.begin(), states.end(), [&](const State &state) {
    return !state.active() || static_cast<int>(state.collect(false).size()) >= cleanSamples;
  });
}

Measurement judge(const State &state) {
  Measurement result;
  result.name = state.contender->name;
  result.problem = state.problem;
  result.partial = state.partial;
  std::vector<double> clean = state.collect(false), all = state.collect(true);
  result.noisy = clean.size() < std::min(leastClean, all.size());
  const std::vector<double> &counted = result.noisy ? all : clean;
  if (counted.empty())
    return result;
  result.ms = median(counted) * 1e-6;
  result.spread = relativeSpread(counted);
  result.samples = static_cast<int>(counted.size());
  result.spoilt = static_cast<int>(all.size() - clean.size());
  for (const Samples &round : state.rounds) {
    result.rounds.push_back(round.clean);
    if (result.noisy)
      result.rounds.back().insert(result.rounds.back().end(), round.spoilt.begin(),
                                  round.spoilt.end());
  }
  return result;
}

} // namespace

std::vector<Measurement> measure(const std::vector<Contender> &contenders, int64_t &bestBurst,
                                 const MeasureOptions &options) {
  std::vector<State> states;
  for (const Contender &contender : contenders)
    states.push_back({&contender, {}, {}, false});
  auto begin = std::chrono::steady_clock::now();
  auto mayBegin = [&](int round) {
    if (options.cancelled && *options.cancelled)
      return false;
    if (round < options.rounds)
      return round < 2 || std::chrono::steady_clock::now() - begin <
                              std::chrono::duration<double>(options.budgetSeconds);
    return round < 2 * options.rounds && !enough(states, options.cleanSamples) &&
           std::chrono::steady_clock::now() - begin <
               std::chrono::duration<double>(options.budgetSeconds);
  };
  for (int round = 0; mayBegin(round); ++round) {
    for (size_t i = 0; i < states.size(); ++i) {
      State &state = states[round % 2 ? states.size() - 1 - i : i];
      if (state.active())
        takeRound(state, round, bestBurst, options);
    }
    if (round == 1 && options.dropBeyond > 0)
      leaveOutTheSlow(states, options.dropBeyond);
  }
  std::vector<Measurement> results;
  for (const State &state : states)
    results.push_back(judge(state));
  return results;
}

Ratio compare(const Measurement &peer, const Measurement &ours) {
  Ratio ratio{peer.ms / ours.ms, {}};
  std::vector<std::vector<double>> above, below;
  for (size_t i = 0; i < std::min(peer.rounds.size(), ours.rounds.size()); ++i) {
    if (peer.rounds[i].empty() || ours.rounds[i].empty())
      continue;
    above.push_back(peer.rounds[i]);
    below.push_back(ours.rounds[i]);
  }
  ratio.interval = above.empty() ? Interval{ratio.value, ratio.value} : ratioInterval(above, below);
  return ratio;
}

} // namespace convwright::bench
