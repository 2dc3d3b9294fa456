//===- LayerData.cpp - one layer of the page as JSON --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/LayerData.h"

#include "tools/report/Effects.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace convwright::report {

using nlohmann::json;
using schedules::Outcome;
using schedules::Plan;
using schedules::Record;

namespace {

std::set<std::string> parameterNames(const LayerRun &run) {
  std::set<std::string> names;
  for (const Trial &trial : run.trials)
    for (const auto &[name, value] : trial.record->plan.parameters)
      names.insert(name);
  return names;
}

json planData(const Plan &plan, const std::set<std::string> &names) {
  json values = json::array();
  for (const std::string &name : names) {
    auto found = plan.parameters.find(name);
    values.push_back(found == plan.parameters.end() ? json() : json(found->second));
  }
  return {{"algorithm", plan.algorithm}, {"values", values}};
}

json trialData(const Layer &layer, const Trial &trial, const std::set<std::string> &names) {
  const Record &record = *trial.record;
  const Outcome &outcome = record.outcome;
  json data = {{"number", trial.number},
               {"seconds", rounded(trial.seconds)},
               {"verdict", spell(outcome.verdict)},
               {"role", record.role},
               {"plan", planData(record.plan, names)},
               {"reason", whyLost(layer.run, trial)},
               {"compileS", rounded(outcome.compileSeconds)},
               {"measureS", rounded(outcome.measureSeconds)}};
  if (outcome.better)
    data["better"] = true;
  if (!trial.timed())
    return data;
  data["ms"] = rounded(outcome.ms);
  data["spread"] = rounded(outcome.spread);
  data["samples"] = outcome.samples.size();
  data["toDefault"] = ratioData(trial.toDefault);
  if (layer.run.winner >= 0)
    data["toWinner"] = ratioData(layer.run.toWinner(trial));
  return data;
}

json effectsData(const Effects &effects) {
  json parameters = json::array();
  for (const ParameterEffect &effect : effects.parameters) {
    json values = json::array();
    for (const ValueEffect &value : effect.values)
      values.push_back({{"value", value.value},
                        {"count", value.count},
                        {"box",
                         {rounded(value.low), rounded(value.lowerQuartile), rounded(value.median),
                          rounded(value.upperQuartile), rounded(value.high)}}});
    parameters.push_back(
        {{"name", effect.name}, {"share", rounded(effect.share)}, {"values", values}});
  }
  return {{"algorithm", effects.algorithm},
          {"candidates", effects.candidates},
          {"parameters", parameters}};
}

json noiseData(const Noise &noise) {
  json beside = json::array();
  for (const Beside &one : noise.incumbent)
    beside.push_back(
        {one.trial, rounded(one.lowerQuartile), rounded(one.median), rounded(one.upperQuartile)});
  return {{"timed", noise.timed},
          {"spread", rounded(noise.spread)},
          {"spoiltShare", rounded(noise.spoiltShare)},
          {"intervalWidth", rounded(noise.intervalWidth)},
          {"drifting", noise.drifting},
          {"steady", {rounded(noise.steadyLow), rounded(noise.steadyHigh)}},
          {"incumbent", beside}};
}

json milliseconds(const std::vector<double> &nanoseconds) {
  constexpr size_t enough = 400; // a strip of points shows no more
  json values = json::array();
  for (size_t i = 0; i < std::min(enough, nanoseconds.size()); ++i)
    values.push_back(rounded(nanoseconds[i] / 1e6));
  return values;
}

/// The winner's samples beside those of whom it was last measured against.
json duelData(const LayerRun &run) {
  const Record *record = run.confirmation;
  if (!record && run.winner >= 0)
    record = run.trials[static_cast<size_t>(run.winner)].record;
  if (!record || record->outcome.samples.empty())
    return nullptr;
  return {{"final", record->role == "final"},
          {"winner", milliseconds(record->outcome.samples)},
          {"other", milliseconds(record->outcome.incumbent)}};
}

json gainData(const Gain &gain) {
  static constexpr const char *names[] = {"final", "race", "chain", "apart", "default", "none"};
  json data = ratioData(gain.ratio);
  data["source"] = names[static_cast<size_t>(gain.source)];
  data["confidence"] = rounded(gain.confidence);
  return data;
}

std::string sessionLine(const Record &record) {
  std::string line = record.strategy.empty() ? "unknown strategy" : record.strategy;
  return line + ", seed " + std::to_string(record.seed);
}

} // namespace

json rounded(double value) {
  if (!std::isfinite(value))
    return nullptr;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.5g", value);
  return std::strtod(text.data(), nullptr);
}

json ratioData(const LogRatio &ratio) {
  return {{"value", rounded(ratio.ratio())},
          {"low", rounded(std::isfinite(ratio.below) ? ratio.low() : NAN)},
          {"high", rounded(ratio.high())}};
}

json layerData(const Layer &layer) {
  const LayerRun &run = layer.run;
  const Record &first = run.first();
  std::set<std::string> names = parameterNames(run);
  json data = {{"name", run.name},
               {"problem", schedules::describeProblem(first.problem.kernel)},
               {"target", first.problem.target},
               {"threads", first.problem.threads},
               {"machine", run.machine},
               {"measure", first.measure},
               {"cache", first.cache},
               {"strategy", sessionLine(first)},
               {"parameters", names},
               {"gain", gainData(run.gain)},
               {"trust", spell(layer.judgement.trust)},
               {"why", layer.judgement.why},
               {"effects", effectsData(parameterEffects(run))},
               {"noise", noiseData(layer.noise)},
               {"duel", duelData(run)}};
  json trials = json::array(), curve = json::array();
  for (const Trial &trial : run.trials)
    trials.push_back(trialData(layer, trial, names));
  for (double best : layer.curve)
    curve.push_back(rounded(best));
  data["trials"] = trials;
  data["curve"] = curve;
  data["winner"] = run.winner;
  data["default"] = run.defaultTrial;
  if (std::optional<int> trial = trialsTo(0.97, layer.curve))
    data["trialsTo97"] = *trial;
  return data;
}

} // namespace convwright::report
