//===- DepthwiseShape.h - a depthwise kernel as numbers ----------*- C++ -*-===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H

#include "schedules/kernel/Kernel.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace convwright::schedules {

/// The weights of one convolution as numbers, [R][S], and its bias, for one-channel filters that
/// are known when compiling.
struct LiteralFilter {
  std::vector<double> taps;
  double bias = 0;
};

/// What decides how a depthwise kernel is computed.
struct DepthwiseShape {
  int64_t stages;
  int64_t N, K, C, strideH, strideW; // N: planes of output of all images
  int64_t maxT, maxR, maxS;          // of all stages
  int64_t reachH, reachW;            // from the first of these taps to behind the last
  int64_t P, Q;                      // output rows and columns at the symbols' `like` values
  int64_t W;                         // input columns at the same
  /// Taps of a filter's column (of all its planes) and of its row that see the image, on average
  /// over the outputs.
  double rowsUsed, columnsUsed;
  int64_t minQ;      // the fewest output columns of any size in range
  bool constantQ;    // Q is known
  Layout in, out;    // of the input operand that has pixels, and of the outputs
  bool plainInput;   // the input is one operand, or its conversion
  bool integerInput; // ... from an integer type: it holds no NaN and no Inf
  /// One literal filter a convolution when all are known, few and of one channel.
  std::vector<LiteralFilter> literals;
  /// The literal sums fit 16-bit integers whatever the input, so that computing them so is exact.
  bool fits16 = false;

  explicit DepthwiseShape(const Kernel &kernel);

  /// Columns of the padded input under a tile of so many output columns.
  int64_t columnsUnder(int64_t tileX) const { return (tileX - 1) * strideW + maxS; }
  /// ... of the image: a filter may be larger than it.
  int64_t imageColumnsUnder(int64_t tileX) const { return std::min(W, columnsUnder(tileX)); }
  int64_t tilesOfRow(int64_t tileX) const { return (Q + tileX - 1) / tileX; }
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H
