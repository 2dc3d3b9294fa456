//===- Arithmetic.h - sizes in 64 bits, with overflow seen ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_ARITHMETIC_H
#define CONVWRIGHT_RUNTIME_SRC_ARITHMETIC_H

#include "Elements.h"

#include <cstdint>

namespace convwright::runtime {

/// What workspaces and packed parameters are aligned to, and every part of them.
inline constexpr int64_t alignment = 64;

/// A non-negative size in bytes or elements; once a step overflows it stays overflown.
class Size {
public:
  Size(int64_t value = 0) : value(value), broken(value < 0) {}

  friend Size operator+(Size a, Size b) {
    Size sum;
    sum.broken = __builtin_add_overflow(a.value, b.value, &sum.value) || a.broken || b.broken;
    return sum;
  }
  friend Size operator*(Size a, Size b) {
    Size product;
    product.broken =
        __builtin_mul_overflow(a.value, b.value, &product.value) || a.broken || b.broken;
    return product;
  }
  Size &operator+=(Size other) { return *this = *this + other; }
  Size &operator*=(Size other) { return *this = *this * other; }

  Size alignedUp() const {
    Size padded = *this + Size(alignment - 1);
    padded.value &= ~(alignment - 1);
    return padded;
  }
  static Size larger(Size a, Size b) {
    Size result(a.value > b.value ? a.value : b.value);
    result.broken = a.broken || b.broken;
    return result;
  }

  bool overflows() const { return broken; }
  /// Meaningless when overflows().
  int64_t get() const { return value; }

private:
  int64_t value = 0;
  bool broken = false;
};

/// The extent's value for these symbol values; saturates where 64 bits do not hold it.
inline int64_t evaluate(const cw_extent &extent, const int64_t *sizes) {
  if (extent.symbol < 0)
    return extent.add;
  int64_t numerator;
  if (__builtin_mul_overflow(extent.mul, sizes[extent.symbol], &numerator) ||
      __builtin_add_overflow(numerator, extent.add, &numerator))
    return INT64_MAX;
  if (extent.div == 1) // nearly always, and a division costs as much as a small check
    return numerator;
  int64_t quotient = numerator / extent.div;
  return quotient - (numerator % extent.div < 0 ? 1 : 0);
}

/// Which logical dimension lies at a place in memory, innermost first.
inline int64_t dimensionAt(int64_t rank, int32_t layout, int64_t place) {
  if (layout != CW_CHANNELS_LAST || rank < 3)
    return rank - 1 - place;
  return place == 0 ? 1 : place == rank - 1 ? 0 : rank - place;
}

/// Kernels see tensors of two and three dimensions with ones of extent 1 behind N and C: with four.
inline int64_t seenRank(int64_t rank) { return rank == 2 || rank == 3 ? 4 : rank; }

inline Size elementsOf(int64_t rank, const cw_extent *dims, const int64_t *sizes) {
  Size elements(1);
  for (int64_t d = 0; d < rank; ++d)
    elements *= Size(evaluate(dims[d], sizes));
  return elements;
}

inline Size bytesOf(const cw_tensor &tensor, const int64_t *sizes) {
  return elementsOf(tensor.rank, tensor.dims, sizes) * Size(elementBytes(tensor.type));
}

inline Size bytesOf(const cw_packed &packed) {
  Size bytes(elementBytes(packed.type));
  for (int64_t d = 0; d < packed.rank; ++d)
    bytes *= Size(packed.dims[d]);
  return bytes;
}

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_ARITHMETIC_H
