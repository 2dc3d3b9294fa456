//===- DescribeBuilt.cpp - what a runner must know of a compiled kernel ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/BuiltInfo.h"

namespace convwright::schedules {

namespace {

/// Puts data at a multiple of 64 bytes; where that is.
int64_t append(std::vector<std::byte> &constants, const std::vector<std::byte> &data) {
  size_t offset = (constants.size() + 63) / 64 * 64;
  constants.resize(offset);
  constants.insert(constants.end(), data.begin(), data.end());
  return static_cast<int64_t>(offset);
}

} // namespace

BuiltInfo describeBuilt(const Kernel &kernel, const Plan &plan, const Target &target,
                        const CompiledKernel &compiled, std::vector<std::byte> &constants) {
  BuiltInfo info;
  info.entry = compiled.entry;
  info.packEntry = compiled.packEntry;
  info.target = target.name;
  info.plan = print(plan);
  info.cpuFeatures = target.cpuFeatures;
  info.errorBound = schedules::errorBound(kernel, plan);
  info.symbols = kernel.symbols;
  for (const Operand &operand : kernel.operands)
    info.operands.push_back(
        {operand.name, operand.role, operand.type, operand.layout, operand.dims, 0, 0});
  for (const Output &output : kernel.outputs) {
    TensorInfo tensor{
        output.name, Operand::Role::Activation, output.type, output.layout, output.dims, 0, 0};
    if (output.part) {
      tensor.view = {output.dims, output.part->start, output.part->step};
      tensor.dims = output.part->whole;
    }
    info.outputs.push_back(std::move(tensor));
  }
  info.activations = compiled.activations;
  info.weights = compiled.weights;
  info.packed = compiled.packed;
  info.scratch = compiled.scratch;
  info.estimatedMs = compiled.estimatedMs;
  info.objectBytes = static_cast<int64_t>(compiled.object.size());
  std::vector<int32_t> read = compiled.activations;
  if (!compiled.packEntry.empty())
    read.insert(read.end(), compiled.weights.begin(), compiled.weights.end());
  for (int32_t index : read) {
    const std::vector<std::byte> &data = kernel.operands.at(static_cast<size_t>(index)).data;
    TensorInfo &tensor = info.operands.at(static_cast<size_t>(index));
    if (tensor.role != Operand::Role::Constant || tensor.dataBytes)
      continue;
    tensor.dataOffset = append(constants, data);
    tensor.dataBytes = static_cast<int64_t>(data.size());
  }
  info.constantPackedOffset = append(constants, compiled.constantPacked);
  info.constantPackedBytes = static_cast<int64_t>(compiled.constantPacked.size());
  return info;
}

} // namespace convwright::schedules
