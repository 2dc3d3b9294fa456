//===- Direct.cpp - any dense or grouped convolution, register-tiled -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//


#include "schedules/Algorithm.h"
#include "schedules/dense/DenseBuild.h"
#include "schedules/dense/DenseCost.h"
#include "schedules/dense/DensePlanner.h"

namespace convwright::schedules {

namespace {

class Direct final : public Algorithm {
public:
  std::string_view name() const override { return "direct"; }
  std::string_view summary() const override {
    return "register tiles of pixels times output channels over a padded copy of the input";
  }
  double errorBound() const override { return 2e-6; }
  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    return whyNotDense(kernel, target);
  }
  Plan defaultPlan(const Kernel &kernel, const Target &target) const override {
    return defaultDensePlan(kernel, target, false);
  }
  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    return nominalMs(denseCycles(DenseShape(kernel), densePlanOf(kernel, plan, target, false), target));
  }
  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override {
    return denseSpace(kernel, target, false);
  }
  std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    return whyNotDensePlan(kernel, densePlanOf(kernel, plan, target, false), target);
  }
  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    return buildDense(kernel, densePlanOf(kernel, plan, target, false), target);
  }
};

} // namespace

std::unique_ptr<Algorithm> createDirect() { return std::make_unique<Direct>(); }

} // namespace convwright::schedules
