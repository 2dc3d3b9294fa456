//===- Algorithm.h - what every folder of algorithms/ implements -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_ALGORITHM_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_ALGORITHM_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Plan.h"
#include "schedules/targets/Target.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace convwright::schedules {

struct Pipelines; // Pipelines.h: the scheduled Halide pipelines of one kernel

/// A parameter of an algorithm's space: the values that are worth trying here, the default first.
struct Parameter {
  std::string name;
  std::vector<int64_t> values;
  std::string doc;
  /// When not 0: every value from 1 to here is right. Defaults may depend on the caches of the
  /// machine at hand, and a plan that was chosen on one machine must be valid on another.
  int64_t most = 0;

  bool accepts(int64_t value) const {
    return (value >= 1 && value <= most) ||
           std::find(values.begin(), values.end(), value) != values.end();
  }
};

/// One way to compute kernels. Stateless; one instance lives in the registry.
class Algorithm {
public:
  virtual ~Algorithm() = default;

  virtual std::string_view name() const = 0;
  virtual std::string_view summary() const = 0;
  /// Why this kernel cannot be computed this way on this target, with the numbers; none when it
  /// can.
  virtual std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const = 0;
  /// The plan from the target's registers, vector width and caches: unless overridden, the first
  /// value of each parameter of the space. Requires !whyNot().
  virtual Plan defaultPlan(const Kernel &kernel, const Target &target) const;
  /// Estimated milliseconds on one thread at the symbols' `like` sizes.
  virtual double cost(const Kernel &kernel, const Plan &plan, const Target &target) const = 0;
  /// What may vary. Every plan of the space that `whyNotPlan` accepts is right; it may be slow.
  virtual std::vector<Parameter> space(const Kernel &kernel, const Target &target) const = 0;
  /// A constraint between parameters that this plan breaks; none when it is fine, which it always
  /// is unless overridden.
  virtual std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                                const Target &target) const;
  /// The plan with every parameter that counts, and without those that mean nothing beside the
  /// others' values: plans that generate the same code compare equal. Unless overridden, the
  /// default plan with this plan's values in it. Requires !whyNotPlan().
  virtual Plan normalise(const Kernel &kernel, const Plan &plan, const Target &target) const;
  /// Relative L2 error promised for f32; unless overridden, that of plain sums
  /// (kernel/ErrorBound.h).
  virtual double errorBound(const Kernel &kernel, const Plan &plan) const;
  /// Counts up when the code generated from the same plan changes enough to time it again; part of
  /// every record.
  virtual int version() const { return 1; }
  /// Defines and schedules. May throw Halide::Error; compileKernel catches it.
  virtual Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const = 0;
  /// Where build()'s pipelines take dense tensors only: the same work with the same packed weights
  /// on activations and outputs of any strides that denseDims() allows. None otherwise.
  virtual std::optional<Pipelines> buildStrided(const Kernel &kernel, const Plan &plan,
                                                const Target &target) const;
};

/// The registry, in the order of Algorithms.def.
const std::vector<std::unique_ptr<Algorithm>> &allAlgorithms();
const Algorithm *findAlgorithm(std::string_view name);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_ALGORITHM_H
