//===- DensePlanner.h - plans for the register-tiled schedules -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//


#ifndef CONVWRIGHT_SCHEDULES_DENSE_DENSEPLANNER_H
#define CONVWRIGHT_SCHEDULES_DENSE_DENSEPLANNER_H

#include "schedules/Algorithm.h"
#include "schedules/dense/DenseShape.h"

namespace convwright::schedules {

/// Why no dense schedule can compute this kernel on this target; none when one can.
std::optional<std::string> whyNotDense(const Kernel &kernel, const Target &target);

/// The plan's numbers; what it leaves out is the default's.
DensePlan densePlanOf(const Kernel &kernel, const Plan &plan, const Target &target, bool pointwise);
Plan defaultDensePlan(const Kernel &kernel, const Target &target, bool pointwise);
std::optional<std::string> whyNotDensePlan(const Kernel &kernel, const DensePlan &plan,
                                           const Target &target);
std::vector<Parameter> denseSpace(const Kernel &kernel, const Target &target, bool pointwise);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_DENSE_DENSEPLANNER_H
