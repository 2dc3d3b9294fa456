//===- ModelTrust.cpp - whether a search may believe the static model -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/ModelTrust.h"

namespace convwright::schedules {

/// Times that differ by less say nothing against an order: they are of different minutes.
static constexpr double drift = 1.05;

void ModelTrust::countPair(const Timed &slow, const Timed &fast, int times) {
  if (slow.estimatedMs <= factor * fast.estimatedMs)
    return;
  if (slow.ms > fast.ms)
    agreeing += times;
  else if (slow.ms * drift < fast.ms)
    contradicting += times;
}

void ModelTrust::countPairs(const Timed &one, int times) {
  for (const auto &[name, other] : timed) {
    countPair(one, other, times);
    countPair(other, one, times);
  }
}

void ModelTrust::observe(const std::string &plan, double estimatedMs, double ms) {
  if (estimatedMs <= 0 || ms <= 0)
    return;
  if (auto before = timed.extract(plan))
    countPairs(before.mapped(), -1);
  countPairs({estimatedMs, ms}, 1);
  timed[plan] = {estimatedMs, ms};
}

bool ModelTrust::spares(const std::string &plan, double estimatedMs, double incumbentEstimatedMs) {
  bool farBehind =
      factor > 0 && incumbentEstimatedMs > 0 && estimatedMs > factor * incumbentEstimatedMs;
  bool earned = agreeing >= enoughPairs && contradicting == 0;
  if (!farBehind || timed.contains(plan) || !earned)
    return false;
  return ++spared % probeEvery != 0;
}

} // namespace convwright::schedules
