//===- LayerCheck.cpp - a layer's numbers against the reference ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/LayerCheck.h"

#include "tools/bench/LayerRun.h"

#include <algorithm>
#include <cmath>

using convwright::compiler::ExactTensors;
using convwright::compiler::LayerProgram;
using convwright::schedules::ElementType;
using convwright::schedules::HostTensor;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// Symbols are this large at most where the interpreter checks.
constexpr int64_t checkedSize = 96;
/// Integer results may round the other way where f32 and double fall on two sides of a half.
constexpr double integerRounding = 1e-3;

std::vector<int64_t> sizesToCheck(const LayerProgram &layer) {
  std::vector<int64_t> sizes;
  for (const schedules::Symbol &symbol : layer.symbols) {
    int64_t most = std::max(symbol.lo, std::min(symbol.like, checkedSize));
    int64_t size = symbol.lo + (most - symbol.lo) / symbol.step * symbol.step;
    sizes.push_back(size == 0 ? symbol.step : size); // of nothing everything is right
  }
  return sizes;
}

/// L2 norm of the difference over that of the expectation, over all results.
Check compareResults(const std::vector<std::vector<double>> &expected,
                     const std::vector<HostTensor> &found) {
  Check check;
  double error = 0, norm = 0;
  for (size_t i = 0; i < found.size(); ++i)
    for (int64_t j = 0; j < found[i].elementCount(); ++j, ++check.checked) {
      double difference = found[i].at(j) - expected[i][j];
      error += difference * difference;
      norm += expected[i][j] * expected[i][j];
    }
  check.relativeError = norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
  return check;
}

/// Arguments and weights for the interpreter.
ExactTensors exactTensors(const LayerProgram &layer, const std::vector<HostTensor> &arguments,
                          const std::vector<HostTensor> &weights) {
  ExactTensors tensors;
  for (size_t i = 0; i < arguments.size(); ++i)
    tensors[layer.arguments[i].name] = {arguments[i].type(), arguments[i].shape(),
                                        arguments[i].toDoubles()};
  for (size_t i = 0; i < weights.size(); ++i)
    tensors[layer.weights[i].name] = {weights[i].type(), weights[i].shape(),
                                      weights[i].toDoubles()};
  return tensors;
}

} // namespace

Interpret interpretWith(compiler::Driver &driver) {
  return [&driver](
             const LayerProgram &layer, const std::vector<HostTensor> &arguments,
             const std::vector<HostTensor> &weights) -> Result<std::vector<std::vector<double>>> {
    Result<ExactTensors> found =
        driver.runReference(layer.name, exactTensors(layer, arguments, weights));
    if (!found)
      return found.error();
    std::vector<std::vector<double>> results;
    results.reserve(layer.results.size());
    for (const compiler::TensorInfo &info : layer.results)
      results.push_back(found->at(info.name).values);
    return results;
  };
}

void checkLayer(const LayerProgram &layer, const tools::Layers &layers, int threads,
                const Interpret &interpret, RowResult &result) {
  LayerRun run(layer, layers, sizesToCheck(layer), threads);
  if (run.run() != CW_OK) {
    result.problem = run.problem();
    return;
  }
  auto expected = interpret(layer, run.call().arguments, run.weights());
  if (!expected) {
    result.problem = expected.error().message;
    return;
  }
  for (const compiler::TensorInfo &info : layer.results)
    if (info.type != ElementType::F32)
      result.allowedError = std::max(result.allowedError, integerRounding);
  judge(result, compareResults(*expected, run.call().results));
}

} // namespace convwright::bench
