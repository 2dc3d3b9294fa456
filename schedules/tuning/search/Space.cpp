//===- Space.cpp - all plans of a kernel on a target ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Space.h"

#include "schedules/Schedules.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace convwright::schedules {

namespace {

/// Tries to find a legal plan before giving up; legal ones are at least some in a thousand.
constexpr int mostTries = 200000;
constexpr int mutationTries = 200;
/// A restricted space takes a mutation among so many nearest plans.
constexpr size_t neighbours = 8;
/// Product elements that are drawn to estimate how many are legal.
constexpr int countedSample = 20000;

double productOf(const std::vector<Parameter> &parameters) {
  double product = 1;
  for (const Parameter &parameter : parameters)
    product *= static_cast<double>(parameter.values.size());
  return product;
}

int64_t pick(const std::vector<int64_t> &values, Random &random) {
  return values[std::uniform_int_distribution<size_t>(0, values.size() - 1)(random)];
}

/// The value's place among the parameter's sorted values, from 0 to 1.
double placeOf(const Parameter &parameter, int64_t value) {
  std::vector<int64_t> sorted = parameter.values;
  std::sort(sorted.begin(), sorted.end());
  auto below = std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  return static_cast<double>(below) / static_cast<double>(std::max<size_t>(1, sorted.size() - 1));
}

/// A neighbour along the sorted values, mostly; sometimes any other.
int64_t step(const Parameter &parameter, int64_t value, Random &random) {
  constexpr double leap = 0.25;
  std::vector<int64_t> sorted = parameter.values;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() < 2 || std::uniform_real_distribution<>(0, 1)(random) < leap)
    return pick(sorted, random);
  auto at = std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  bool up = std::uniform_int_distribution<int>(0, 1)(random) != 0;
  auto last = static_cast<std::ptrdiff_t>(sorted.size()) - 1;
  return sorted[static_cast<size_t>(std::clamp<std::ptrdiff_t>(up ? at + 1 : at - 1, 0, last))];
}

} // namespace

struct Space::State {
  Kernel kernel;
  Target target;
  std::vector<Part> parts;
  Plan standard;
  std::optional<std::vector<Plan>> only; // restricted to these, sorted

  const Part *partOf(const Plan &plan) const {
    for (const Part &part : parts)
      if (part.algorithm->name() == plan.algorithm)
        return &part;
    return nullptr;
  }

  /// The normal form of a plan with a value for each parameter; none when it is illegal.
  std::optional<Plan> legal(const Part &part, const Plan &plan) const {
    if (part.algorithm->whyNotPlan(kernel, plan, target))
      return std::nullopt;
    return part.algorithm->normalise(kernel, plan, target);
  }

  /// Of all elements of the product with one normal form, the one whose meaningless parameters have
  /// their defaults.
  static bool represents(const Part &part, const Plan &element, const Plan &normal) {
    return std::all_of(part.parameters.begin(), part.parameters.end(), [&](const Parameter &p) {
      return normal.parameters.contains(p.name) || element.get(p.name, 0) == p.values.front();
    });
  }

  /// The normal form, if this element of the product is the one that stands for it.
  std::optional<Plan> member(const Part &part, const Plan &element) const {
    std::optional<Plan> normal = legal(part, element);
    return normal && represents(part, element, *normal) ? normal : std::nullopt;
  }

  bool visit(const Part &part, size_t depth, Plan &element,
             const std::function<bool(const Plan &)> &visitor) const {
    if (depth == part.parameters.size()) {
      std::optional<Plan> normal = member(part, element);
      return !normal || visitor(*normal);
    }
    const Parameter &parameter = part.parameters[depth];
    for (int64_t value : parameter.values) {
      element.parameters[parameter.name] = value;
      if (!visit(part, depth + 1, element, visitor))
        return false;
    }
    return true;
  }

