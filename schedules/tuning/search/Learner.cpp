//===- Learner.cpp - what records and outcomes teach about plans -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Learner.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace convwright::schedules {

namespace {

/// Records of this many other plans say enough; more make training slow.
constexpr size_t mostPriorRows = 6000;
/// Outcomes before the search's own trees are worth more than the guess they correct.
constexpr size_t leastOutcomes = 4;
/// One layer says little about another: with so many the prior is believed half.
constexpr double layersForHalf = 4;
/// What a failure counts as: so many doublings slower than the slowest that was timed.
constexpr double failurePenalty = 1;
/// The static model's estimates are no measurements.
constexpr double estimateWeight = 0.3;
/// Far behind the best, differences do not matter: that many doublings of it are kept.
constexpr double farBehind = 3;

/// Records of one layer under one set of circumstances: comparable with each other.
std::string groupOf(const Record &record) {
  return record.key + ' ' + record.problem.target + ' ' + std::to_string(record.problem.threads) +
         ' ' + record.measure + ' ' + record.cache + ' ' + spellProcessor(record.hardware);
}

using Groups = std::map<std::string, std::vector<const Record *>>;

Groups otherLayers(const RecordIndex &records, const Problem &problem, Machine machine) {
  Groups groups;
  std::string own = problemKey(problem.kernel);
  for (const Record &record : records.all().records) {
    Result<Target> target = findTarget(record.problem.target);
    if (record.key != own && target && target->machine == machine)
      groups[groupOf(record)].push_back(&record);
  }
  return groups;
}

/// log2 of the default's milliseconds; of the median when the default was not timed.
double standardOf(const std::vector<const Record *> &group) {
  std::vector<double> times;
  for (const Record *record : group) {
    if (record->outcome.timed() && record->role == "default")
      return std::log2(record->outcome.ms);
    if (record->outcome.timed())
      times.push_back(std::log2(record->outcome.ms));
  }
  if (times.empty())
    return 0;
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

void addGroup(TrainingSet &set, const std::vector<const Record *> &group) {
  const Problem &problem = group.front()->problem;
  Result<Target> target = findTarget(problem.target);
  Space space(problem.kernel, *target);
  Features features(problem.kernel, *target);
  double standard = standardOf(group), standardGuess = features.analytic(space.defaultPlan());
  double slowest = 0;
  for (const Record *record : group)
    if (record->outcome.timed())
      slowest = std::max(slowest, std::log2(record->outcome.ms) - standard);
  for (const Record *record : group) {
    Result<Plan> plan = space.normalise(record->plan);
    if (!plan || set.rows() >= mostPriorRows)
      continue;
    const Outcome &outcome = record->outcome;
    if (outcome.guessed())
      continue;
    double time = outcome.timed() ? std::log2(outcome.ms) - standard : slowest + failurePenalty;
    set.add(features.of(*plan), std::min(time, farBehind), features.analytic(*plan) - standardGuess,
            record->measure == "static" ? estimateWeight : 1);
  }
}

} // namespace

Learner::Learner(const Space &space, const Problem &problem, const RecordIndex *records,
                 const LearnerOptions &options)
    : space(space), options(options), features(space.kernel(), space.target()) {
  standardGuess = features.analytic(space.defaultPlan());
  if (records)
    learnFrom(*records, problem);
}

void Learner::learnFrom(const RecordIndex &records, const Problem &problem) {
  TrainingSet set;
  Groups groups = otherLayers(records, problem, space.target().machine);
  for (const auto &[name, group] : groups)
    addGroup(set, group);
  auto layers = static_cast<double>(groups.size());
  priorShare = layers / (layers + layersForHalf);
  if (set.rows() == 0)
    return;
  Result<Surrogate> trained = Surrogate::train(set, options.prior);
  if (trained)
    prior = std::move(*trained);
  else
    failure = trained.error().message;
}

std::vector<Example> Learner::examples(std::vector<Plan> plans) const {
  std::vector<Example> made;
  std::vector<float> rows, guesses;
  for (Plan &plan : plans) {
    Example &example = made.emplace_back();
    example.features = features.of(plan);
    example.guess = static_cast<float>(features.analytic(plan) - standardGuess);
    example.plan = std::move(plan);
    rows.insert(rows.end(), example.features.begin(), example.features.end());
    guesses.push_back(example.guess);
  }
  if (!prior)
    return made;
  if (Result<std::vector<float>> better = prior->predict(rows, guesses))
    for (size_t i = 0; i < made.size(); ++i)
      made[i].guess += static_cast<float>(priorShare * ((*better)[i] - made[i].guess));
  return made;
}

void Learner::observe(const Plan &plan, const Outcome &outcome) {
  if (outcome.guessed())
    return; // the model's opinion is known already
  outcomes.push_back({examples({plan}).front(), outcome.timed() ? outcome.ms : 0});
}

void Learner::learn() {
  if (outcomes.size() < leastOutcomes)
    return;
  double fastest = HUGE_VAL, slowest = -HUGE_VAL;
  for (const Seen &seen : outcomes)
    if (seen.ms > 0) {
      fastest = std::min(fastest, std::log2(seen.ms));
      slowest = std::max(slowest, std::log2(seen.ms));
    }
  if (fastest > slowest)
    return;
  auto timeOf = [&](const Seen &seen) {
    double time = seen.ms > 0 ? std::log2(seen.ms) : slowest + failurePenalty;
    return std::min(time, fastest + farBehind);
  };
  // A guess that is wrong by one factor for all plans is right.
  double offset = 0;
  for (const Seen &seen : outcomes)
    offset += (timeOf(seen) - seen.example.guess) / static_cast<double>(outcomes.size());
  TrainingSet set;
  for (const Seen &seen : outcomes)
    set.add(seen.example.features, timeOf(seen) - offset, seen.example.guess);
  own.clear();
  for (size_t i = 0; i < options.models; ++i) {
    SurrogateOptions varied = options.own;
    varied.seed += 7919 * i;
    Result<Surrogate> trained = Surrogate::train(set, varied);
    if (trained)
      own.push_back(std::move(*trained));
    else
      failure = trained.error().message;
  }
}

std::vector<Learner::Prediction> Learner::predict(const std::vector<Example> &examples) const {
  std::vector<Prediction> predictions(examples.size());
  std::vector<float> rows, guesses;
  for (size_t i = 0; i < examples.size(); ++i) {
    predictions[i].mean = examples[i].guess;
    guesses.push_back(examples[i].guess);
    if (!own.empty())
      rows.insert(rows.end(), examples[i].features.begin(), examples[i].features.end());
  }
  std::vector<std::vector<float>> opinions;
  for (const Surrogate &surrogate : own)
    if (Result<std::vector<float>> opinion = surrogate.predict(rows, guesses))
      opinions.push_back(std::move(*opinion));
  if (opinions.empty())
    return predictions;
  auto count = static_cast<double>(opinions.size());
  for (size_t i = 0; i < examples.size(); ++i) {
    double sum = 0, squares = 0;
    for (const std::vector<float> &opinion : opinions) {
      sum += opinion[i];
      squares += static_cast<double>(opinion[i]) * opinion[i];
    }
    predictions[i].mean = sum / count;
    predictions[i].spread =
        std::sqrt(std::max(0.0, squares / count - predictions[i].mean * predictions[i].mean));
  }
  return predictions;
}

} // namespace convwright::schedules
