//===- Extents.cpp - arithmetic of extents ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Extents.h"

#include <cassert>
#include <numeric>

namespace convwright::schedules {

int64_t floorDivide(int64_t numerator, int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

std::optional<int64_t> valueAt(const Extent &extent, int64_t symbol) {
  int64_t product, numerator;
  if (__builtin_mul_overflow(extent.mul, symbol, &product) ||
      __builtin_add_overflow(product, extent.add, &numerator))
    return std::nullopt;
  return floorDivide(numerator, extent.div);
}

Extent normalised(Extent extent) {
  assert(extent.div >= 1 && extent.mul >= 0);
  if (extent.isConstant() || extent.mul == 0)
    return Extent::constant(floorDivide(extent.add, extent.div));
  // floor((g·m·s + a) / (g·d)) = floor((m·s + floor(a / g)) / d).
  int64_t common = std::gcd(extent.mul, extent.div);
  return {extent.symbol, extent.mul / common, floorDivide(extent.add, common), extent.div / common};
}

std::optional<Extent> addThenDivide(const Extent &extent, int64_t add, int64_t div) {
  // floor((floor((m·s + a) / d) + b) / e) = floor((m·s + a + d·b) / (d·e)).
  Extent result = extent;
  int64_t scaled;
  if (__builtin_mul_overflow(extent.div, add, &scaled) ||
      __builtin_add_overflow(extent.add, scaled, &result.add) ||
      __builtin_mul_overflow(extent.div, div, &result.div))
    return std::nullopt;
  return normalised(result);
}

} // namespace convwright::schedules
