//===- Harvest.h - what a controller that died left behind ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_HARVEST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_HARVEST_H

#include "schedules/tuning/measure/slurm/Cluster.h"
#include "schedules/tuning/measure/slurm/RoundFolder.h"

#include <unordered_map>

namespace convwright::schedules::slurm {

/// The name of the jobs of the round in a folder.
std::string jobNameOf(const std::string &roundPath);
/// A folder for a new round in the shared folder; the same name never comes again.
std::string newRoundPath(const std::string &directory);

/// Outcomes in the folders of rounds whose controller is gone. Their jobs are cancelled.
class Harvest {
public:
  Harvest() = default;
  /// Of `cache`, measured on `cpu`. The folders are this object's from now on.
  static Harvest gather(const SlurmOptions &options, const Cluster &cluster,
                        const std::string &cpu);

  /// The outcome of a candidate, once.
  std::optional<Outcome> take(const Problem &problem, const Plan &plan,
                              const std::optional<Plan> &incumbent);
  size_t size() const { return outcomes.size(); }
  /// What was taken is in the records by now: removes the folders.
  void removeFolders();

private:
  void gatherRound(const RoundFolder &round, const SlurmOptions &options, const std::string &cpu);

  std::unordered_map<std::string, Outcome> outcomes;
  std::vector<std::pair<RoundFolder, Ownership>> folders;
};

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_HARVEST_H
