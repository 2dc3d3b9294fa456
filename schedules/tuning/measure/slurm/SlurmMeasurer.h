//===- SlurmMeasurer.h - candidates measured on a cluster -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_SLURMMEASURER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_SLURMMEASURER_H

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/Measurer.h"
#include "schedules/tuning/measure/Timer.h"

#include <memory>

namespace convwright::schedules {

struct SlurmOptions {
  std::string directory;  // on a file system that this process and all nodes share; must exist
  std::string worker;     // the convwright executable, at the same path on every node
  std::string target;     // what is tuned for: names the nodes' feature when no constraint is given
  std::string constraint; // of timing nodes, as sbatch spells it
  std::string buildConstraint; // of build nodes; empty: any
  std::string partition, account;
  std::vector<std::string> extra; // more arguments of every sbatch
  size_t nodes = 0;               // timing nodes at most; 0: all that fit
  size_t lease = 0;               // problems a task; 0: one round is one task a node
  size_t chunk = 0;               // candidates built between two syncs; 0: as many as buildCores
  size_t buildCores = 4;          // of a build task; at most what the largest node has
  size_t batch = 32;              // candidates of a problem in a round
  int attempts = 3;               // losses of a node that a candidate survives
  double pollSeconds = 5;         // between two looks at the queue, at most
  double patienceSeconds = 600;   // that Slurm's controller may be away
  double stallSeconds = 86400;    // that nothing at all may happen
  int threads = 1;                // of every problem; for hardware()
  BuildOptions build;             // but for its jobs: buildCores
  TimeOptions time;
};

/// Measures on a cluster under Slurm. A round (one call of measureMany) is an array job of build
/// tasks on shared nodes and one of timing tasks, each on a node of its own, that start as their
/// builds end. Results are records in files under options.directory, one for each attempt at a
/// task: a lost node costs the candidate in flight. What a killed run left there is used when the
/// same candidate is asked for again, and its jobs are cancelled.
/// Waits for a node that fits, to learn its hardware.
/// Errors: no Slurm, no node that could ever fit, the folder or the worker cannot be used.
/// Threads: one at a time.
Result<std::unique_ptr<Measurer>> makeSlurmMeasurer(const SlurmOptions &options,
                                                    const std::atomic<bool> *cancelled = nullptr);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_SLURMMEASURER_H
