//===- Expected.cpp - right values that every candidate is checked against --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Expected.h"

#include "schedules/kernel/CheckedPlaces.h"
#include "schedules/kernel/KernelReference.h"

#include <algorithm>
#include <cstring>

namespace convwright::schedules {

namespace {

using Place = std::vector<int64_t>;

std::vector<HostTensor> inputsOf(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                 uint64_t seed) {
  std::vector<HostTensor> operands;
  for (const Operand &operand : kernel.operands) {
    bool activation = operand.role == Operand::Role::Activation;
    operands.emplace_back(operand.type, valuesOf(operand.dims, sizes),
                          activation ? operand.layout : Layout::ChannelsFirst);
    HostTensor &tensor = operands.back();
    if (operand.role == Operand::Role::Constant)
      std::memcpy(tensor.data(), operand.data.data(), operand.data.size());
    else
      fillRandom(tensor, seed, operands.size() - 1);
  }
  return operands;
}

} // namespace

std::vector<ExpectedValue> expectedValues(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                          uint64_t seed) {
  std::vector<HostTensor> operands = inputsOf(kernel, sizes, seed);
  KernelReference right(kernel, sizes, operands, /*tabulate=*/false);
  // A multiply-add of the reference takes a few hundred nanoseconds.
  auto count = static_cast<size_t>(
      std::clamp(4e6 / static_cast<double>(multiplyAddsBehind(kernel)), 96.0, 400.0));
  std::vector<ExpectedValue> values;
  for (size_t i = 0; i < kernel.outputs.size(); ++i) {
    const Output &output = kernel.outputs[i];
    HostTensor whole(output.type, valuesOf(output.part ? output.part->whole : output.dims, sizes),
                     output.layout);
    for (const Place &place : tellingPlaces(valuesOf(output.dims, sizes), count)) {
      double value = right.value(i, place);
      if (output.type != ElementType::F32)
        value = convertValue(value, output.type);
      values.push_back(
          {static_cast<int64_t>(i), whole.offset(placeInWhole(output, place, sizes)), value});
    }
  }
  return values;
}

} // namespace convwright::schedules
