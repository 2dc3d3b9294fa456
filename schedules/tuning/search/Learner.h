//===- Learner.h - what records and outcomes teach about plans -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three guesses of a plan's time, each correcting the one before:
//
//   the analytic model                          no data at all
//   + trees over records of other layers        once, when the search starts
//   + trees over this search's own outcomes     again and again
//
// All are logarithms (base 2) of the time over that of the layer's default plan, so that what fast
// and slow layers teach is alike.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_LEARNER_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_LEARNER_H

#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Features.h"
#include "schedules/tuning/search/Space.h"
#include "schedules/tuning/search/Surrogate.h"

namespace convwright::schedules {

struct LearnerOptions {
  SurrogateOptions prior, own;
  size_t models = 3; // own surrogates that differ by seed: where they disagree little is known
};

/// A plan with what is asked about it again and again.
struct Example {
  Plan plan;
  std::vector<float> features;
  float guess = 0; // analytic model and other layers' records
};

/// Predicts times of one problem's plans. Deterministic. One thread at a time.
class Learner {
public:
  /// `records` may be null; records of the problem itself are left to observe(). `space` outlives
  /// it.
  Learner(const Space &space, const Problem &problem, const RecordIndex *records,
          const LearnerOptions &options);

  /// Plans made ready for predict().
  std::vector<Example> examples(std::vector<Plan> plans) const;
  /// Failures teach that a plan is slow; the static model's guesses teach nothing.
  void observe(const Plan &plan, const Outcome &outcome);
  size_t observed() const { return outcomes.size(); }
  /// Learns from what was observed since. Does nothing while that is too little.
  void learn();

  struct Prediction {
    double mean = 0;   // log2 of the time, comparable within a problem
    double spread = 0; // how far the models disagree
  };
  std::vector<Prediction> predict(const std::vector<Example> &examples) const;
  /// Why the last training did not work; empty when it did. Predictions go on without it.
  const std::string &problem() const { return failure; }

private:
  struct Seen {
    Example example;
    double ms; // 0: failed
  };
  void learnFrom(const RecordIndex &records, const Problem &problem);

  const Space &space;
  LearnerOptions options;
  Features features;
  double standardGuess = 0; // log2, analytic, of the default plan
  std::optional<Surrogate> prior;
  double priorShare = 0; // how far the prior is believed, from 0 to 1
  std::vector<Surrogate> own;
  std::vector<Seen> outcomes;
  std::string failure;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_LEARNER_H
