//===- Plan.h - how a kernel is computed -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_PLAN_H
#define CONVWRIGHT_SCHEDULES_KERNEL_PLAN_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace convwright::schedules {

/// Where a plan comes from, as reports and records spell it.
enum class PlanSource : uint8_t { Default, Model, Record, User };
std::string_view spell(PlanSource source);

/// The decision: an algorithm's name and its integer parameters, named as its README documents
/// them. The same text in MLIR (`#conv.plan<algorithm = direct, tile_x = 14, source = default>`),
/// records, JSON and `--explain`.
struct Plan {
  std::string algorithm;
  std::map<std::string, int64_t> parameters;
  PlanSource source = PlanSource::Default;

  /// The parameter's value; `otherwise` when the plan does not name it.
  int64_t get(const std::string &name, int64_t otherwise) const {
    auto found = parameters.find(name);
    return found == parameters.end() ? otherwise : found->second;
  }
  bool operator==(const Plan &) const = default;
};

/// The same code, wherever the decision came from.
inline bool samePlan(const Plan &a, const Plan &b) {
  return a.algorithm == b.algorithm && a.parameters == b.parameters;
}

/// "algorithm = direct, tile_k = 2, tile_x = 14, source = default".
std::string print(const Plan &plan);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_PLAN_H
