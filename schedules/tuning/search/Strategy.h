//===- Strategy.h - which candidates to try next ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGY_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGY_H

#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Space.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace convwright::schedules {

/// A number that a strategy may be told; the table of them yields validation and documentation.
struct StrategyOption {
  const char *name;
  double standard, low, high;
  const char *doc;
};

struct StrategyContext {
  const Space &space;
  const Problem &problem;
  const RecordIndex *records = nullptr; // of other layers and earlier runs; may be null
  uint64_t seed = 1;
  std::map<std::string, double> options; // checked against the table; the rest are standard
};

/// A search strategy: one file in strategies/, one line in Strategies.def.
/// It is told of every outcome, also of plans that it did not propose (the default, earlier runs).
class Strategy {
public:
  virtual ~Strategy() = default;
  /// Up to `count` plans that it has neither proposed nor been told of, normalised; fewer or none
  /// when the space is exhausted.
  virtual std::vector<Plan> propose(size_t count) = 0;
  virtual void observe(const Plan &plan, const Outcome &outcome) = 0;
};

struct StrategyInfo {
  std::string name, summary;
  std::vector<StrategyOption> options;
  std::unique_ptr<Strategy> (*create)(const StrategyContext &);
};

/// Every strategy, in the order of Strategies.def: exhaustive, random, evolutionary, model,
/// transfer.
const std::vector<StrategyInfo> &allStrategies();
/// Errors: unknown strategy (with the nearest name), unknown option, out of range (with the range).
Result<std::unique_ptr<Strategy>> makeStrategy(std::string_view name,
                                               const StrategyContext &context);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_STRATEGY_H
