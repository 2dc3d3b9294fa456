//===- Schedules.cpp - the registry, choice and validation of plans --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/Schedules.h"

#include "schedules/algorithms/Algorithm.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <optional>

namespace convwright::schedules {

std::vector<std::string> algorithmNames() {
  std::vector<std::string> names;
  for (const auto &algorithm : allAlgorithms())
    names.emplace_back(algorithm->name());
  return names;
}

std::string algorithmSummary(std::string_view name) {
  const Algorithm *algorithm = findAlgorithm(name);
  return algorithm ? std::string(algorithm->summary()) : std::string();
}

double errorBound(const Kernel &kernel, const Plan &plan) {
  const Algorithm *algorithm = findAlgorithm(plan.algorithm);
  return algorithm ? algorithm->errorBound(kernel, plan) : 0;
}

namespace {

std::string formatted(const char *format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

template <typename T> std::string listed(const std::vector<T> &items) {
  std::string text;
  for (const T &item : items) {
    if (!text.empty())
      text += ", ";
    if constexpr (std::is_same_v<T, std::string>)
      text += item;
    else
      text += std::to_string(item);
  }
  return text;
}

Error unknownAlgorithm(std::string_view name) {
  return {"unknown algorithm '" + std::string(name) +
          "'; known algorithms: " + listed(algorithmNames())};
}

/// What is wrong with one requested parameter; none when its value is one of the space's.
std::optional<std::string> checkParameter(const Algorithm &algorithm,
                                          const std::vector<Parameter> &space,
                                          const std::string &name, int64_t value) {
  std::vector<std::string> names;
  for (const Parameter &parameter : space) {
    if (parameter.name != name) {
      names.push_back(parameter.name);
      continue;
    }
    if (parameter.accepts(value))
      return std::nullopt;
    return "algorithm '" + std::string(algorithm.name()) + "' cannot take " + name + " = " +
           std::to_string(value) + " here; allowed: " +
           (parameter.most > 0 ? "1 to " + std::to_string(parameter.most)
                               : listed(parameter.values));
  }
  return "algorithm '" + std::string(algorithm.name()) + "' has no parameter '" + name +
         "'; its parameters are: " + listed(names);
}

std::optional<std::string> checkPlan(const Algorithm &algorithm, const Kernel &kernel,
                                     const Plan &plan, const Target &target) {
  std::vector<Parameter> space = algorithm.space(kernel, target);
  for (const auto &[name, value] : plan.parameters)
    if (auto wrong = checkParameter(algorithm, space, name, value))
      return wrong;
  return algorithm.whyNotPlan(kernel, plan, target);
}

/// The default plan, with what the user fixed.
Result<Plan> planFor(const Algorithm &algorithm, const Kernel &kernel, const Target &target,
                     const PlanRequest &request) {
  Plan plan = algorithm.defaultPlan(kernel, target);
  plan.algorithm = algorithm.name();
  if (request.parameters.empty())
    return plan;
  plan.source = PlanSource::User;
  for (const auto &[name, value] : request.parameters)
    plan.parameters[name] = value;
  if (auto wrong = checkPlan(algorithm, kernel, plan, target))
    return Error{*wrong};
  return plan;
}

Consideration consider(const Algorithm &algorithm, const Kernel &kernel, const Target &target,
                       const PlanRequest &request) {
  Consideration thought;
  thought.algorithm = algorithm.name();
  if (auto reason = algorithm.whyNot(kernel, target)) {
    thought.whyNot = *reason;
    return thought;
  }
  Result<Plan> plan = planFor(algorithm, kernel, target, request);
  if (!plan) {
    thought.whyNot = plan.error().message;
    return thought;
  }
  double bound = algorithm.errorBound(kernel, *plan);
  if (request.tolerance > 0 && bound > request.tolerance) {
    thought.whyNot = "promises a relative error of " + formatted("%.1e", bound) +
                     ", more than the tolerance of " + formatted("%.1e", request.tolerance);
    return thought;
  }
  thought.legal = true;
  thought.plan = *plan;
  thought.estimatedMs = algorithm.cost(kernel, *plan, target);
  return thought;
}

/// "direct: …; loops: …".
std::string reasons(const std::vector<Consideration> &considered) {
  std::string text;
  for (const Consideration &thought : considered)
    text += (text.empty() ? "" : "; ") + thought.algorithm + ": " + thought.whyNot;
  return text;
}

void explainSlower(std::vector<Consideration> &considered, const Consideration &chosen) {
  for (Consideration &other : considered)
    if (other.legal && !other.chosen)
      other.whyNot = "estimated " + formatted("%.3g", other.estimatedMs) + " ms, " +
                     chosen.algorithm + " " + formatted("%.3g", chosen.estimatedMs) + " ms";
}

} // namespace

Result<Choice> choosePlan(const Kernel &kernel, const Target &target, const PlanRequest &request) {
  if (!request.algorithm.empty() && !findAlgorithm(request.algorithm))
    return unknownAlgorithm(request.algorithm);
  if (request.algorithm.empty() && !request.parameters.empty())
    return Error{"the parameter '" + request.parameters.begin()->first +
                 "' means nothing without an algorithm; name one of: " + listed(algorithmNames())};
  Choice choice;
  for (const auto &algorithm : allAlgorithms()) {
    PlanRequest own = request;
    if (algorithm->name() != request.algorithm)
      own.parameters.clear();
    choice.considered.push_back(consider(*algorithm, kernel, target, own));
  }
  Consideration *best = nullptr;
  for (Consideration &thought : choice.considered) {
    if (!request.algorithm.empty() && thought.algorithm != request.algorithm) {
      continue;
    } else if (!request.algorithm.empty() && !thought.legal) {
      return Error{"algorithm '" + thought.algorithm + "' cannot compute '" + kernel.name +
                   "' on " + target.name + ": " + thought.whyNot};
    }
    if (thought.legal && (!best || thought.estimatedMs < best->estimatedMs))
      best = &thought;
  }
  if (!best && request.tolerance > 0)
    return Error{"no algorithm computes '" + kernel.name + "' on " + target.name +
                 " within the tolerance of " + formatted("%.1e", request.tolerance)};
  if (!best)
    return Error{"no algorithm computes '" + kernel.name + "' on " + target.name + ": " +
                 reasons(choice.considered)};
  best->chosen = true;
  explainSlower(choice.considered, *best);
  choice.plan = best->plan;
  if (!request.algorithm.empty())
    choice.plan.source = best->plan.source = PlanSource::User;
  return choice;
}

Result<Plan> validatePlan(const Kernel &kernel, const Target &target, const Plan &plan) {
  const Algorithm *algorithm = findAlgorithm(plan.algorithm);
  if (!algorithm)
    return unknownAlgorithm(plan.algorithm);
  if (auto reason = algorithm->whyNot(kernel, target))
    return Error{"algorithm '" + plan.algorithm + "' cannot compute '" + kernel.name + "' on " +
                 target.name + ": " + *reason};
  if (auto wrong = checkPlan(*algorithm, kernel, plan, target))
    return Error{*wrong};
  return plan;
}

} // namespace convwright::schedules
