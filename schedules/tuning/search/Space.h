//===- Space.h - all plans of a kernel on a target -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SPACE_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SPACE_H

#include "schedules/algorithms/Algorithm.h"

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace convwright::schedules {

using Random = std::mt19937_64;

struct SpaceOptions {
  std::vector<std::string> algorithms; // only these; empty: every one that can
  double tolerance = 0;                // relative L2 error accepted; 0: any that is documented
};

/// Every legal plan of every algorithm that can compute a kernel on a target, each once: parameters
/// that mean nothing beside others' values are left out (Algorithm::normalise).
/// Deterministic. Thread-safe when const.
class Space {
public:
  Space(const Kernel &kernel, const Target &target, const SpaceOptions &options = {});

  struct Part {
    const Algorithm *algorithm;
    std::vector<Parameter> parameters; // the default value first
  };
  const std::vector<Part> &parts() const;
  const Kernel &kernel() const;
  const Target &target() const;

  /// Plans before constraints, all parts together.
  double productSize() const;
  struct Count {
    double plans = 0;
    bool exact = true; // false: estimated from a sample, because the product is too large to walk
  };
  /// Legal plans; walks the product if it has at most `walkable` plans.
  Count count(double walkable = 2e6) const;
  /// Every legal plan, in a fixed order; stops when `visit` gives false.
  void forEach(const std::function<bool(const Plan &)> &visit) const;
  /// A legal plan, all equally likely (rejection over the whole product). None: after many tries
  /// nothing legal was found.
  std::optional<Plan> sample(Random &random) const;
  /// A legal plan that differs from `plan` in a few parameters, mostly by a step along their
  /// values.
  std::optional<Plan> mutate(const Plan &plan, Random &random) const;
  /// Each parameter from one of two plans of one algorithm.
  std::optional<Plan> cross(const Plan &a, const Plan &b, Random &random) const;
  /// Complete, without what means nothing: equal candidates compare equal. An error when illegal.
  Result<Plan> normalise(const Plan &plan) const;
  /// The plan that is chosen without a search, in normal form.
  Plan defaultPlan() const;
  /// The same space with these plans only (those that are legal, in normal form): for searches on
  /// records. mutate() and cross() give one of the nearest; where today's default is not among
  /// them, the first stands for it.
  Space restrictedTo(std::vector<Plan> plans) const;

private:
  struct State;
  std::shared_ptr<const State> state;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SPACE_H
