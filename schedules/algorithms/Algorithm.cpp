//===- Algorithm.cpp - what algorithms have in common, and their registry --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"

#include "schedules/kernel/ErrorBound.h"
#include "schedules/lowering/Pipelines.h"

namespace convwright::schedules {

Plan Algorithm::defaultPlan(const Kernel &kernel, const Target &target) const {
  Plan plan;
  plan.algorithm = std::string(name());
  for (const Parameter &parameter : space(kernel, target))
    plan.parameters[parameter.name] = parameter.values.front();
  return plan;
}

std::optional<std::string> Algorithm::whyNotPlan(const Kernel &, const Plan &,
                                                 const Target &) const {
  return std::nullopt;
}

Plan Algorithm::normalise(const Kernel &kernel, const Plan &plan, const Target &target) const {
  Plan normal = defaultPlan(kernel, target);
  for (auto &[name, value] : normal.parameters)
    value = plan.get(name, value);
  return normal;
}

double Algorithm::errorBound(const Kernel &kernel, const Plan &) const {
  return sumErrorBound(kernel);
}

std::optional<Pipelines> Algorithm::buildStrided(const Kernel &, const Plan &,
                                                 const Target &) const {
  return std::nullopt;
}

#define ALGORITHM(Name) std::unique_ptr<Algorithm> create##Name();
#include "schedules/algorithms/Algorithms.def"

const std::vector<std::unique_ptr<Algorithm>> &allAlgorithms() {
  static const std::vector<std::unique_ptr<Algorithm>> registry = [] {
    std::vector<std::unique_ptr<Algorithm>> algorithms;
#define ALGORITHM(Name) algorithms.push_back(create##Name());
#include "schedules/algorithms/Algorithms.def"
    return algorithms;
  }();
  return registry;
}

const Algorithm *findAlgorithm(std::string_view name) {
  for (const auto &algorithm : allAlgorithms())
    if (algorithm->name() == name)
      return algorithm.get();
  return nullptr;
}

} // namespace convwright::schedules
