//===- Neighbours.cpp - plans of similar layers in the records -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Neighbours.h"

#include "schedules/algorithms/Cost.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace convwright::schedules {

namespace {

/// What a difference that no size tells counts as, in doublings of a size.
constexpr double layoutPenalty = 1, targetPenalty = 2, threadsPenalty = 1;

enum class Kind : uint8_t { None, Depthwise, Pointwise, Spatial };

Kind kindOf(const Kernel &kernel) {
  if (kernel.stages.empty())
    return Kind::None;
  const Stage &conv = kernel.stages.front();
  if (conv.groups > 1 && conv.groups == conv.C)
    return Kind::Depthwise;
  return conv.taps() == 1 ? Kind::Pointwise : Kind::Spatial;
}

std::vector<double> logSizes(const Kernel &kernel) {
  std::vector<int64_t> like = likeSizes(kernel);
  std::vector<double> sizes;
  auto add = [&](int64_t size) { sizes.push_back(std::log2(static_cast<double>(size))); };
  for (const Extent &extent : kernel.outputs.front().dims)
    add(extent.at(like));
  if (kernel.stages.empty())
    return sizes;
  const Stage &conv = kernel.stages.front();
  add(conv.C / conv.groups);
  add(conv.groups);
  for (int64_t WindowAxis::*number :
       {&WindowAxis::taps, &WindowAxis::stride, &WindowAxis::dilation})
    for (const WindowAxis &axis : conv.window)
      add(axis.*number);
  return sizes;
}

/// A parameter's values, the nearest to `value` first, by ratio.
std::vector<int64_t> nearestFirst(const Parameter &parameter, int64_t value) {
  std::vector<int64_t> values = parameter.values;
  auto distance = [&](int64_t other) {
    return std::fabs(std::log2(static_cast<double>(std::max<int64_t>(other, 0)) + 1) -
                     std::log2(static_cast<double>(std::max<int64_t>(value, 0)) + 1));
  };
  std::sort(values.begin(), values.end(), [&](int64_t a, int64_t b) {
    return std::pair(distance(a), a) < std::pair(distance(b), b);
  });
  return values;
}

/// Gives `adapted` the legal value of `parameter` that is nearest to `wanted`'s.
void moveTowards(Plan &adapted, const Plan &wanted, const Parameter &parameter,
                 const Space::Part &part, const Space &space) {
  for (int64_t value : nearestFirst(parameter, wanted.get(parameter.name, 0))) {
    Plan changed = adapted;
    changed.parameters[parameter.name] = value;
    if (part.algorithm->whyNotPlan(space.kernel(), changed, space.target()))
      continue;
    adapted = std::move(changed);
    return;
  }
}

struct Layer {
  double distance = 0;
  std::vector<const Record *> records; // timed, the fastest first
};

std::vector<Layer> nearestLayers(const Problem &problem, const RecordIndex &records, size_t count) {
  std::map<std::string, Layer> byKey;
  std::string own = problemKey(problem.kernel);
  for (const Record &record : records.all().records) {
    if (record.key == own || !record.outcome.timed())
      continue;
    std::optional<double> distance = problemDistance(problem, record.problem);
    if (!distance)
      continue;
    // A problem's records are comparable only under the same circumstances.
    Layer &layer = byKey[record.key + ' ' + record.problem.target + ' ' + record.measure + ' ' +
                         std::to_string(record.problem.threads) + ' ' + record.hardware.dump()];
    layer.distance = *distance;
    layer.records.push_back(&record);
  }
  std::vector<Layer> layers;
  for (auto &[key, layer] : byKey)
    layers.push_back(std::move(layer));
  std::sort(layers.begin(), layers.end(), [](const Layer &a, const Layer &b) {
    return std::pair(a.distance, a.records.front()) < std::pair(b.distance, b.records.front());
  });
  layers.resize(std::min(layers.size(), count));
  for (Layer &layer : layers)
    std::sort(layer.records.begin(), layer.records.end(), [](const Record *a, const Record *b) {
      return std::pair(a->outcome.ms, a) < std::pair(b->outcome.ms, b);
    });
  return layers;
}

bool contains(const std::vector<Plan> &plans, const Plan &plan) {
  return std::any_of(plans.begin(), plans.end(),
                     [&](const Plan &other) { return samePlan(other, plan); });
}

} // namespace

std::optional<double> problemDistance(const Problem &a, const Problem &b) {
  Result<Target> targetA = findTarget(a.target), targetB = findTarget(b.target);
  bool sameMachine = targetA && targetB && targetA->machine == targetB->machine;
  if (!sameMachine || kindOf(a.kernel) != kindOf(b.kernel))
    return std::nullopt;
  std::vector<double> sizesA = logSizes(a.kernel), sizesB = logSizes(b.kernel);
  double distance = 0;
  for (size_t i = 0; i < sizesA.size(); ++i)
    distance += std::fabs(sizesA[i] - sizesB[i]);
  if (a.kernel.outputs.front().layout != b.kernel.outputs.front().layout)
    distance += layoutPenalty;
  return distance + (a.target != b.target ? targetPenalty : 0) +
         (a.threads != b.threads ? threadsPenalty : 0);
}

std::optional<Plan> adaptPlan(const Space &space, const Plan &plan) {
  if (Result<Plan> same = space.normalise(plan))
    return *same;
  for (const Space::Part &part : space.parts()) {
    if (part.algorithm->name() != plan.algorithm)
      continue;
    // From the default, which is legal. Twice: what comes first may have to wait for the rest.
    Plan adapted = part.algorithm->defaultPlan(space.kernel(), space.target());
    adapted.algorithm = plan.algorithm;
    for (int pass = 0; pass < 2; ++pass)
      for (const Parameter &parameter : part.parameters)
        if (plan.parameters.contains(parameter.name))
          moveTowards(adapted, plan, parameter, part, space);
    if (Result<Plan> normal = space.normalise(adapted))
      return *normal;
  }
  return std::nullopt;
}

std::vector<Plan> neighbourPlans(const Space &space, const Problem &problem,
                                 const RecordIndex &records, const NeighbourOptions &options) {
  std::vector<Layer> layers = nearestLayers(problem, records, options.layers);
  std::vector<Plan> plans;
  for (size_t rank = 0; rank < options.plansOfEach; ++rank)
    for (const Layer &layer : layers)
      if (rank < layer.records.size())
        if (std::optional<Plan> plan = adaptPlan(space, layer.records[rank]->plan))
          if (!contains(plans, *plan))
            plans.push_back(*plan);
  return plans;
}

} // namespace convwright::schedules
