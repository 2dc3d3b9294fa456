//===- Surrogate.h - a learned model of time, by boosted trees -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SURROGATE_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SURROGATE_H

#include "schedules/kernel/Result.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace convwright::schedules {

/// Rows of features, one after the other, with what is to be predicted of each.
struct TrainingSet {
  size_t columns = 0;
  std::vector<float> features;         // rows() times columns
  std::vector<float> targets, weights; // one a row
  /// What is known of each row before anything is learned; the trees learn the difference.
  std::vector<float> guesses;

  size_t rows() const { return targets.size(); }
  void add(const std::vector<float> &row, double target, double guess, double weight = 1);
};

struct SurrogateOptions {
  int trees = 120, depth = 5;
  double learningRate = 0.1;
  uint64_t seed = 1;
};

/// Gradient-boosted regression trees (XGBoost). The same rows, options and seed give the same
/// predictions. One thread at a time.
class Surrogate {
public:
  /// Errors: no rows, rows of different lengths, or what the library says.
  static Result<Surrogate> train(const TrainingSet &set, const SurrogateOptions &options);
  Surrogate(Surrogate &&) noexcept;
  Surrogate &operator=(Surrogate &&) noexcept;
  ~Surrogate();

  /// One prediction for each row of `features`, from the guesses of the same rows.
  Result<std::vector<float>> predict(const std::vector<float> &features,
                                     const std::vector<float> &guesses) const;

private:
  struct Model;
  explicit Surrogate(std::unique_ptr<Model> model);
  std::unique_ptr<Model> model;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SURROGATE_H
