//===- NodeProbe.cpp - asks a timing node what it is ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/NodeProbe.h"

#include <algorithm>

namespace convwright::schedules::slurm {

/// The task's last state. Errors: it will never start.
static Result<TaskState> awaitTask(const SlurmOptions &options, const Cluster &cluster,
                                   const TaskName &task, const std::atomic<bool> *cancelled) {
  double wait = 0.1;
  while (true) {
    pause(wait, cancelled);
    wait = std::min(1.5 * wait, options.pollSeconds);
    if (cancelled && *cancelled)
      return Error{"interrupted while waiting for a node"};
    Result<std::map<TaskName, TaskState>> states = cluster.states({task.first});
    if (!states)
      return states.error();
    auto found = states->find(task);
    if (found == states->end() || found->second.over())
      return found == states->end() ? TaskState{} : found->second;
    if (found->second.state == "PENDING" &&
        (isHopeless(found->second.reason) || failedToLaunch(found->second.reason)))
      return Error{"Slurm will never start a task on a timing node: it says " +
                   found->second.reason};
  }
}

Result<nlohmann::json> askNode(const SlurmOptions &options, const Cluster &cluster,
                               const RoundFolder &round, const std::string &jobName,
                               const std::atomic<bool> *cancelled) {
  Result<std::string> job =
      cluster.submit({jobName, "hardware", round.path(), 0, {0}, "", "hardware"});
  if (!job)
    return job.error();
  Result<TaskState> end = awaitTask(options, cluster, {*job, 0}, cancelled);
  if (!end)
    return end.error();
  Result<nlohmann::json> hardware = round.readHardware();
  if (hardware)
    return hardware;
  std::string printed = round.lastLog("hardware", 0, 0);
  return Error{"the worker '" + options.worker + "' does not work on a timing node (" +
               (end->node.empty() ? "" : end->node + ": ") + end->state + ")" +
               (printed.empty() ? "; is it, and the shared folder, at the same path there?"
                                : "; it printed: " + printed)};
}

} // namespace convwright::schedules::slurm
