//===- SampledCheck.cpp - some of a layer's numbers against the reference -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/SampledCheck.h"

#include "schedules/kernel/CheckedPlaces.h"
#include "schedules/kernel/KernelReference.h"

#include <algorithm>
#include <cmath>

using convwright::compiler::LayerProgram;
using convwright::compiler::Step;
using convwright::schedules::Error;
using convwright::schedules::HostTensor;
using convwright::schedules::Operand;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// About half a second of the reference's plain loops.
constexpr int64_t affordableMultiplyAdds = 6'000'000;
constexpr int64_t leastOutputs = 512;

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

/// All of a tensor's indices, or about so many.
std::vector<std::vector<int64_t>> placesOf(const std::vector<int64_t> &shape, int64_t affordable) {
  int64_t total = 1;
  for (int64_t extent : shape)
    total *= extent;
  if (total > affordable)
    return schedules::tellingPlaces(shape, static_cast<size_t>(affordable));
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
  SampledCheck(const LayerProgram &layer, std::span<const int64_t> sizes, const RunTensors &tensors)
      : layer(layer), sizes(sizes.begin(), sizes.end()), tensors(tensors) {}

  Result<Check> run() {
    for (const Step &step : layer.steps)
      if (auto problem = addStep(step))
        return Error{*problem};
    check.relativeError = norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
    return check;
  }

private:
  std::optional<std::string> addStep(const Step &step) {
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
    for (const std::vector<int64_t> &at : placesOf(shape, std::max<int64_t>(affordable, 1))) {
      int64_t position = rowMajor(schedules::placeInWhole(output, at, sizes), whole, sizes);
      double expected = reference.value(index, at), difference = found.at(position) - expected;
      error += difference * difference;
      norm += expected * expected;
      ++check.checked;
    }
  }

  const LayerProgram &layer;
  std::vector<int64_t> sizes;
  const RunTensors &tensors;
  Check check;
  double error = 0, norm = 0;
};

} // namespace

Result<Check> checkSampled(const LayerProgram &layer, std::span<const int64_t> sizes,
                           const RunTensors &tensors) {
  return SampledCheck(layer, sizes, tensors).run();
}

} // namespace convwright::bench
