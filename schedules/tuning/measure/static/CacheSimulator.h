//===- CacheSimulator.h - two levels of set-associative caches ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CACHESIMULATOR_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CACHESIMULATOR_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace convwright::schedules {

struct CacheGeometry {
  int64_t bytes = 32 << 10;
  int ways = 8;
};

/// A set-associative cache that throws out what was used longest ago.
class Cache {
public:
  explicit Cache(const CacheGeometry &geometry);
  /// Whether the line was there; it is now.
  bool access(uint32_t line);

private:
  uint32_t sets;
  int ways;
  std::vector<uint32_t> tags; // of each set, the last used first
};

/// Misses of which the line before missed a short while ago: a stream, for a prefetcher.
class StreamDetector {
public:
  bool follows(uint32_t line);

private:
  std::array<uint32_t, 16> recent{};
  size_t next = 0;
};

struct MissCounts {
  double accesses = 0, l1 = 0, l1Sequential = 0, l2 = 0, l2Sequential = 0;
};

class CacheSimulator {
public:
  static constexpr int64_t lineBytes = 64;

  CacheSimulator(const CacheGeometry &l1, const CacheGeometry &l2) : l1(l1), l2(l2) {}
  /// `weight`: how many accesses this one stands for.
  void access(uint32_t line, double weight);
  const MissCounts &counts() const { return total; }
  void resetCounts() { total = {}; }

private:
  Cache l1, l2;
  StreamDetector l1Streams, l2Streams;
  MissCounts total;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CACHESIMULATOR_H
