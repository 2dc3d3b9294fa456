//===- PairedTest.h - which of two is faster, decided as early as is honest ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PAIREDTEST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PAIREDTEST_H

#include <cstddef>
#include <optional>
#include <vector>

namespace convwright::schedules {

/// Incumbent's time over candidate's (more than 1: the candidate is faster) and its interval.
struct RatioEstimate {
  double ratio = 1, low = 0, high = 0;
};

/// A sequential test of paired times, by Wilcoxon's signed ranks.
///
/// A pair is one sample of each contender, taken side by side, so that whatever slows both cancels
/// in the logarithm of their ratio. If neither is faster, exchanging the names of a pair changes
/// nothing: the logarithms are symmetric about 0, whatever their distribution and however much
/// they vary over time; an outlier counts by its rank alone. The estimate is the median of the
/// pairwise means (Hodges and Lehmann), its interval the one that the rank test does not reject.
///
/// One looks only when the number of pairs is one of looks(), and each look spends an equal part
/// of 1 - confidence (Bonferroni), so that the intervals of all looks hold together and one may
/// stop at any of them. One part is kept for a last look out of turn.
/// Threads: any, one object each.
class PairedTest {
public:
  explicit PairedTest(double confidence);

  /// Nanoseconds, or any unit that both share; positive.
  void add(double incumbent, double candidate);
  size_t pairs() const { return logRatios.size(); }
  static const std::vector<size_t> &looks();
  static size_t mostPairs() { return looks().back(); }

  /// The median ratio so far: of no statistical weight. Requires a pair.
  double middle() const;
  /// The estimate when pairs() is one of looks(); none otherwise.
  std::optional<RatioEstimate> look() const;
  /// The look out of turn; at most one counts. An interval without bounds (0 and infinity) when
  /// the pairs are too few. Requires a pair.
  RatioEstimate lastLook() const;

private:
  double alpha; // of one look, both sides
  std::vector<double> logRatios;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PAIREDTEST_H
