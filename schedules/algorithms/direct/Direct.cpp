//===- Direct.cpp - any dense or grouped convolution, register-tiled -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/contraction/DenseBuild.h"
#include "schedules/algorithms/contraction/DensePlanner.h"
#include "schedules/algorithms/gpu/GpuPlanner.h"

namespace convwright::schedules {

namespace {

class Direct final : public Algorithm {
public:
  std::string_view name() const override { return "direct"; }
  std::string_view summary() const override {
    return "register tiles of pixels times output channels over a padded copy of the input";
  }
  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (!target.isGpu())
      return whyNotDense(kernel, target);
    if (kernel.stages.empty())
      return "the kernel has no convolution";
    return std::nullopt;
  }
  Plan defaultPlan(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return GpuPlanner::asPlan(onGpu(kernel, target).fastest(), "direct");
    DensePlanner plans = planner(kernel, target);
    return plans.normalised(plans.fastest(), "direct");
  }
  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).milliseconds(onGpu(kernel, target).complete(plan));
    DensePlanner plans = planner(kernel, target);
    return plans.milliseconds(plans.complete(plan));
  }
  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).space();
    return planner(kernel, target).space();
  }
  std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).whyNot(onGpu(kernel, target).complete(plan));
    DensePlanner plans = planner(kernel, target);
    return plans.whyNot(plans.complete(plan));
  }
  Plan normalise(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return GpuPlanner::asPlan(onGpu(kernel, target).complete(plan), "direct");
    DensePlanner plans = planner(kernel, target);
    return plans.normalised(plans.complete(plan), "direct");
  }
  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).build(onGpu(kernel, target).complete(plan));
    return buildDense(kernel, planner(kernel, target).complete(plan), target);
  }

private:
  static GpuPlanner onGpu(const Kernel &kernel, const Target &target) {
    return GpuPlanner(kernel, target, GpuReuse::Mixed);
  }
  static DensePlanner planner(const Kernel &kernel, const Target &target) {
    return DensePlanner(kernel, target, DenseInput::Padded);
  }
};

} // namespace

std::unique_ptr<Algorithm> createDirect() { return std::make_unique<Direct>(); }

} // namespace convwright::schedules
