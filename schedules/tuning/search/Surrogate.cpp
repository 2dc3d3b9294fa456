//===- Surrogate.cpp - a learned model of time, by boosted trees -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Surrogate.h"

#include <cmath>
#include <string>
#include <type_traits>
#include <utility>
#include <xgboost/c_api.h>

namespace convwright::schedules {

namespace {

struct MatrixFree {
  void operator()(DMatrixHandle matrix) const { XGDMatrixFree(matrix); }
};
struct BoosterFree {
  void operator()(BoosterHandle booster) const { XGBoosterFree(booster); }
};
using Matrix = std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, MatrixFree>;
using Booster = std::unique_ptr<std::remove_pointer_t<BoosterHandle>, BoosterFree>;

Error libraryError(const char *what) {
  return {std::string("the surrogate model could not ") + what +
          ": XGBoost says: " + XGBGetLastError()};
}

bool setFloats(const Matrix &matrix, const char *field, const std::vector<float> &values) {
  return values.empty() ||
         XGDMatrixSetFloatInfo(matrix.get(), field, values.data(), values.size()) == 0;
}

Result<Matrix> matrixOf(const std::vector<float> &features, size_t columns,
                        const std::vector<float> &guesses) {
  DMatrixHandle handle = nullptr;
  if (XGDMatrixCreateFromMat(features.data(), features.size() / columns, columns, NAN, &handle) !=
      0)
    return libraryError("take its rows");
  Matrix matrix(handle);
  if (!setFloats(matrix, "base_margin", guesses))
    return libraryError("take its rows");
  return matrix;
}

using Parameters = std::vector<std::pair<const char *, std::string>>;

Parameters parametersOf(const SurrogateOptions &options) {
  return {{"objective", "reg:squarederror"},
          {"tree_method", "hist"},
          {"max_bin", "64"},
          {"nthread", "1"},
          {"verbosity", "0"},
          {"base_score", "0"},
          {"max_depth", std::to_string(options.depth)},
          {"eta", std::to_string(options.learningRate)},
          {"min_child_weight", "2"},
          {"subsample", "0.8"},
          {"colsample_bytree", "0.5"},
          {"seed", std::to_string(options.seed & 0x7fffffff)}};
}

} // namespace

void TrainingSet::add(const std::vector<float> &row, double target, double guess, double weight) {
  columns = row.size();
  features.insert(features.end(), row.begin(), row.end());
  targets.push_back(static_cast<float>(target));
  weights.push_back(static_cast<float>(weight));
  guesses.push_back(static_cast<float>(guess));
}

struct Surrogate::Model {
  Booster booster;
  size_t columns;
};

Surrogate::Surrogate(std::unique_ptr<Model> model) : model(std::move(model)) {}
Surrogate::Surrogate(Surrogate &&) noexcept = default;
Surrogate &Surrogate::operator=(Surrogate &&) noexcept = default;
Surrogate::~Surrogate() = default;

Result<Surrogate> Surrogate::train(const TrainingSet &set, const SurrogateOptions &options) {
  if (set.rows() == 0 || set.features.size() != set.rows() * set.columns)
    return Error{"the surrogate model got " + std::to_string(set.rows()) + " rows and " +
                 std::to_string(set.features.size()) + " values; wanted are at least one row of " +
                 std::to_string(set.columns) + " values each"};
  Result<Matrix> matrix = matrixOf(set.features, set.columns, set.guesses);
  if (!matrix)
    return matrix.error();
  if (!setFloats(*matrix, "label", set.targets) || !setFloats(*matrix, "weight", set.weights))
    return libraryError("take its rows");
  DMatrixHandle rows = matrix->get();
  BoosterHandle handle = nullptr;
  if (XGBoosterCreate(&rows, 1, &handle) != 0)
    return libraryError("be made");
  Booster booster(handle);
  for (const auto &[name, value] : parametersOf(options))
    if (XGBoosterSetParam(handle, name, value.c_str()) != 0)
      return libraryError("take its parameters");
  for (int round = 0; round < options.trees; ++round)
    if (XGBoosterUpdateOneIter(handle, round, rows) != 0)
      return libraryError("learn");
  return Surrogate(std::make_unique<Model>(Model{std::move(booster), set.columns}));
}

Result<std::vector<float>> Surrogate::predict(const std::vector<float> &features,
                                              const std::vector<float> &guesses) const {
  if (features.empty())
    return std::vector<float>{};
  if (features.size() != guesses.size() * model->columns)
    return Error{"the surrogate model was asked about " + std::to_string(features.size()) +
                 " values for " + std::to_string(guesses.size()) + " rows of " +
                 std::to_string(model->columns)};
  Result<Matrix> matrix = matrixOf(features, model->columns, guesses);
  if (!matrix)
    return matrix.error();
  constexpr const char *config = R"({"type": 0, "training": false, "iteration_begin": 0,
                                     "iteration_end": 0, "strict_shape": false})";
  const bst_ulong *shape = nullptr;
  bst_ulong dimensions = 0;
  const float *values = nullptr;
  if (XGBoosterPredictFromDMatrix(model->booster.get(), matrix->get(), config, &shape, &dimensions,
                                  &values) != 0)
    return libraryError("predict");
  return std::vector<float>(values, values + guesses.size());
}

} // namespace convwright::schedules
