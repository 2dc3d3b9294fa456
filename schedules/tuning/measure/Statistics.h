//===- Statistics.h - medians, spreads and intervals of noisy samples -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATISTICS_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATISTICS_H

#include <span>
#include <vector>

namespace convwright::schedules {

/// Linear interpolation between order statistics; 0 <= fraction <= 1. Requires values.
double quantile(std::span<const double> values, double fraction);
double median(std::span<const double> values);
/// Interquartile range over the median. Requires values.
double relativeSpread(std::span<const double> values);
double geometricMean(std::span<const double> values);

struct Interval {
  double low = 0, high = 0;
};

/// Interval of median(numerator) / median(denominator), by bootstrap over interleaved rounds:
/// whole rounds are drawn again, so that drifts which both sides share cancel. Each outer element
/// is one round's samples. Deterministic. `confidence` is below 1. Requires as many rounds on both
/// sides, none empty.
Interval ratioInterval(const std::vector<std::vector<double>> &numerator,
                       const std::vector<std::vector<double>> &denominator,
                       double confidence = 0.95);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATISTICS_H
