//===- Model.cpp - what a learned model expects to be fast -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Learner.h"
#include "schedules/tuning/search/strategies/Proposals.h"

#include <algorithm>

namespace convwright::schedules {

namespace {

/// Parents of new plans in the pool: the fastest that were timed.
constexpr size_t parents = 8;
/// With fewer outcomes the first proposals are to differ from each other.
constexpr size_t coldOutcomes = 6;
/// Two plans are alike when they have all but so many parameters in common.
constexpr int alikeDifferences = 1;

LearnerOptions learnerOptions(const StrategyInfo &info, const StrategyContext &context) {
  auto number = [&](const char *name) { return static_cast<int>(optionOf(info, context, name)); };
  LearnerOptions options;
  options.prior = {number("trees"), number("depth"), 0.08, context.seed};
  options.own = {number("own_trees"), number("own_depth"), 0.15, context.seed};
  options.models = static_cast<size_t>(number("models"));
  return options;
}

/// Keeps a pool of plans, drawn uniformly and bred from the fastest so far, and proposes those of
/// which the learner expects most.
class Model final : public Strategy {
public:
  Model(const StrategyInfo &info, const StrategyContext &context)
      : space(context.space), random(context.seed),
        learner(context.space, context.problem, context.records, learnerOptions(info, context)),
        poolSize(static_cast<size_t>(optionOf(info, context, "pool"))),
        bred(static_cast<size_t>(optionOf(info, context, "bred"))),
        retrain(static_cast<size_t>(optionOf(info, context, "retrain"))),
        epsilon(optionOf(info, context, "epsilon")),
        curiosity(optionOf(info, context, "curiosity")) {}

  std::vector<Plan> propose(size_t count) override {
    fillPool();
    if (learner.observed() >= learnedFrom + retrain) {
      learner.learn();
      learnedFrom = learner.observed();
    }
    rankPool();
    return proposeNew(space, proposals, count, [&] { return draw(); });
  }

  void observe(const Plan &plan, const Outcome &outcome) override {
    proposals.add(plan);
    learner.observe(plan, outcome);
    if (!outcome.timed())
      return;
    auto slower = std::find_if(fastest.begin(), fastest.end(),
                               [&](const auto &other) { return other.first > outcome.ms; });
    fastest.insert(slower, {outcome.ms, plan});
    if (fastest.size() > parents)
      fastest.pop_back();
  }

private:
  double share() { return std::uniform_real_distribution<>(0, 1)(random); }

  void add(std::vector<Plan> &plans, const std::optional<Plan> &plan) {
    if (plan && !proposals.contains(*plan) && pooled.add(*plan))
      plans.push_back(*plan);
  }

  std::optional<Plan> breed() {
    auto parent = [&]() -> const Plan & {
      return fastest[std::uniform_int_distribution<size_t>(0, fastest.size() - 1)(random)].second;
    };
    const Plan &first = parent();
    if (share() < 0.7)
      return space.mutate(first, random);
    return space.cross(first, parent(), random);
  }

  /// The first call draws the pool; later ones add children and forget what looks slow.
  void fillPool() {
    std::vector<Plan> plans;
    size_t drawn = pool.empty() ? poolSize : bred / 4;
    for (size_t i = 0; i < drawn; ++i)
      add(plans, space.sample(random));
    if (pool.empty())
      for (size_t i = 0; i < bred; ++i)
        add(plans, space.mutate(space.defaultPlan(), random));
    for (size_t i = 0; i < bred && !fastest.empty(); ++i)
      add(plans, breed());
    std::vector<Example> examples = learner.examples(std::move(plans));
    std::move(examples.begin(), examples.end(), std::back_inserter(pool));
  }

  /// Best first, without those that were proposed.
  void rankPool() {
    std::erase_if(pool, [&](const Example &e) { return proposals.contains(e.plan); });
    std::vector<Learner::Prediction> predictions = learner.predict(pool);
    std::vector<std::pair<double, size_t>> order;
    for (size_t i = 0; i < pool.size(); ++i)
      order.emplace_back(predictions[i].mean - curiosity * predictions[i].spread, i);
    std::sort(order.begin(), order.end());
    std::vector<Example> ranked;
    for (const auto &[score, index] : order)
      ranked.push_back(std::move(pool[index]));
    pool = std::move(ranked);
    if (pool.size() > 2 * poolSize) // what is forgotten may be drawn again
      pool.resize(2 * poolSize);
    round.clear();
  }

  static bool alike(const Plan &a, const Plan &b) {
    if (a.algorithm != b.algorithm)
      return false;
    int differences = 0;
    for (const auto &[name, value] : a.parameters)
      differences += b.get(name, value - 1) != value;
    return differences <= alikeDifferences;
  }

  /// Near a plan whose outcome is not known yet, another one teaches little.
  bool repeats(const Plan &plan) const {
    return std::any_of(round.begin(), round.end(),
                       [&](const Plan &other) { return alike(plan, other); }) ||
           (learner.observed() < coldOutcomes &&
            std::any_of(fastest.begin(), fastest.end(),
                        [&](const auto &other) { return alike(plan, other.second); }));
  }

  std::optional<Plan> draw() {
    std::optional<Plan> plan;
    if (share() < epsilon)
      plan = space.sample(random);
    for (bool near : {false, true})
      for (const Example &example : pool)
        if (!plan && !proposals.contains(example.plan) && (near || !repeats(example.plan)))
          plan = example.plan;
    if (plan)
      round.push_back(*plan);
    return plan;
  }

  const Space &space;
  Random random;
  Learner learner;
  size_t poolSize, bred, retrain;
  double epsilon, curiosity;
  Proposals proposals, pooled;
  std::vector<Example> pool;                    // best first
  std::vector<std::pair<double, Plan>> fastest; // the fastest first
  std::vector<Plan> round;                      // proposed since the pool was ranked
  size_t learnedFrom = 0;
};

} // namespace

StrategyInfo describeModel() {
  return {"model",
          "what boosted trees, taught by records and this search's outcomes, expect to be fast",
          {{"pool", 1000, 10, 1e5, "plans that are drawn to choose from"},
           {"bred", 40, 0, 1e4, "plans that are bred from the fastest for each proposal"},
           {"epsilon", 0.1, 0, 1, "share of proposals that are drawn uniformly"},
           {"curiosity", 0.5, 0, 10, "how much disagreement of the models counts as promise"},
           {"trees", 150, 1, 2000, "trees over other layers' records"},
           {"depth", 5, 1, 12, "their depth"},
           {"own_trees", 40, 1, 1000, "trees over this search's outcomes"},
           {"own_depth", 3, 1, 12, "their depth"},
           {"models", 3, 1, 16, "sets of these trees, which differ by their seed"},
           {"retrain", 1, 1, 1000, "outcomes between two trainings"}},
          [](const StrategyContext &context) -> std::unique_ptr<Strategy> {
            return std::make_unique<Model>(describeModel(), context);
          }};
}

} // namespace convwright::schedules
