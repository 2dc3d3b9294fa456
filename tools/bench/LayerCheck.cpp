//===- LayerCheck.cpp - a layer's numbers against the reference ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/LayerCheck.h"

#include "tools/bench/ErrorSum.h"
#include "tools/bench/LayerRun.h"
#include "tools/bench/SampledCheck.h"

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

/// About how long the interpreter takes: a multiply-add a nanosecond, and some for each element.
double secondsOf(const LayerProgram &layer, std::span<const int64_t> sizes) {
  constexpr double perMultiplyAdd = 1e-9, perElement = 60e-9;
  double seconds = 0;
  auto elements = [&](const schedules::Dims &dims) {
    double count = 1;
    for (const schedules::Extent &extent : dims)
      count *= static_cast<double>(extent.at(sizes));
    return count;
  };
  for (const compiler::Step &step : layer.steps) {
    for (const schedules::Stage &stage : step.kernel.stages)
      seconds += perMultiplyAdd * elements(stage.outputDims) *
                 static_cast<double>(stage.channelsRead() * stage.taps());
    for (const schedules::Output &output : step.kernel.outputs)
      seconds += perElement * elements(output.dims);
    for (const schedules::Operand &operand : step.kernel.operands)
      seconds += perElement * elements(operand.dims);
  }
  return seconds;
}

/// Over all results.
Check compareResults(const std::vector<std::vector<double>> &expected,
                     const std::vector<HostTensor> &found) {
  Check check;
  ErrorSum error;
  for (size_t i = 0; i < found.size(); ++i)
    for (int64_t j = 0; j < found[i].elementCount(); ++j, ++check.checked)
      error.add(found[i].at(j), expected[i][j]);
  check.relativeError = error.relative();
  check.outputs = check.checked;
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
                const Interpret &interpret, RowResult &result, double seconds) {
  std::vector<int64_t> sizes = sizesToCheck(layer);
  LayerRun run(layer, layers, sizes, threads);
  if (run.run() != CW_OK) {
    result.problem = run.problem();
    return;
  }
  for (const compiler::TensorInfo &info : layer.results)
    if (info.type != ElementType::F32)
      result.allowedError = std::max(result.allowedError, integerRounding);
  double needed = secondsOf(layer, sizes);
  if (needed > seconds) {
    checkInPart(run, layer, sizes, seconds, result);
    if (!result.unchecked.empty())
      result.unchecked += ", and all of the layer takes about " +
                          std::to_string(std::lround(needed)) + " s; --seconds " +
                          std::to_string(std::lround(2 * needed) + 1) + " checks it";
    return;
  }
  auto expected = interpret(layer, run.call().arguments, run.weights());
  if (!expected) {
    result.problem = expected.error().message;
    return;
  }
  judge(result, compareResults(*expected, run.call().results));
}

} // namespace convwright::bench
