//===- ErrorSum.h - the relative error of many numbers ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_ERRORSUM_H
#define CONVWRIGHT_TOOLS_BENCH_ERRORSUM_H

#include <cmath>
#include <limits>

namespace convwright::bench {

/// L2 norm of the difference over that of what is expected. A NaN where one is expected is right,
/// and so is an infinity of the same sign; they add nothing to the norm. On one side only they make
/// the error infinite.
class ErrorSum {
public:
  void add(double found, double expected) {
    if (std::isfinite(expected))
      norm += expected * expected;
    if (found == expected || (std::isnan(found) && std::isnan(expected)))
      return;
    double difference = found - expected;
    error += std::isfinite(difference) ? difference * difference
                                       : std::numeric_limits<double>::infinity();
  }
  double relative() const { return norm > 0 ? std::sqrt(error / norm) : std::sqrt(error); }

private:
  double error = 0, norm = 0;
};

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_ERRORSUM_H
