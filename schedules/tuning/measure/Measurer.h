//===- Measurer.h - candidates in, outcomes out ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MEASURER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MEASURER_H

#include "schedules/kernel/Plan.h"
#include "schedules/kernel/Problem.h"
#include "schedules/kernel/Result.h"
#include "schedules/tuning/records/Outcome.h"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// Candidates of one problem that are wanted at once.
struct MeasureRequest {
  const Problem *problem = nullptr;
  std::vector<Plan> plans;
  std::optional<Plan> incumbent;
};

/// That a plan is faster whose estimate is better by Measurer::margin().
constexpr double estimateConfidence = 0.95;

/// How a candidate's time is found. One back-end a file: local processes, another machine (ssh), a
/// cluster (slurm), the static model, records alone (replay).
class Measurer {
public:
  virtual ~Measurer() = default;

  /// As records spell it: "local", "ssh", "slurm", "static", "replay".
  virtual std::string_view name() const = 0;
  /// What it times on, for records: {"cpu": model name, "family": .., "model": .., "stepping": ..,
  /// "cores": [..], "l1": ...}.
  virtual nlohmann::json hardware() const = 0;
  /// Whether the same candidate always gets the same time: then the smaller time is the better.
  virtual bool deterministic() const { return false; }
  /// Of a back-end whose times are estimates: what looks faster by this much is faster with a
  /// confidence of `estimateConfidence`. 0: its times are true.
  virtual double margin() const { return 0; }
  /// How many candidates it likes to be given at once.
  virtual size_t batch() const { return 1; }

  /// Builds (in parallel, in child processes), checks and times `candidates`, one outcome each, in
  /// order. `incumbent`: the plan to race against, measured beside each candidate; none for the
  /// first. Whatever a candidate does is a verdict; an Error means that measuring itself is
  /// impossible (no runner, no space on disk, node gone) and the search must stop.
  /// `finished` is called as soon as an outcome is final, in order, so that it can be recorded.
  /// When `cancelled` becomes true it returns soon with the outcomes that are final.
  virtual Result<std::vector<Outcome>>
  measure(const Problem &problem, const std::vector<Plan> &candidates,
          const std::optional<Plan> &incumbent,
          const std::function<void(size_t index, const Outcome &)> &finished,
          const std::atomic<bool> *cancelled) = 0;

  /// How many problems it likes to work on at once; a cluster: as many as there are.
  virtual size_t problemsAtOnce() const { return 1; }
  /// Several problems' candidates; here one problem after the other. `finished` says which request
  /// and which of its plans. Returns how many outcomes are final.
  virtual Result<size_t>
  measureMany(const std::vector<MeasureRequest> &requests,
              const std::function<void(size_t request, size_t plan, const Outcome &)> &finished,
              const std::atomic<bool> *cancelled);
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_MEASURER_H
