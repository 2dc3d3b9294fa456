//===- Effects.cpp - what each parameter does to the time ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Effects.h"

#include "schedules/tuning/measure/Statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace convwright::report {

namespace {

using Groups = std::map<int64_t, std::vector<double>>; // log times by value

double mean(const std::vector<double> &values) {
  double sum = 0;
  for (double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

double squaresAround(double centre, const std::vector<double> &values) {
  double sum = 0;
  for (double value : values)
    sum += (value - centre) * (value - centre);
  return sum;
}

double shareExplained(const Groups &groups) {
  std::vector<double> all;
  double within = 0;
  for (const auto &[value, times] : groups) {
    all.insert(all.end(), times.begin(), times.end());
    within += squaresAround(mean(times), times);
  }
  double total = squaresAround(mean(all), all);
  auto count = static_cast<double>(all.size()), values = static_cast<double>(groups.size());
  if (total <= 0 || count <= values)
    return 0;
  return std::max(0.0, 1 - (within / (count - values)) / (total / (count - 1)));
}

ValueEffect valueEffect(int64_t value, const std::vector<double> &logTimes) {
  auto at = [&](double fraction) { return std::exp(schedules::quantile(logTimes, fraction)); };
  return {value, static_cast<int>(logTimes.size()), at(0), at(0.25), at(0.5), at(0.75), at(1)};
}

std::string busiestAlgorithm(const LayerRun &run) {
  std::map<std::string, int> counts;
  for (const Trial &trial : run.trials)
    if (trial.timed())
      ++counts[trial.record->plan.algorithm];
  auto most = std::max_element(counts.begin(), counts.end(),
                               [](const auto &a, const auto &b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

} // namespace

Effects parameterEffects(const LayerRun &run) {
  Effects effects;
  effects.algorithm = busiestAlgorithm(run);
  std::map<std::string, Groups> byParameter;
  for (const Trial &trial : run.trials) {
    if (!trial.timed() || trial.record->plan.algorithm != effects.algorithm)
      continue;
    ++effects.candidates;
    for (const auto &[name, value] : trial.record->plan.parameters)
      byParameter[name][value].push_back(trial.toDefault.value);
  }
  for (const auto &[name, groups] : byParameter) {
    if (groups.size() < 2)
      continue;
    ParameterEffect &effect = effects.parameters.emplace_back();
    effect.name = name;
    effect.share = shareExplained(groups);
    for (const auto &[value, times] : groups)
      effect.values.push_back(valueEffect(value, times));
  }
  std::sort(effects.parameters.begin(), effects.parameters.end(),
            [](const ParameterEffect &a, const ParameterEffect &b) {
              return std::tie(b.share, a.name) < std::tie(a.share, b.name);
            });
  return effects;
}

} // namespace convwright::report
