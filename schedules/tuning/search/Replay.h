//===- Replay.h - searches on records alone --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_REPLAY_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_REPLAY_H

#include "schedules/tuning/measure/Measurer.h"
#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Strategy.h"

#include <array>

namespace convwright::schedules {

/// What the records say of one problem under one set of circumstances: each plan once, with its
/// last outcome.
struct RecordedSpace {
  Problem problem;
  std::string name; // the layer's, as its records say
  std::vector<Plan> plans;
  std::vector<Outcome> outcomes;
  double bestMs = 0;

  const Outcome *find(const Plan &plan) const;
};

/// The recorded spaces of all problems that have a timed record, in the order of their first.
std::vector<RecordedSpace> recordedSpaces(const RecordSet &records);

/// Outcomes from records; a plan that is not among them is refused. `space` outlives it.
class ReplayMeasurer final : public Measurer {
public:
  explicit ReplayMeasurer(const RecordedSpace &space) : space(space) {}

  std::string_view name() const override { return "replay"; }
  nlohmann::json hardware() const override;
  bool deterministic() const override { return true; }
  Result<std::vector<Outcome>>
  measure(const Problem &problem, const std::vector<Plan> &candidates,
          const std::optional<Plan> &incumbent,
          const std::function<void(size_t index, const Outcome &)> &finished,
          const std::atomic<bool> *cancelled) override;

private:
  const RecordedSpace &space;
};

struct ReplayOptions {
  std::string strategy = "model";
  std::map<std::string, double> strategyOptions;
  int seeds = 20; // searches, with the seeds 1, 2, ...
  /// Whether the strategy may learn from the other problems' records before it starts.
  bool othersKnown = true;
};

/// Trials until the best recorded speed is reached to 95, 97 and 99 %. A trial is a plan that was
/// measured; the default, which every search measures first, is not counted: 0 says that it was
/// good enough.
struct ReplayResult {
  static constexpr std::array<double, 3> goals = {0.95, 0.97, 0.99};
  std::vector<std::array<int, 3>> trials; // by seed
  std::array<double, 3> mean{}, median{};
  size_t plans = 0;                 // recorded
  double bestMs = 0, defaultMs = 0; // defaultMs: 0 when it was not recorded
};

/// Searches `space` among its recorded plans. Deterministic: no clock is read.
/// Errors: the strategy or its options are unknown; the target is; no recorded plan is legal.
Result<ReplayResult> replay(const RecordedSpace &space, const RecordSet &all,
                            const ReplayOptions &options);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_REPLAY_H
