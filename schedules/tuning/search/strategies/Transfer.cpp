//===- Transfer.cpp - plans that were fastest for similar layers -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Neighbours.h"
#include "schedules/tuning/search/strategies/Proposals.h"

#include <algorithm>

namespace convwright::schedules {

StrategyInfo describeModel();

namespace {

/// The nearest layers' fastest plans, adapted; then whatever `model` proposes.
class Transfer final : public Strategy {
public:
  Transfer(const StrategyInfo &info, const StrategyContext &context)
      : model(describeModel().create(context)) {
    NeighbourOptions options;
    options.layers = static_cast<size_t>(optionOf(info, context, "layers"));
    options.plansOfEach = static_cast<size_t>(optionOf(info, context, "plans"));
    if (context.records)
      plans = neighbourPlans(context.space, context.problem, *context.records, options);
  }

  std::vector<Plan> propose(size_t count) override {
    std::vector<Plan> proposed;
    for (; next < plans.size() && proposed.size() < count; ++next)
      if (proposals.add(plans[next]))
        proposed.push_back(plans[next]);
    // The model is told of outcomes only; what waits for one must not come twice.
    while (proposed.size() < count) {
      std::vector<Plan> more = model->propose(count - proposed.size());
      if (more.empty())
        break;
      for (Plan &plan : more)
        if (proposals.add(plan))
          proposed.push_back(std::move(plan));
    }
    return proposed;
  }

  void observe(const Plan &plan, const Outcome &outcome) override {
    proposals.add(plan);
    model->observe(plan, outcome);
  }

private:
  std::unique_ptr<Strategy> model;
  std::vector<Plan> plans; // the most promising first
  size_t next = 0;
  Proposals proposals;
};

} // namespace

StrategyInfo describeTransfer() {
  std::vector<StrategyOption> options = {
      {"layers", 4, 1, 100, "similar layers whose fastest plans are tried first"},
      {"plans", 2, 1, 100, "plans of each of them"}};
  for (const StrategyOption &option : describeModel().options)
    options.push_back(option);
  return {"transfer", "the fastest plans of similar layers in the records first, then as model",
          options, [](const StrategyContext &context) -> std::unique_ptr<Strategy> {
            return std::make_unique<Transfer>(describeTransfer(), context);
          }};
}

} // namespace convwright::schedules
