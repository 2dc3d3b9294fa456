//===- LogRatio.cpp - adding up ratios and their intervals --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/LogRatio.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convwright::report {

namespace {
constexpr double unknown = std::numeric_limits<double>::infinity();
} // namespace

LogRatio LogRatio::of(double ratio, double low, double high) {
  return {std::log(ratio), low > 0 ? std::max(0.0, std::log(ratio / low)) : unknown,
          high > 0 ? std::max(0.0, std::log(high / ratio)) : unknown};
}

LogRatio LogRatio::ofTimes(double time, double reference) {
  return {std::log(time / reference), unknown, unknown};
}

double LogRatio::ratio() const { return std::exp(value); }
double LogRatio::low() const { return std::exp(value - below); }
double LogRatio::high() const { return std::exp(value + above); }

LogRatio operator+(const LogRatio &a, const LogRatio &b) {
  return {a.value + b.value, std::hypot(a.below, b.below), std::hypot(a.above, b.above)};
}

LogRatio operator-(const LogRatio &a) { return {-a.value, a.above, a.below}; }

} // namespace convwright::report
