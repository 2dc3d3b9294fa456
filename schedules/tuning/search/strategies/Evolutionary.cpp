//===- Evolutionary.cpp - children of the fastest plans -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/strategies/Proposals.h"

#include <algorithm>

namespace convwright::schedules {

namespace {

/// Tournaments among the fastest plans choose parents; children are crossed and mutated. When many
/// children in a row were no improvement, the next are drawn from the whole space again.
class Evolutionary final : public Strategy {
public:
  Evolutionary(const StrategyInfo &info, const StrategyContext &context)
      : space(context.space), random(context.seed), population(number(info, context, "population")),
        tournament(number(info, context, "tournament")),
        crossover(optionOf(info, context, "crossover")), restart(number(info, context, "restart")) {
  }

  std::vector<Plan> propose(size_t count) override {
    return proposeNew(space, proposals, count, [&] { return draw(); });
  }

  void observe(const Plan &plan, const Outcome &outcome) override {
    proposals.add(plan);
    if (!outcome.timed())
      return;
    bool fastest = members.empty() || outcome.ms < members.front().ms;
    stagnation = fastest ? 0 : stagnation + 1;
    Member member{outcome.ms, plan};
    members.insert(std::upper_bound(members.begin(), members.end(), member,
                                    [](const Member &a, const Member &b) { return a.ms < b.ms; }),
                   member);
    if (members.size() > population)
      members.pop_back();
  }

private:
  struct Member {
    double ms;
    Plan plan;
  };

  static size_t number(const StrategyInfo &info, const StrategyContext &context, const char *name) {
    return static_cast<size_t>(optionOf(info, context, name));
  }

  const Plan &parent() {
    size_t best = members.size();
    for (size_t i = 0; i < tournament; ++i)
      best = std::min(best, std::uniform_int_distribution<size_t>(0, members.size() - 1)(random));
    return members[best].plan; // members are sorted: the first is the fastest
  }

  std::optional<Plan> draw() {
    bool settlers = members.size() < std::max<size_t>(2, population / 2);
    if (settlers || (stagnation > restart && stagnation % 2 == 0))
      return space.sample(random);
    const Plan &first = parent();
    if (std::uniform_real_distribution<>(0, 1)(random) >= crossover)
      return space.mutate(first, random);
    std::optional<Plan> child = space.cross(first, parent(), random);
    return child ? space.mutate(*child, random) : space.mutate(first, random);
  }

  const Space &space;
  Random random;
  size_t population, tournament;
  double crossover;
  size_t restart;
  std::vector<Member> members; // the fastest first
  size_t stagnation = 0;       // outcomes since the last improvement
  Proposals proposals;
};

} // namespace

StrategyInfo describeEvolutionary() {
  return {"evolutionary",
          "children of the fastest plans so far, crossed and mutated",
          {{"population", 24, 2, 10000, "plans that may become parents"},
           {"tournament", 3, 1, 100, "plans among which the fastest becomes a parent"},
           {"crossover", 0.4, 0, 1, "share of children with two parents"},
           {"restart", 60, 1, 1e6, "children without an improvement before new plans are drawn"}},
          [](const StrategyContext &context) -> std::unique_ptr<Strategy> {
            return std::make_unique<Evolutionary>(describeEvolutionary(), context);
          }};
}

} // namespace convwright::schedules
