//===- CacheSimulator.cpp - two levels of set-associative caches ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/CacheSimulator.h"

#include <algorithm>

namespace convwright::schedules {

Cache::Cache(const CacheGeometry &geometry)
    : sets(static_cast<uint32_t>(
          std::max<int64_t>(1, geometry.bytes / CacheSimulator::lineBytes / geometry.ways))),
      ways(geometry.ways), tags(static_cast<size_t>(sets) * static_cast<size_t>(ways), ~0U) {}

bool Cache::access(uint32_t line) {
  uint32_t *set = &tags[static_cast<size_t>(line % sets) * static_cast<size_t>(ways)];
  int at = 0;
  while (at < ways - 1 && set[at] != line)
    ++at;
  bool hit = set[at] == line;
  std::copy_backward(set, set + at, set + at + 1);
  set[0] = line;
  return hit;
}

bool StreamDetector::follows(uint32_t line) {
  bool found = std::find(recent.begin(), recent.end(), line - 1) != recent.end();
  recent[next++ % recent.size()] = line;
  return found;
}

void CacheSimulator::access(uint32_t line, double weight) {
  total.accesses += weight;
  if (l1.access(line))
    return;
  total.l1 += weight;
  if (l1Streams.follows(line))
    total.l1Sequential += weight;
  if (l2.access(line))
    return;
  total.l2 += weight;
  if (l2Streams.follows(line))
    total.l2Sequential += weight;
}

} // namespace convwright::schedules
