//===- Round.h - one round of measuring on the cluster ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUND_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUND_H

#include "schedules/tuning/measure/slurm/Cluster.h"
#include "schedules/tuning/measure/slurm/RoundFolder.h"

#include <set>

namespace convwright::schedules::slurm {

/// The leases of a round, from their first submission to the last outcome. Everything that it is
/// given outlives it.
class Round {
public:
  /// Told of each outcome once: the request, which of its plans, what came of it.
  using Finished = std::function<void(size_t request, size_t plan, const Outcome &)>;

  Round(const SlurmOptions &options, const Cluster &cluster, const RoundFolder &folder,
        const std::string &cpu, std::string jobName, const Finished &finished)
      : options(options), cluster(cluster), folder(folder), cpu(cpu), jobName(std::move(jobName)),
        finished(finished) {}

  /// Returns how many outcomes there were: all, unless cancelled. No job is left behind.
  /// Errors: measuring is impossible; what was told before is final all the same.
  Result<size_t> run(std::vector<Lease> leases, size_t largestIndex,
                     const std::atomic<bool> *cancelled);

private:
  using Clock = std::chrono::steady_clock;
  /// A pair of array jobs.
  struct Pair {
    std::string build, time;
    size_t base = 0;
  };
  struct Place {
    size_t pair = 0, index = 0;
  };

  std::optional<Error> waves(size_t largestIndex, const std::atomic<bool> *cancelled);
  std::optional<Error> submit(size_t largestIndex);
  std::optional<Error> submitPair(size_t base, const std::vector<size_t> &indices);
  std::optional<Error> await(const std::atomic<bool> *cancelled);
  std::optional<Error> look();
  std::optional<Error> judge(const std::map<TaskName, TaskState> &states);
  bool isOver(size_t lease, const std::map<TaskName, TaskState> &states);
  std::optional<Error> collect(size_t lease);
  std::optional<Error> tell(size_t lease, size_t item, size_t plan, const Record &record);
  bool isComplete(size_t lease) const;
  bool isComplete() const;
  void giveUp();
  std::optional<Error> workersComplaint() const;

  const SlurmOptions &options;
  const Cluster &cluster;
  const RoundFolder &folder;
  const std::string &cpu;
  std::string jobName;
  const Finished &finished;

  std::vector<Lease> leases;
  std::vector<std::set<std::pair<size_t, size_t>>> told; // items and plans of each lease
  size_t count = 0;
  int wave = 0;
  // Of the wave under way:
  std::vector<Pair> pairs;
  std::map<size_t, Place> waiting;    // leases whose tasks are not over
  std::map<size_t, std::string> ends; // the last word on each lease's tasks
  std::map<TaskName, TaskState> before;
  std::set<TaskName> hastened;
  Clock::time_point lastChange;
};

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUND_H