  /// An element of the product, all equally likely.
  std::pair<const Part *, Plan> draw(Random &random) const {
    std::vector<double> sizes;
    for (const Part &part : parts)
      sizes.push_back(productOf(part.parameters));
    const Part &part =
        parts[std::discrete_distribution<size_t>(sizes.begin(), sizes.end())(random)];
    Plan element;
    element.algorithm = part.algorithm->name();
    for (const Parameter &parameter : part.parameters)
      element.parameters[parameter.name] = pick(parameter.values, random);
    return {&part, element};
  }

  /// Every parameter's value, those that a normal form leaves out at their defaults.
  static Plan complete(const Part &part, const Plan &plan) {
    Plan whole = plan;
    for (const Parameter &parameter : part.parameters)
      whole.parameters.emplace(parameter.name, parameter.values.front());
    return whole;
  }

  double distance(const Plan &a, const Plan &b) const {
    const Part *part = partOf(a);
    if (!part || a.algorithm != b.algorithm)
      return 1e3;
    Plan left = complete(*part, a), right = complete(*part, b);
    double sum = 0;
    for (const Parameter &parameter : part->parameters)
      sum += std::fabs(placeOf(parameter, left.get(parameter.name, 0)) -
                       placeOf(parameter, right.get(parameter.name, 0)));
    return sum;
  }

  /// Of a restricted space's plans one of those nearest to `plan`, but not itself.
  std::optional<Plan> near(const Plan &plan, Random &random) const {
    std::vector<std::pair<double, size_t>> byDistance;
    for (size_t i = 0; i < only->size(); ++i)
      if ((*only)[i].parameters != plan.parameters || (*only)[i].algorithm != plan.algorithm)
        byDistance.emplace_back(distance(plan, (*only)[i]), i);
    if (byDistance.empty())
      return std::nullopt;
    size_t count = std::min(neighbours, byDistance.size());
    std::partial_sort(byDistance.begin(), byDistance.begin() + static_cast<std::ptrdiff_t>(count),
                      byDistance.end());
    size_t chosen = std::uniform_int_distribution<size_t>(0, count - 1)(random);
    return (*only)[byDistance[chosen].second];
  }
};

Space::Space(const Kernel &kernel, const Target &target, const SpaceOptions &options) {
  auto made = std::make_shared<State>();
  made->kernel = kernel;
  made->target = target;
  double cheapest = HUGE_VAL;
  for (const auto &algorithm : allAlgorithms()) {
    bool wanted = options.algorithms.empty() ||
                  std::find(options.algorithms.begin(), options.algorithms.end(),
                            algorithm->name()) != options.algorithms.end();
    if (!wanted || algorithm->whyNot(kernel, target))
      continue;
    Plan plan = algorithm->defaultPlan(kernel, target);
    if (options.tolerance > 0 && algorithm->errorBound(kernel, plan) > options.tolerance)
      continue;
    made->parts.push_back({algorithm.get(), algorithm->space(kernel, target)});
    plan.algorithm = algorithm->name();
    if (double cost = algorithm->cost(kernel, plan, target); cost < cheapest) {
      cheapest = cost;
      made->standard = algorithm->normalise(kernel, plan, target);
    }
  }
  state = std::move(made);
}

const std::vector<Space::Part> &Space::parts() const { return state->parts; }
const Kernel &Space::kernel() const { return state->kernel; }
const Target &Space::target() const { return state->target; }
Plan Space::defaultPlan() const { return state->standard; }

Space Space::restrictedTo(std::vector<Plan> plans) const {
  auto restricted = std::make_shared<State>(*state);
  std::vector<Plan> normal;
  std::set<std::string> seen;
  for (const Plan &plan : plans)
    if (Result<Plan> form = normalise(plan); form && seen.insert(print(*form)).second)
      normal.push_back(*form);
  bool hasDefault = std::any_of(normal.begin(), normal.end(), [&](const Plan &plan) {
    return plan.algorithm == state->standard.algorithm &&
           plan.parameters == state->standard.parameters;
  });
  if (!hasDefault && !normal.empty()) // of another version or other caches: what came first
    restricted->standard = normal.front();
  restricted->only = std::move(normal);
  Space space = *this;
  space.state = std::move(restricted);
  return space;
}

