//===- PairedTest.cpp - signed ranks, looked at several times --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/PairedTest.h"

#include "schedules/tuning/measure/Statistics.h"

#include <algorithm>
#include <cmath>

namespace convwright::schedules {

namespace {

/// How many of the smallest pairwise means lie below the interval: the largest c with
/// P(signed-rank sum < c) <= tail for n symmetric values; 0 when even the sum 0 is too likely.
size_t cutOff(size_t n, double tail) {
  // ways[s]: the share of the subsets of {1..n} whose sum is s.
  std::vector<double> ways(n * (n + 1) / 2 + 1);
  ways[0] = 1;
  for (size_t rank = 1; rank <= n; ++rank)
    for (size_t sum = ways.size(); sum-- > 0;)
      ways[sum] = (ways[sum] + (sum >= rank ? ways[sum - rank] : 0)) / 2;
  size_t cut = 0;
  for (double below = ways[0]; below <= tail; below += ways[cut])
    ++cut;
  return cut;
}

RatioEstimate estimate(const std::vector<double> &values, double tail) {
  std::vector<double> means;
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = i; j < values.size(); ++j)
      means.push_back((values[i] + values[j]) / 2);
  std::sort(means.begin(), means.end());
  RatioEstimate result{std::exp(median(means)), 0, HUGE_VAL};
  if (size_t cut = cutOff(values.size(), tail)) {
    result.low = std::exp(means[cut - 1]);
    result.high = std::exp(means[means.size() - cut]);
  }
  return result;
}

} // namespace

PairedTest::PairedTest(double confidence)
    : alpha((1 - confidence) / static_cast<double>(looks().size() + 1)) {}

const std::vector<size_t> &PairedTest::looks() {
  static const std::vector<size_t> sizes{12, 20, 34, 58, 98};
  return sizes;
}

void PairedTest::add(double incumbent, double candidate) {
  logRatios.push_back(std::log(incumbent / candidate));
}

double PairedTest::middle() const { return std::exp(median(logRatios)); }

std::optional<RatioEstimate> PairedTest::look() const {
  if (std::find(looks().begin(), looks().end(), pairs()) == looks().end())
    return std::nullopt;
  return lastLook();
}

RatioEstimate PairedTest::lastLook() const { return estimate(logRatios, alpha / 2); }

} // namespace convwright::schedules
