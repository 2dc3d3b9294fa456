//===- NodeProbe.h - asks a timing node what it is --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODEPROBE_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODEPROBE_H

#include "schedules/tuning/measure/slurm/Cluster.h"
#include "schedules/tuning/measure/slurm/RoundFolder.h"

#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {

/// Runs a task on a timing node, waits for it, and gives the hardware that it found there.
/// Errors: Slurm refuses the job or will never start it; the worker does not run there.
Result<nlohmann::json> askNode(const SlurmOptions &options, const Cluster &cluster,
                               const RoundFolder &round, const std::string &jobName,
                               const std::atomic<bool> *cancelled);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_NODEPROBE_H
