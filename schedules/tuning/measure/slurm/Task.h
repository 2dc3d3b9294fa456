//===- Task.h - what tune-worker does on a node -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_TASK_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_TASK_H

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/slurm/RoundFolder.h"

namespace convwright::schedules::slurm {

/// What a task does with candidates: Builder and Timer, or what a test puts in their place.
struct TaskTools {
  /// Files of `plans` at `stems`.
  std::function<Result<std::vector<Built>>(const Problem &, const std::vector<Plan> &plans,
                                           const std::vector<std::string> &stems)>
      build;
  /// Writes what all candidates of a problem are checked against.
  std::function<std::optional<Error>(const Problem &, const std::string &path)> expect;
  struct Contest {
    const Problem &problem;
    const Plan &plan;
    std::string stem;
    std::optional<std::string> incumbentStem;
    std::string expectedFile;
  };
  std::function<Result<Outcome>(const Contest &)> time;
  nlohmann::json hardware; // of this node
};

/// The build task of a lease: leaves files, and a record of each candidate, as soon as it is known.
/// What earlier attempts at the same task recorded is not done again; a candidate at which so many
/// attempts ended as the round's settings allow is refused. Returns how many were dealt with.
/// Errors: the folder cannot be used; building is impossible here.
Result<size_t> runBuildTask(const RoundFolder &round, size_t lease, const TaskTools &tools);

/// The timing task of a lease, likewise: one candidate after the other.
Result<size_t> runTimingTask(const RoundFolder &round, size_t lease, const TaskTools &tools);

/// What the parts of a task say, attempt by attempt.
struct TaskHistory {
  std::map<std::pair<size_t, size_t>, Record> known; // by item and plan; the first word counts
  int losses = 0; // attempts that ended at the first candidate that is not known
};
/// Records that are not about the lease's plans are passed over.
Result<TaskHistory> readHistory(const RoundFolder &round, const std::string &kind, size_t number,
                                const Lease &lease);

/// The plan with that number of an item; the number after the last is the incumbent's.
const Plan *planOf(const WorkItem &item, size_t plan);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_TASK_H
