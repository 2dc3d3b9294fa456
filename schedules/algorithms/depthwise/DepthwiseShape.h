//===- DepthwiseShape.h - a depthwise kernel and its plan as numbers -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H

#include "schedules/Kernel.h"
#include "schedules/Plan.h"
#include "schedules/Target.h"

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
  int64_t convolutions;
  int64_t N, K, C, strideH, strideW;
  int64_t maxR, maxS; // of all convolutions
  int64_t P, Q;       // output rows and columns at the symbols' `like` values
  int64_t W;          // input columns at the same
  /// Taps of a filter's column and of its row that see the image, on average over the outputs.
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

/// A plan's numbers, completed from the target.
struct DepthwisePlan {
  bool pixelLanes; // vectors run along x; otherwise along channels
  int64_t lanes;   // of a vector
  int64_t tileX;   // pixels (channel lanes) or vectors (pixel lanes) of a register tile
  int64_t tileY;   // rows of a register tile
  int64_t rows;    // output rows of a strip
  bool stage;      // copy the padded input, a strip at a time
  /// Each vector of channels walks its whole image, and is a parallel task; otherwise each strip of
  /// rows walks all channels.
  bool channelsOutside;
  /// Each tile passes all vectors of channels before the next tile: channel lanes that are not
  /// staged.
  bool channelsInside;
};

/// Whether two vectors of so many channels fill a cache line.
constexpr bool isHalfALine(int64_t lanes) { return 2 * 4 * lanes == Target::cacheLine; }

/// Channel lanes: whether the input has to be copied, because it is computed or lies otherwise.
bool mustStage(const DepthwiseShape &shape);

/// Registers, lanes and caches of the target decide.
DepthwisePlan defaultDepthwisePlan(const DepthwiseShape &shape, const Kernel &kernel,
                                   const Target &target);
/// As parameters, and back; what `plan` leaves out is the default's.
Plan spellPlan(const DepthwisePlan &plan);
DepthwisePlan readPlan(const Plan &plan, const DepthwiseShape &shape, const Kernel &kernel,
                       const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISESHAPE_H
