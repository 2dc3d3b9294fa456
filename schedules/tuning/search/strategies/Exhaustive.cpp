//===- Exhaustive.cpp - every plan, in the order of the space -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/strategies/Proposals.h"

namespace convwright::schedules {

namespace {

class Exhaustive final : public Strategy {
public:
  explicit Exhaustive(const StrategyContext &context) : space(context.space) {}

  std::vector<Plan> propose(size_t count) override {
    return proposeNew(space, proposals, count, [] { return std::nullopt; });
  }
  void observe(const Plan &plan, const Outcome &) override { proposals.add(plan); }

private:
  const Space &space;
  Proposals proposals;
};

} // namespace

StrategyInfo describeExhaustive() {
  return {"exhaustive",
          "every legal plan, in the order of the space",
          {},
          [](const StrategyContext &context) -> std::unique_ptr<Strategy> {
            return std::make_unique<Exhaustive>(context);
          }};
}

} // namespace convwright::schedules
