//===- Tensors.cpp - the tensors of a job ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Tensors.h"

#include <cstring>

using namespace convwright::schedules;

namespace convwright::measure {

/// Raw weights are row-major, whatever they say.
static HostTensor tensorOf(const TensorInfo &info, const std::vector<int64_t> &sizes,
                           Placement placement) {
  bool activation = info.role == Operand::Role::Activation;
  return {info.type, valuesOf(info.dims, sizes), activation ? info.layout : Layout::ChannelsFirst,
          placement};
}

void Tensors::place(bool checking) {
  Placement placement{checking ? Placement::Edge::End : Placement::Edge::Begin};
  operands.clear();
  outputs.clear();
  for (const TensorInfo &operand : info.operands) {
    HostTensor &tensor = operands.emplace_back(tensorOf(operand, sizes, placement));
    if (operand.role != Operand::Role::Constant)
      fillRandom(tensor, seed, operands.size() - 1);
    else if (operand.dataBytes)
      std::memcpy(tensor.data(), constants.data() + operand.dataOffset,
                  static_cast<size_t>(operand.dataBytes));
  }
  for (const TensorInfo &output : info.outputs)
    outputs.push_back(tensorOf(output, sizes, placement));
}

void Tensors::poisonOutputs() {
  for (HostTensor &tensor : outputs)
    std::memset(tensor.data(), 0xff, tensor.bytes());
}

std::vector<std::vector<std::byte>> Tensors::outputBytes() const {
  std::vector<std::vector<std::byte>> copies;
  for (const HostTensor &tensor : outputs)
    copies.emplace_back(tensor.data(), tensor.data() + tensor.bytes());
  return copies;
}

} // namespace convwright::measure
