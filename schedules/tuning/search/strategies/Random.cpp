//===- Random.cpp - plans drawn uniformly -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/strategies/Proposals.h"

namespace convwright::schedules {

namespace {

class Uniform final : public Strategy {
public:
  explicit Uniform(const StrategyContext &context) : space(context.space), random(context.seed) {}

  std::vector<Plan> propose(size_t count) override {
    return proposeNew(space, proposals, count, [&] { return space.sample(random); });
  }
  void observe(const Plan &plan, const Outcome &) override { proposals.add(plan); }

private:
  const Space &space;
  Random random;
  Proposals proposals;
};

} // namespace

StrategyInfo describeRandom() {
  return {"random",
          "legal plans, all equally likely",
          {},
          [](const StrategyContext &context) -> std::unique_ptr<Strategy> {
            return std::make_unique<Uniform>(context);
          }};
}

} // namespace convwright::schedules
