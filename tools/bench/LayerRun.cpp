//===- LayerRun.cpp - a layer with its tensors, ready to be checked and timed ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/LayerRun.h"

#include "convwright/convwright.h"
#include "schedules/kernel/ErrorBound.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using convwright::compiler::LayerProgram;
using convwright::schedules::HostTensor;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

std::vector<HostTensor> makeTensors(const std::vector<compiler::TensorInfo> &infos,
                                    std::span<const int64_t> sizes, uint64_t seed) {
  std::vector<HostTensor> tensors;
  for (const compiler::TensorInfo &info : infos) {
    tensors.push_back(tools::makeTensor(info, sizes));
    fillRandom(tensors.back(), seed++);
  }
  return tensors;
}

/// What the layer's algorithms promise together: the errors of kernels that follow each other add
/// up. Those of computed offsets are errors of places, as large as the offsets are: sums of n
/// random numbers come to their square root.
double allowedError(const LayerProgram &layer) {
  double bound = 0, longest = 1;
  for (const compiler::Step &step : layer.steps) {
    const std::vector<schedules::Stage> &stages = step.kernel.stages;
    if (std::any_of(stages.begin(), stages.end(),
                    [](const schedules::Stage &stage) { return stage.displacement.has_value(); }))
      bound *= std::sqrt(longest);
    bound += schedules::errorBound(step.kernel, step.choice.plan);
    longest = std::max(longest, static_cast<double>(schedules::longestSum(step.kernel)));
  }
  return bound;
}

void describePlans(const LayerProgram &layer, RowResult &result) {
  const char *separator = "";
  for (const compiler::Step &step : layer.steps) {
    const schedules::Plan &plan = step.choice.plan;
    result.algorithm += separator + plan.algorithm;
    result.source += std::string(separator) + std::string(schedules::spell(plan.source));
    result.plan += std::string(*separator ? "; " : "") + print(plan);
    separator = "+";
  }
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2e", value);
  return text;
}

} // namespace

RowResult startResult(const LayerProgram &layer, const std::string &target,
                      const BenchOptions &options) {
  RowResult result;
  result.target = target;
  result.threads = options.threads;
  describePlans(layer, result);
  result.allowedError = allowedError(layer);
  return result;
}

void judge(RowResult &result, const Check &check) {
  result.relativeError = check.relativeError;
  result.checkedOutputs = check.checked;
  result.outputs = check.outputs;
  result.checkRanOut = check.ranOut;
  result.verified = check.relativeError <= result.allowedError; // false for NaN
  if (!result.verified)
    result.problem = "wrong: relative error " + scientific(check.relativeError) + " of " +
                     std::to_string(check.checked) + " outputs, allowed is " +
                     scientific(result.allowedError);
}

LayerRun::LayerRun(const LayerProgram &layer, const tools::Layers &layers,
                   std::vector<int64_t> sizes, int threads)
    : layers(layers), weightTensors(makeTensors(layer.weights, sizes, 100)),
      tensors{makeTensors(layer.arguments, sizes, 1), makeTensors(layer.results, sizes, 50),
              nullptr} {
  Result<std::unique_ptr<tools::Packed>> packed = layers.pack(layer, weightTensors);
  if (!packed) {
    reason = packed.error().message;
    return;
  }
  tensors.packed = std::move(*packed);
  options.threads = threads;
  options.workspace_bytes = layers.workspaceBytes(layer, sizes);
  workspace = std::make_unique<tools::Packed>(options.workspace_bytes);
  options.workspace = workspace->data();
  function = layers.prepareRun(layer, tensors, options);
}

int LayerRun::run() {
  if (!function)
    return CW_ERROR_INTERNAL; // the problem is known
  int status = function();
  if (status != CW_OK)
    reason = layers.lastError();
  return status;
}

} // namespace convwright::bench
