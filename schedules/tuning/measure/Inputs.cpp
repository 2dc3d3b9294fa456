//===- Inputs.cpp - the numbers that candidates are tried on ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Inputs.h"

#include <cstring>

namespace convwright::schedules {

namespace {

/// SplitMix64 of a counter.
uint64_t mixed(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

float unit(uint64_t bits) { return static_cast<float>(bits >> 40) * 0x1p-23F - 1; }
int whole(uint64_t bits) { return static_cast<int>((bits >> 32) % 201) - 100; }

template <typename T, typename Make>
void fill(std::byte *data, int64_t elements, uint64_t stream, Make &&make) {
  for (int64_t i = 0; i < elements; ++i) {
    T value = static_cast<T>(make(mixed(stream + static_cast<uint64_t>(i))));
    std::memcpy(data + static_cast<size_t>(i) * sizeof value, &value, sizeof value);
  }
}

} // namespace

void fillInput(ElementType type, std::byte *data, int64_t elements, uint64_t seed,
               uint64_t operand) {
  uint64_t stream = mixed(seed) ^ mixed(~operand);
  switch (type) {
  case ElementType::F32:
    return fill<float>(data, elements, stream, unit);
  case ElementType::I32:
    return fill<int32_t>(data, elements, stream, whole);
  case ElementType::I8:
    return fill<int8_t>(data, elements, stream, whole);
  case ElementType::U8:
    return fill<uint8_t>(data, elements, stream, [](uint64_t bits) { return bits >> 56; });
  }
}

} // namespace convwright::schedules
