//===- MemoryTrace.h - a loop nest's accesses, through simulated caches ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MEMORYTRACE_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MEMORYTRACE_H

#include "schedules/tuning/measure/static/CacheSimulator.h"
#include "schedules/tuning/measure/static/LoopNest.h"

namespace convwright::schedules {

/// Accesses interpreted, at most about this many: some milliseconds.
constexpr double traceBudget = 700'000;

/// Misses of one call, caches warm from the call before. A nest with more than `budget` accesses is
/// sampled: loops run some iterations to warm up and some that stand for the rest. `trips` is
/// tripCounts(nest).
MissCounts simulateMisses(const LoopNest &nest, const std::vector<double> &trips,
                          const CacheGeometry &l1, const CacheGeometry &l2,
                          double budget = traceBudget);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MEMORYTRACE_H
