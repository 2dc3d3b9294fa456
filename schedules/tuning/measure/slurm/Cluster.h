//===- Cluster.h - Slurm, spoken to with patience ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_CLUSTER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_CLUSTER_H

#include "schedules/tuning/measure/slurm/Commands.h"

namespace convwright::schedules::slurm {

/// Slurm's commands. While its controller is away they are tried again, more and more rarely, for
/// options.patienceSeconds. `options` outlives it.
class Cluster {
public:
  Cluster(const SlurmOptions &options, const std::atomic<bool> *cancelled)
      : options(options), cancelled(cancelled) {}

  /// The job's number. A submission is never doubled, although its answer may have been lost.
  Result<std::string> submit(const ArrayJob &job) const;
  /// What is known of the jobs' tasks; those which ended some minutes ago are forgotten.
  Result<std::map<TaskName, TaskState>> states(const std::vector<std::string> &jobs) const;
  /// Lets a task that was put back with a delay start now.
  void hasten(const TaskName &task) const;
  void cancelTask(const TaskName &task) const;
  /// All of this user's jobs of that name; says nothing when there are none.
  void cancel(const std::string &name) const;

  /// The largest index of an array.
  Result<size_t> largestIndex() const;
  /// Features of the partition's nodes, each once.
  Result<std::vector<std::string>> features() const;
  /// CPUs of the partition's largest node.
  Result<size_t> mostCpus() const;
  /// How many of the partition's nodes have the constraint's features.
  Result<size_t> nodesWith(const std::string &constraint) const;

private:
  Result<std::string> ask(const std::vector<std::string> &command) const;
  Result<std::string> askOnce(const std::vector<std::string> &command) const;
  Result<std::string> describeNodes(const std::string &format) const;

  const SlurmOptions &options;
  const std::atomic<bool> *cancelled;
};

/// Sleeps, but not much longer than until `cancelled`.
void pause(double seconds, const std::atomic<bool> *cancelled);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_CLUSTER_H
