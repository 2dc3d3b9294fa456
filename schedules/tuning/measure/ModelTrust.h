//===- ModelTrust.h - whether a search may believe the static model ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MODELTRUST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MODELTRUST_H

#include <cstddef>
#include <map>
#include <string>

namespace convwright::schedules {

/// Decides which candidates of one problem the static model may spare the timing of. The model
/// earns that: among the plans that were timed, `enoughPairs` pairs that it holds to lie at least
/// `factor` apart came in its order, and none in the other. Every `probeEvery`-th candidate that
/// could be spared is timed all the same, so that the model can lose again what it has earned.
/// A plan that was timed is never judged by its estimate.
/// Threads: one at a time.
class ModelTrust {
public:
  static constexpr int enoughPairs = 6;
  static constexpr size_t probeEvery = 8;

  explicit ModelTrust(double factor) : factor(factor) {}

  /// A plan's estimate and its time; of a plan that was timed before the last time counts.
  void observe(const std::string &plan, double estimatedMs, double ms);
  /// Whether `plan` need not be timed beside an incumbent. An estimate of 0: none.
  bool spares(const std::string &plan, double estimatedMs, double incumbentEstimatedMs);

private:
  struct Timed {
    double estimatedMs = 0, ms = 0;
  };
  /// Adds what the pairs of this plan with all others say, `times` over.
  void countPairs(const Timed &one, int times);
  void countPair(const Timed &slow, const Timed &fast, int times);

  double factor; // 0: nothing is spared
  std::map<std::string, Timed> timed;
  int agreeing = 0, contradicting = 0; // pairs
  size_t spared = 0;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MODELTRUST_H
