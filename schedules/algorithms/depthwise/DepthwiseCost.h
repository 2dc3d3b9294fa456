//===- DepthwiseCost.h - what a depthwise plan costs, by counting ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISECOST_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISECOST_H

#include "schedules/algorithms/depthwise/DepthwisePlan.h"
#include "schedules/targets/Target.h"

namespace convwright::schedules {

/// Registers of a vector of channels.
int64_t registersOf(const DepthwisePlan &plan, const Target &target);

/// Whether the tiles of a row are unrolled, so that their columns in the padding are known when
/// compiling. Two and three are all at an edge or beside one; more are better left to a loop (8 of
/// 7x7: 0.93 of its speed).
bool unrollsTiles(const DepthwiseShape &shape, const DepthwisePlan &plan);

/// Whether the pixels under a tile, C channels from each other, fall on so few sets of L1 that they
/// do not fit there together.
bool evictsItself(const DepthwiseShape &shape, int64_t tileX, const Target &target);

/// Cycles of copying the padded input for each vector of channels.
double stagedVectorCycles(const DepthwiseShape &shape, const DepthwisePlan &plan,
                          const Target &target);

/// Cycles of one core for a plan with channels in its lanes, at the symbols' `like` values: taps
/// that see the image, and cache lines that come from beyond L1. Compares orders of the loops.
double channelLaneCycles(const DepthwiseShape &shape, const DepthwisePlan &plan,
                         const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISECOST_H
