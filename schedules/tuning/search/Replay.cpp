//===- Replay.cpp - searches on records alone ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Replay.h"

#include <algorithm>
#include <numeric>

namespace convwright::schedules {

namespace {

std::string groupOf(const Record &record) {
  return record.key + ' ' + record.problem.target + ' ' + std::to_string(record.problem.threads) +
         ' ' + record.measure + ' ' + record.cache + ' ' + record.hardware.dump();
}

void add(RecordedSpace &space, const Record &record) {
  for (size_t i = 0; i < space.plans.size(); ++i)
    if (samePlan(space.plans[i], record.plan)) {
      space.outcomes[i] = record.outcome;
      return;
    }
  space.plans.push_back(record.plan);
  space.outcomes.push_back(record.outcome);
}

/// The problem's own records are what is to be found out.
RecordSet withoutProblem(const RecordSet &all, const Problem &problem) {
  std::string key = convolutionKey(problem.kernel);
  RecordSet others;
  for (const Record &record : all.records)
    if (convolutionKey(record.problem.kernel) != key)
      others.records.push_back(record);
  return others;
}

/// Records of a time when algorithms had fewer parameters, or a plan spelled in another way, stand
/// for the plans that they are now; those that are illegal now are left out.
RecordedSpace inNormalForm(const RecordedSpace &recorded, const Space &space) {
  RecordedSpace normal{recorded.problem, recorded.name, {}, {}, 0};
  for (size_t i = 0; i < recorded.plans.size(); ++i) {
    Result<Plan> plan = space.normalise(recorded.plans[i]);
    const Outcome &outcome = recorded.outcomes[i];
    if (!plan || normal.find(*plan))
      continue;
    normal.plans.push_back(*plan);
    normal.outcomes.push_back(outcome);
    if (outcome.timed() && (normal.bestMs == 0 || outcome.ms < normal.bestMs))
      normal.bestMs = outcome.ms;
  }
  return normal;
}

/// One search: trials until each goal.
class Run {
public:
  Run(const RecordedSpace &recorded, const Space &space, Strategy &strategy)
      : measurer(recorded), recorded(recorded), space(space), strategy(strategy) {}

  std::array<int, 3> trials() {
    reached.fill(-1);
    Plan standard = space.defaultPlan();
    if (recorded.find(standard))
      take(standard);
    while (reached.back() < 0) {
      std::vector<Plan> plans = strategy.propose(1);
      if (plans.empty())
        break;
      ++tried;
      take(plans.front());
    }
    for (int &goal : reached) // the strategy gave up: all that it tried was not enough
      goal = goal < 0 ? tried : goal;
    return reached;
  }

private:
  void take(const Plan &plan) {
    Result<std::vector<Outcome>> outcomes = measurer.measure(
        recorded.problem, {plan}, std::nullopt, [](size_t, const Outcome &) {}, nullptr);
    const Outcome &outcome = outcomes->front(); // reading records cannot fail
    strategy.observe(plan, outcome);
    for (size_t i = 0; i < reached.size(); ++i)
      if (reached[i] < 0 && outcome.timed() &&
          recorded.bestMs / outcome.ms >= ReplayResult::goals[i])
        reached[i] = tried;
  }

  ReplayMeasurer measurer;
  const RecordedSpace &recorded;
  const Space &space;
  Strategy &strategy;
  int tried = 0;
  std::array<int, 3> reached{};
};

void summarise(ReplayResult &result) {
  for (size_t goal = 0; goal < result.mean.size(); ++goal) {
    std::vector<int> counts;
    for (const std::array<int, 3> &trials : result.trials)
      counts.push_back(trials[goal]);
    std::sort(counts.begin(), counts.end());
    auto count = static_cast<double>(counts.size());
    result.mean[goal] = std::accumulate(counts.begin(), counts.end(), 0.0) / count;
    size_t middle = counts.size() / 2;
    result.median[goal] =
        counts.size() % 2 ? counts[middle] : (counts[middle - 1] + counts[middle]) / 2.0;
  }
}

} // namespace

const Outcome *RecordedSpace::find(const Plan &plan) const {
  for (size_t i = 0; i < plans.size(); ++i)
    if (samePlan(plans[i], plan))
      return &outcomes[i];
  return nullptr;
}

std::vector<RecordedSpace> recordedSpaces(const RecordSet &records) {
  std::vector<RecordedSpace> spaces;
  std::map<std::string, size_t> places;
  for (const Record &record : records.records) {
    auto [place, isNew] = places.emplace(groupOf(record), spaces.size());
    if (isNew)
      spaces.push_back({record.problem, record.name, {}, {}, 0});
    add(spaces[place->second], record);
  }
  for (RecordedSpace &space : spaces)
    for (const Outcome &outcome : space.outcomes)
      if (outcome.timed() && (space.bestMs == 0 || outcome.ms < space.bestMs))
        space.bestMs = outcome.ms;
  std::erase_if(spaces, [](const RecordedSpace &space) { return space.bestMs == 0; });
  return spaces;
}

nlohmann::json ReplayMeasurer::hardware() const { return {{"cpu", "records"}}; }

Result<std::vector<Outcome>>
ReplayMeasurer::measure(const Problem &, const std::vector<Plan> &candidates,
                        const std::optional<Plan> &incumbent,
                        const std::function<void(size_t index, const Outcome &)> &finished,
                        const std::atomic<bool> *cancelled) {
  const Outcome *against = incumbent ? space.find(*incumbent) : nullptr;
  std::vector<Outcome> outcomes;
  for (const Plan &plan : candidates) {
    if (cancelled && *cancelled)
      break;
    const Outcome *found = space.find(plan);
    Outcome outcome = found ? *found : Outcome{};
    if (!found)
      outcome.reason = "no record of this plan";
    bool raced = against && against->timed() && outcome.timed();
    outcome.ratio = outcome.ratioLow = outcome.ratioHigh = raced ? against->ms / outcome.ms : 0;
    outcome.confidence = raced ? 1 : 0;
    outcome.better = raced && outcome.ratio > 1;
    outcomes.push_back(std::move(outcome));
    finished(outcomes.size() - 1, outcomes.back());
  }
  return outcomes;
}

Result<ReplayResult> replay(const RecordedSpace &given, const RecordSet &all,
                            const ReplayOptions &options) {
  Result<Target> target = findTarget(given.problem.target);
  if (!target)
    return target.error();
  Space whole(given.problem.kernel, *target);
  RecordedSpace recorded = inNormalForm(given, whole);
  Space space = whole.restrictedTo(recorded.plans);
  if (recorded.bestMs == 0)
    return Error{"no recorded plan of '" + recorded.name + "' is legal on " + target->name};
  std::optional<RecordIndex> others;
  if (options.othersKnown)
    others.emplace(withoutProblem(all, recorded.problem));
  ReplayResult result;
  result.plans = recorded.plans.size();
  result.bestMs = recorded.bestMs;
  if (const Outcome *standard = recorded.find(space.defaultPlan()))
    result.defaultMs = standard->ms;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    StrategyContext context{space, recorded.problem, others ? &*others : nullptr,
                            static_cast<uint64_t>(seed), options.strategyOptions};
    Result<std::unique_ptr<Strategy>> strategy = makeStrategy(options.strategy, context);
    if (!strategy)
      return strategy.error();
    result.trials.push_back(Run(recorded, space, **strategy).trials());
  }
  summarise(result);
  return result;
}

} // namespace convwright::schedules
