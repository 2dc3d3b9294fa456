//===- Neighbours.h - plans of similar layers in the records ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_NEIGHBOURS_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_NEIGHBOURS_H

#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Space.h"

namespace convwright::schedules {

struct NeighbourOptions {
  size_t layers = 4, plansOfEach = 2;
};

/// How different two problems are for a schedule: distances of the logarithms (base 2) of their
/// convolutions' sizes, and a penalty for each thing that changes the loops (layouts, threads,
/// target). None when plans cannot carry over: the machines differ in kind, or only one is
/// depthwise, 1x1 or without convolution.
std::optional<double> problemDistance(const Problem &a, const Problem &b);

/// The fastest plans of the nearest other problems in the records, adapted to this space: the
/// parameters that are illegal here take the nearest values that are not. The nearest layer's first
/// plans come first; none twice.
std::vector<Plan> neighbourPlans(const Space &space, const Problem &problem,
                                 const RecordIndex &records, const NeighbourOptions &options);

/// `plan` in normal form, or one that differs from it as little as possible; none when no legal
/// plan was found near it.
std::optional<Plan> adaptPlan(const Space &space, const Plan &plan);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_NEIGHBOURS_H
