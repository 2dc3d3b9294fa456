//===- LogRatio.h - a ratio of times and how sure it is -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_LOGRATIO_H
#define CONVWRIGHT_TOOLS_REPORT_LOGRATIO_H

namespace convwright::report {

/// The logarithm of a ratio of times, with the distances to both ends of its interval. Logarithms,
/// because ratios that were measured in different races then add up, errors in quadrature.
struct LogRatio {
  double value = 0;
  double below = 0, above = 0; // >= 0; infinite when an end is unknown

  /// Of a measured ratio and its interval; an interval of zeros is unknown. Requires ratio > 0.
  static LogRatio of(double ratio, double low, double high);
  /// Of two times that were not measured beside each other: the interval is unknown.
  static LogRatio ofTimes(double time, double reference);

  double ratio() const;
  double low() const;
  double high() const;
};

/// The product of two ratios that were measured apart.
LogRatio operator+(const LogRatio &a, const LogRatio &b);
/// The other way round.
LogRatio operator-(const LogRatio &a);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_LOGRATIO_H
