//===- Effects.h - what each parameter does to the time -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_EFFECTS_H
#define CONVWRIGHT_TOOLS_REPORT_EFFECTS_H

#include "tools/report/LayerRun.h"

namespace convwright::report {

/// Times of the candidates that share a value of a parameter, over the default's.
struct ValueEffect {
  int64_t value = 0;
  int count = 0;
  double low = 0, lowerQuartile = 0, median = 0, upperQuartile = 0, high = 0;
};

struct ParameterEffect {
  std::string name;
  /// The share of the variance of log(time) that the parameter alone explains, less what as many
  /// values would explain by chance: 1 - (within / (n - values)) / (total / (n - 1)), at least 0.
  double share = 0;
  std::vector<ValueEffect> values; // ascending
};

struct Effects {
  std::string algorithm; // the one with most timed candidates: parameters are its own
  int candidates = 0;
  std::vector<ParameterEffect> parameters; // that took at least two values; largest share first
};

/// Of the timed candidates of a layer. The candidates are those that a search chose, not a random
/// sample: shares compare parameters within a run.
Effects parameterEffects(const LayerRun &run);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_EFFECTS_H
