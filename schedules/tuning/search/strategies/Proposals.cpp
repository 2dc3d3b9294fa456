//===- Proposals.cpp - what has been proposed or seen ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/strategies/Proposals.h"

namespace convwright::schedules {

namespace {

/// Draws in a row that bring nothing new before the space is walked instead.
constexpr int patience = 300;

} // namespace

std::vector<Plan> proposeNew(const Space &space, Proposals &proposals, size_t count,
                             const std::function<std::optional<Plan>()> &draw) {
  std::vector<Plan> plans;
  for (int failures = 0; plans.size() < count && failures < patience;) {
    std::optional<Plan> plan = draw();
    if (plan && proposals.add(*plan)) {
      plans.push_back(*plan);
      failures = 0;
    } else {
      ++failures;
    }
  }
  if (plans.size() < count)
    space.forEach([&](const Plan &plan) {
      if (proposals.add(plan))
        plans.push_back(plan);
      return plans.size() < count;
    });
  return plans;
}

double optionOf(const StrategyInfo &info, const StrategyContext &context, std::string_view name) {
  if (auto given = context.options.find(std::string(name)); given != context.options.end())
    return given->second;
  for (const StrategyOption &option : info.options)
    if (name == option.name)
      return option.standard;
  return 0;
}

} // namespace convwright::schedules
