//===- HalideNest.h - a lowered Halide module as a LoopNest ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_HALIDENEST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_HALIDENEST_H

#include "schedules/tuning/measure/static/LoopNest.h"

#include <Halide.h>

namespace convwright::schedules {

/// The loops and memory accesses of one call of `entry`. Bodies of parallel loops, which are
/// functions of their own in the module, stand where the loop is started. `shapes`: the extents of
/// the buffers that `entry` takes, in order, each innermost dimension first.
LoopNest nestOf(const Halide::Module &module, const std::string &entry,
                const std::vector<std::vector<int64_t>> &shapes);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_HALIDENEST_H
