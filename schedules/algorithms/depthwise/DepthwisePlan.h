//===- DepthwisePlan.h - how a depthwise kernel is computed ------*- C++ -*-===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEPLAN_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEPLAN_H

#include "schedules/algorithms/depthwise/DepthwiseShape.h"
#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Plan.h"
#include "schedules/targets/Target.h"

namespace convwright::schedules {

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

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEPLAN_H
