//===- Noise.cpp - how steady the machine was while a layer was tuned ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Noise.h"

#include "schedules/tuning/measure/Statistics.h"

#include <map>

namespace convwright::report {

using schedules::Outcome;
using schedules::Record;

namespace {

std::string incumbentKey(const Record &record) {
  return record.session + "\n" + (record.incumbent ? planKey(*record.incumbent) : "");
}

double medianOrZero(const std::vector<double> &values) {
  return values.empty() ? 0 : schedules::median(values);
}

std::vector<Beside> besideTrials(const LayerRun &run) {
  std::map<std::string, std::vector<double>> all;
  for (const Trial &trial : run.trials) {
    std::vector<double> &samples = all[incumbentKey(*trial.record)];
    const std::vector<double> &more = trial.record->outcome.incumbent;
    samples.insert(samples.end(), more.begin(), more.end());
  }
  std::map<std::string, double> usual;
  for (const auto &[key, samples] : all)
    usual[key] = medianOrZero(samples);
  std::vector<Beside> beside;
  for (const Trial &trial : run.trials) {
    const std::vector<double> &samples = trial.record->outcome.incumbent;
    double scale = usual[incumbentKey(*trial.record)];
    if (samples.empty() || scale <= 0)
      continue;
    beside.push_back({trial.number, schedules::quantile(samples, 0.25) / scale,
                      schedules::median(samples) / scale,
                      schedules::quantile(samples, 0.75) / scale});
  }
  return beside;
}

} // namespace

Noise noiseOf(const LayerRun &run) {
  Noise noise;
  std::vector<double> spreads, widths, medians;
  double clean = 0, spoilt = 0;
  for (const Trial &trial : run.trials) {
    const Outcome &outcome = trial.record->outcome;
    noise.drifting += outcome.machineState == "drifting";
    if (!trial.timed() || outcome.samples.empty())
      continue;
    ++noise.timed;
    spreads.push_back(outcome.spread);
    clean += static_cast<double>(outcome.samples.size());
    spoilt += outcome.spoilt;
    if (outcome.ratioLow > 0)
      widths.push_back(outcome.ratioHigh / outcome.ratioLow - 1);
  }
  noise.spread = medianOrZero(spreads);
  noise.intervalWidth = medianOrZero(widths);
  noise.spoiltShare = clean + spoilt > 0 ? spoilt / (clean + spoilt) : 0;
  noise.incumbent = besideTrials(run);
  for (const Beside &beside : noise.incumbent)
    medians.push_back(beside.median);
  if (!medians.empty()) {
    noise.steadyLow = schedules::quantile(medians, 0.05);
    noise.steadyHigh = schedules::quantile(medians, 0.95);
  }
  return noise;
}

} // namespace convwright::report
