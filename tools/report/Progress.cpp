//===- Progress.cpp - the best so far, trial by trial -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Progress.h"

#include <algorithm>

namespace convwright::report {

std::vector<double> bestSoFar(const LayerRun &run) {
  bool raced = std::any_of(run.trials.begin(), run.trials.end(),
                           [](const Trial &trial) { return trial.record->outcome.ratio > 0; });
  std::vector<double> curve;
  double best = 0;
  for (const Trial &trial : run.trials) {
    const schedules::Record &record = *trial.record;
    bool counts = record.role == "default" || record.outcome.better ||
                  (!raced && record.outcome.verdict == schedules::Verdict::Ok);
    if (trial.timed() && counts) {
      double time = trial.toDefault.ratio();
      best = best > 0 ? std::min(best, time) : time;
    }
    curve.push_back(best);
  }
  return curve;
}

std::optional<int> trialsTo(double fraction, const std::vector<double> &bestSoFar) {
  if (bestSoFar.empty() || bestSoFar.back() <= 0)
    return std::nullopt;
  for (size_t i = 0; i < bestSoFar.size(); ++i)
    if (bestSoFar[i] > 0 && bestSoFar.back() / bestSoFar[i] >= fraction)
      return static_cast<int>(i) + 1;
  return std::nullopt;
}

} // namespace convwright::report
