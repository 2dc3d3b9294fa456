//===- Canary.cpp - a fixed piece of work that tells of the machine --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Canary.h"

#include "schedules/tuning/measure/Burst.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace convwright::measure {

namespace {

constexpr size_t words = (512 << 10) / sizeof(uint64_t);

int64_t walk(std::vector<uint64_t> &memory) {
  auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < words; i += 8)
    memory[i] += i;
  return std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

double canary() {
  constexpr int tries = 5;
  static std::vector<uint64_t> memory(words);
  int64_t burst = INT64_MAX, walked = INT64_MAX;
  for (int i = 0; i < tries; ++i) {
    burst = std::min(burst, cw_burst());
    walked = std::min(walked, walk(memory));
  }
  return static_cast<double>(burst + walked);
}

} // namespace convwright::measure
