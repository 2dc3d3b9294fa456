//===- Proposals.h - what has been proposed or seen --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGIES_PROPOSALS_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGIES_PROPOSALS_H

#include "schedules/tuning/search/Strategy.h"

#include <unordered_set>

namespace convwright::schedules {

/// The plans that a strategy has proposed or been told of: none is proposed twice.
class Proposals {
public:
  /// False when it was there already.
  bool add(const Plan &plan) { return seen.insert(keyOf(plan)).second; }
  bool contains(const Plan &plan) const { return seen.contains(keyOf(plan)); }
  size_t size() const { return seen.size(); }

private:
  static std::string keyOf(const Plan &plan) {
    std::string key = plan.algorithm;
    for (const auto &[name, value] : plan.parameters)
      key += ' ' + name + '=' + std::to_string(value);
    return key;
  }
  std::unordered_set<std::string> seen;
};

/// Fills up to `count` new plans from `draw`. When a draw is seldom new any more, the rest of the
/// space, in its order: so that a small space is exhausted and no search turns in circles.
std::vector<Plan> proposeNew(const Space &space, Proposals &proposals, size_t count,
                             const std::function<std::optional<Plan>()> &draw);

/// The option's value, or its standard.
double optionOf(const StrategyInfo &info, const StrategyContext &context, std::string_view name);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGIES_PROPOSALS_H
