//===- Features.h - a plan as numbers for a learned cost model -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_FEATURES_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_FEATURES_H

#include "schedules/algorithms/Algorithm.h"

#include <string>
#include <vector>

namespace convwright::schedules {

/// What the features are called, in the order of their values: logarithms to base 2 of sizes and
/// ratios, shares from 0 to 1, and flags.
const std::vector<std::string> &featureNames();

/// Makes features of one kernel's plans on one target, at the symbols' `like` sizes. They tell
/// layers apart and are comparable between them, so that one model learns from many layers.
/// Thread-safe when const. `kernel` and `target` outlive it.
class Features {
public:
  Features(const Kernel &kernel, const Target &target);

  /// As many values as there are names. Requires a complete, legal plan of a known algorithm.
  std::vector<float> of(const Plan &plan) const;
  /// log2 of the analytic model's milliseconds: a feature, and the guess where nothing is known.
  double analytic(const Plan &plan) const;

private:
  const Kernel &kernel;
  const Target &target;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_FEATURES_H
