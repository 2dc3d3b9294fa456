//===- Commands.h - what is said to Slurm, and what it says -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_COMMANDS_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_COMMANDS_H

#include "schedules/tuning/measure/slurm/SlurmMeasurer.h"

#include <map>

namespace convwright::schedules::slurm {

/// An array job, one task for each lease.
struct ArrayJob {
  std::string name;            // of all jobs of a round
  std::string kind;            // tune-worker's subcommand: "build", "time" or "hardware"
  std::string round;           // the round's folder
  size_t base = 0;             // the task's index plus this is the lease
  std::vector<size_t> indices; // of the array, ascending
  std::string after;           // the job of which the same index must have ended well; may be empty
  std::string comment;         // of this one submission: found by it when the answer was lost
};

/// "0-3,7": ascending numbers in Slurm's spelling.
std::string indexRanges(const std::vector<size_t> &indices);
/// In single quotes, for /bin/sh.
std::string shellQuoted(std::string_view text);

std::vector<std::string> sbatchCommand(const ArrayJob &job, const SlurmOptions &options);
std::vector<std::string> squeueCommand(const std::vector<std::string> &jobs);

/// Where a task stands.
struct TaskState {
  std::string state;  // as Slurm spells it: "PENDING", "RUNNING", "COMPLETED", "NODE_FAIL", ...
  std::string reason; // why it waits
  std::string node;

  bool over() const; // will never run again
};

/// A task: the array job's number and the index.
using TaskName = std::pair<std::string, size_t>;

/// The states in squeueCommand()'s answer; lines that are something else are passed over.
std::map<TaskName, TaskState> parseQueue(std::string_view text);

/// Slurm's controller cannot be reached or is too busy now: to be tried again.
bool isTransient(std::string_view message);
/// A task that waits for this reason was held because a node could not start it.
bool failedToLaunch(std::string_view reason);
/// A task that waits for this reason waits for ever.
bool isHopeless(std::string_view reason);

/// The nodes' feature that stands for a target, when one of `available` does.
std::optional<std::string> featureOf(const std::string &target,
                                     const std::vector<std::string> &available);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_COMMANDS_H
