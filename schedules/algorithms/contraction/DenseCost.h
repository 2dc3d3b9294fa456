//===- DenseCost.h - what a dense plan costs, by counting ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSECOST_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSECOST_H

#include "schedules/algorithms/contraction/DenseShape.h"

namespace convwright::schedules {

/// Cycles of one core for the whole kernel at the `like` sizes: port pressure of the innermost loop
/// times its trips (partial tiles cost as much as whole ones), plus staging, stores and the stream
/// of weights.
double denseCycles(const DenseShape &shape, const DensePlan &plan, const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSECOST_H
