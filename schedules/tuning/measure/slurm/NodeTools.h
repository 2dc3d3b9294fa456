//===- NodeTools.h - building and timing on a node --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODETOOLS_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODETOOLS_H

#include "schedules/tuning/measure/slurm/Task.h"

namespace convwright::schedules::slurm {

/// What build tasks need: the Builder, in as many processes as the task has CPUs.
TaskTools makeBuildTools(const RoundSettings &settings);

/// What timing tasks need: the Timer, in runner processes, and this node's hardware. Errors: the
/// runner is not there, or does not start.
Result<TaskTools> makeTimingTools(const RoundSettings &settings);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODETOOLS_H