double Space::productSize() const {
  double sum = 0;
  for (const Part &part : state->parts)
    sum += productOf(part.parameters);
  return sum;
}

Space::Count Space::count(double walkable) const {
  double plans = 0;
  if (state->only || productSize() <= walkable) {
    forEach([&](const Plan &) {
      ++plans;
      return true;
    });
    return {plans, true};
  }
  Random random(1);
  for (int i = 0; i < countedSample && !state->parts.empty(); ++i) {
    auto [part, element] = state->draw(random);
    plans += state->member(*part, element).has_value();
  }
  return {plans / countedSample * productSize(), false};
}

void Space::forEach(const std::function<bool(const Plan &)> &visit) const {
  if (state->only) {
    for (const Plan &plan : *state->only)
      if (!visit(plan))
        return;
    return;
  }
  for (const Part &part : state->parts) {
    Plan element;
    element.algorithm = part.algorithm->name();
    if (!state->visit(part, 0, element, visit))
      return;
  }
}

std::optional<Plan> Space::sample(Random &random) const {
  if (state->only) {
    if (state->only->empty())
      return std::nullopt;
    size_t last = state->only->size() - 1;
    return (*state->only)[std::uniform_int_distribution<size_t>(0, last)(random)];
  }
  for (int i = 0; i < mostTries && !state->parts.empty(); ++i) {
    auto [part, element] = state->draw(random);
    if (std::optional<Plan> plan = state->member(*part, element))
      return plan;
  }
  return std::nullopt;
}

std::optional<Plan> Space::mutate(const Plan &plan, Random &random) const {
  if (state->only)
    return state->near(plan, random);
  const Part *part = state->partOf(plan);
  if (!part)
    return std::nullopt;
  Plan whole = State::complete(*part, plan);
  for (int i = 0; i < mutationTries; ++i) {
    Plan changed = whole;
    for (int changes = std::uniform_int_distribution<int>(1, 3)(random); changes > 0; --changes) {
      size_t last = part->parameters.size() - 1;
      const Parameter &parameter =
          part->parameters[std::uniform_int_distribution<size_t>(0, last)(random)];
      changed.parameters[parameter.name] = step(parameter, changed.get(parameter.name, 0), random);
    }
    std::optional<Plan> normal = state->legal(*part, changed);
    if (normal && normal->parameters != plan.parameters)
      return normal;
  }
  return std::nullopt;
}

std::optional<Plan> Space::cross(const Plan &a, const Plan &b, Random &random) const {
  const Part *part = state->partOf(a);
  if (!part || a.algorithm != b.algorithm)
    return std::nullopt;
  Plan left = State::complete(*part, a), right = State::complete(*part, b);
  for (int i = 0; i < mutationTries; ++i) {
    Plan child = left;
    for (auto &[name, value] : child.parameters)
      if (std::uniform_int_distribution<int>(0, 1)(random) != 0)
        value = right.get(name, value);
    if (state->only)
      return state->near(child, random);
    if (std::optional<Plan> normal = state->legal(*part, child))
      return normal;
  }
  return std::nullopt;
}

Result<Plan> Space::normalise(const Plan &plan) const {
  const Part *part = state->partOf(plan);
  if (!part)
    return Error{"algorithm '" + plan.algorithm + "' is not in this space"};
  Result<Plan> valid = validatePlan(state->kernel, state->target, plan);
  if (!valid)
    return valid.error();
  Plan normal = part->algorithm->normalise(state->kernel, *valid, state->target);
  if (state->only && std::none_of(state->only->begin(), state->only->end(), [&](const Plan &p) {
        return p.algorithm == normal.algorithm && p.parameters == normal.parameters;
      }))
    return Error{"the plan is not among those that this space is restricted to"};
  return normal;
}

} // namespace convwright::schedules
