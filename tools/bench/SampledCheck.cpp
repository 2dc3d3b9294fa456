//===- SampledCheck.cpp - some of a layer's numbers against the reference -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/SampledCheck.h"

#include "schedules/kernel/KernelReference.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using convwright::compiler::LayerProgram;
using convwright::compiler::Step;
using convwright::schedules::Error;
using convwright::schedules::HostTensor;
using convwright::schedules::Operand;
using convwright::schedules::Result;
using convwright::tools::Tensor;

namespace convwright::bench {
namespace {

/// About half a second of the reference's plain loops.
constexpr int64_t affordableMultiplyAdds = 6'000'000;
constexpr int64_t leastOutputs = 512;

using Place = compiler::Reference::Place;

/// A tensor as a kernel sees it: what has fewer axes is raised, which lies alike.
HostTensor hostTensor(const Tensor &from, const Operand &operand,
                      const std::vector<int64_t> &sizes) {
  HostTensor tensor(from.type(), schedules::Layout::ChannelsFirst,
                    schedules::valuesOf(operand.dims, sizes));
  std::vector<std::byte> bytes = from.toRowMajorBytes();
  std::memcpy(tensor.data(), bytes.data(), bytes.size());
  return tensor;
}

HostTensor constantTensor(const Operand &operand) {
  HostTensor tensor(operand.type, schedules::Layout::ChannelsFirst,
                    schedules::valuesOf(operand.dims, {}));
  std::memcpy(tensor.data(), operand.data.data(), operand.data.size());
  return tensor;
}

/// Which outputs to check, in [0, total): all, or corners and a fixed choice.
std::vector<int64_t> choose(int64_t total, int64_t affordable) {
  std::vector<int64_t> chosen;
  if (total <= affordable) {
    for (int64_t i = 0; i < total; ++i)
      chosen.push_back(i);
    return chosen;
  }
  chosen = {0, total - 1};
  uint64_t state = 1;
  while (static_cast<int64_t>(chosen.size()) < affordable) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    chosen.push_back(static_cast<int64_t>((state >> 16) % static_cast<uint64_t>(total)));
  }
  return chosen;
}

int64_t product(const std::vector<int64_t> &shape) {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

std::vector<int64_t> indexAt(int64_t position, const std::vector<int64_t> &shape) {
  std::vector<int64_t> index(shape.size());
  for (size_t d = shape.size(); d-- > 0; position /= shape[d])
    index[d] = position % shape[d];
  return index;
}

/// Where an element of a kernel's output lies in the tensor that it is a part of, row-major.
int64_t positionInWhole(const schedules::Output &output, const std::vector<int64_t> &at,
                        std::span<const int64_t> sizes) {
  const schedules::Dims &dims = output.part ? output.part->whole : output.dims;
  int64_t position = 0;
  for (size_t d = 0; d < at.size(); ++d) {
    int64_t place =
        output.part ? output.part->start[d].at(sizes) + at[d] * output.part->step[d] : at[d];
    position = position * dims[d].at(sizes) + place;
  }
  return position;
}

/// Multiply-adds behind one element.
int64_t workOf(const schedules::Kernel &kernel) {
  int64_t work = 1;
  for (const schedules::Stage &stage : kernel.stages)
    work += stage.taps() * stage.channelsRead();
  return work;
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
            hostTensor(tensors.weights[static_cast<size_t>(step.weights[i])], operand, sizes));
      else if (step.operands[i].place == Place::Argument)
        operands.push_back(hostTensor(
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
                 size_t index, const Tensor &found) {
    const schedules::Output &output = kernel.outputs[index];
    std::vector<int64_t> shape = schedules::valuesOf(output.dims, sizes);
    int64_t affordable = std::max(leastOutputs, affordableMultiplyAdds / workOf(kernel)) /
                         static_cast<int64_t>(layer.steps.size());
    for (int64_t position : choose(product(shape), std::max<int64_t>(affordable, 1))) {
      std::vector<int64_t> at = indexAt(position, shape);
      double expected = reference.value(index, at),
             difference = found.at(positionInWhole(output, at, sizes)) - expected;
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
