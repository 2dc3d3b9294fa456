//===- Statistics.cpp - medians, quantiles and the bootstrap --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Statistics.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace convwright::schedules {

double quantile(std::span<const double> values, double fraction) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  double position = fraction * (sorted.size() - 1);
  size_t below = static_cast<size_t>(position);
  size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double relativeSpread(std::span<const double> values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

double geometricMean(std::span<const double> values) {
  double sum = 0;
  for (double value : values)
    sum += std::log(value);
  return std::exp(sum / values.size());
}

Interval ratioInterval(const std::vector<std::vector<double>> &numerator,
                       const std::vector<std::vector<double>> &denominator, double confidence) {
  // Enough for some twenty beyond either end.
  const int draws = std::max(1000, static_cast<int>(40 / (1 - confidence)));
  std::mt19937 random(12345); // NOLINT(bugprone-random-generator-seed): the same answer every time
  std::uniform_int_distribution<size_t> anyRound(0, numerator.size() - 1);
  std::vector<double> ratios, above, below;
  for (int draw = 0; draw < draws; ++draw) {
    above.clear();
    below.clear();
    for (size_t i = 0; i < numerator.size(); ++i) {
      size_t round = anyRound(random);
      above.insert(above.end(), numerator[round].begin(), numerator[round].end());
      below.insert(below.end(), denominator[round].begin(), denominator[round].end());
    }
    ratios.push_back(median(above) / median(below));
  }
  double tail = (1 - confidence) / 2;
  return {quantile(ratios, tail), quantile(ratios, 1 - tail)};
}

} // namespace convwright::schedules
