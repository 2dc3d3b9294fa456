//===- SampledCheck.cpp - some of a layer's numbers against the reference -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/SampledCheck.h"

#include "schedules/kernel/CheckedPlaces.h"
#include "schedules/kernel/KernelReference.h"
#include "tools/bench/ErrorSum.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

using convwright::compiler::LayerProgram;
using convwright::compiler::Step;
using convwright::schedules::Error;
using convwright::schedules::HostTensor;
using convwright::schedules::Operand;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// Of the reference's plain loops, about.
constexpr int64_t multiplyAddsPerSecond = 12'000'000;
constexpr int64_t affordableMultiplyAdds = multiplyAddsPerSecond / 2;
constexpr int64_t leastOutputs = 512;
/// Of fewer outputs the norm, and so what is allowed, says little.
constexpr int64_t tellingOutputs = 32;

using Place = compiler::Reference::Place;

/// A tensor as a kernel sees it: what has fewer axes is raised, which lies alike.
HostTensor asKernelSees(const HostTensor &from, const Operand &operand,
                        const std::vector<int64_t> &sizes) {
  HostTensor tensor(from.type(), schedules::valuesOf(operand.dims, sizes),
                    schedules::Layout::ChannelsFirst);
  tensor.fromRowMajorBytes(from.toRowMajorBytes());
  return tensor;
}

HostTensor constantTensor(const Operand &operand) {
  HostTensor tensor(operand.type, schedules::valuesOf(operand.dims, {}),
                    schedules::Layout::ChannelsFirst);
  tensor.fromRowMajorBytes(operand.data);
  return tensor;
}

int64_t product(const std::vector<int64_t> &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// All of a tensor's indices, or about so many, in an order that any beginning of it is a choice.
std::vector<std::vector<int64_t>> placesOf(const std::vector<int64_t> &shape, int64_t affordable) {
  if (product(shape) > affordable) {
    auto places = schedules::tellingPlaces(shape, static_cast<size_t>(affordable));
    std::mt19937_64 random(1); // NOLINT(bugprone-random-generator-seed): the same order
    std::shuffle(places.begin(), places.end(), random);
    return places;
  }
  std::vector<std::vector<int64_t>> all;
  schedules::forEachIndex(shape, [&](const std::vector<int64_t> &at) { all.push_back(at); });
  return all;
}

int64_t rowMajor(const std::vector<int64_t> &at, const schedules::Dims &dims,
                 std::span<const int64_t> sizes) {
  int64_t position = 0;
  for (size_t d = 0; d < at.size(); ++d)
    position = position * dims[d].at(sizes) + at[d];
  return position;
}

class SampledCheck {
public:
  SampledCheck(const LayerProgram &layer, std::span<const int64_t> sizes, const RunTensors &tensors,
               double seconds)
      : layer(layer), sizes(sizes.begin(), sizes.end()), tensors(tensors), seconds(seconds) {}

  Result<Check> run() {
    for (const Step &step : layer.steps)
      if (auto problem = addStep(step))
        return Error{*problem};
    check.relativeError = error.relative();
    return check;
  }

private:
  std::optional<std::string> addStep(const Step &step) {
    double least = static_cast<double>(tellingOutputs) *
                   static_cast<double>(schedules::multiplyAddsBehind(step.kernel)) /
                   static_cast<double>(multiplyAddsPerSecond);
    if (least > seconds)
      return std::to_string(tellingOutputs) + " outputs take the reference about " +
             std::to_string(std::lround(std::max(least, 1.0))) + " s in double precision";
    std::vector<HostTensor> operands;
    for (size_t i = 0; i < step.kernel.operands.size(); ++i) {
      const Operand &operand = step.kernel.operands[i];
      if (operand.role == Operand::Role::Constant)
        operands.push_back(constantTensor(operand));
      else if (operand.role == Operand::Role::Weight)
        operands.push_back(
            asKernelSees(tensors.weights[static_cast<size_t>(step.weights[i])], operand, sizes));
      else if (step.operands[i].place == Place::Argument)
        operands.push_back(asKernelSees(
            tensors.arguments[static_cast<size_t>(step.operands[i].index)], operand, sizes));
      else
        return "kernel '" + step.kernel.name + "' reads another's result; " + layer.name +
               " is checked whole or not at all";
    }
    const schedules::Kernel &kernel = step.kernel;
    schedules::KernelReference reference(kernel, sizes, operands, /*tabulate=*/false);
    for (size_t i = 0; i < step.outputs.size(); ++i) {
      if (step.outputs[i].place != Place::Result)
        return "kernel '" + step.kernel.name + "' writes no result";
      addOutput(reference, kernel, i, tensors.results[static_cast<size_t>(step.outputs[i].index)]);
    }
    return std::nullopt;
  }

  void addOutput(const schedules::KernelReference &reference, const schedules::Kernel &kernel,
                 size_t index, const HostTensor &found) {
    const schedules::Output &output = kernel.outputs[index];
    std::vector<int64_t> shape = schedules::valuesOf(output.dims, sizes);
    const schedules::Dims &whole = output.part ? output.part->whole : output.dims;
    int64_t affordable =
        std::max(leastOutputs, affordableMultiplyAdds / schedules::multiplyAddsBehind(kernel)) /
        static_cast<int64_t>(layer.steps.size());
    check.outputs += product(shape);
    // Making the operands is no part of it.
    auto begin = std::chrono::steady_clock::now();
    auto elapsed = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    double share = seconds / static_cast<double>(outputCount());
    int64_t before = check.checked;
    for (const std::vector<int64_t> &at : placesOf(shape, std::max<int64_t>(affordable, 1))) {
      if (check.checked >= before + tellingOutputs && elapsed() > share) {
        check.ranOut = true;
        return;
      }
      int64_t position = rowMajor(schedules::placeInWhole(output, at, sizes), whole, sizes);
      error.add(found.at(position), reference.value(index, at));
      ++check.checked;
    }
  }

  size_t outputCount() const {
    size_t count = 0;
    for (const Step &step : layer.steps)
      count += step.outputs.size();
    return count;
  }

  const LayerProgram &layer;
  std::vector<int64_t> sizes;
  const RunTensors &tensors;
  double seconds;
  Check check;
  ErrorSum error;
};

} // namespace

Result<Check> checkSampled(const LayerProgram &layer, std::span<const int64_t> sizes,
                           const RunTensors &tensors, double seconds) {
  return SampledCheck(layer, sizes, tensors, seconds).run();
}

void checkInPart(LayerRun &run, const LayerProgram &layer, std::span<const int64_t> sizes,
                 double seconds, RowResult &result) {
  Result<Check> check = checkSampled(
      layer, sizes, {run.call().arguments, run.weights(), run.call().results}, seconds);
  if (check)
    judge(result, *check);
  else
    result.unchecked = check.error().message;
}

} // namespace convwright::bench
