//===- Tensors.cpp - the tensors of a job ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Tensors.h"

#include "schedules/tuning/measure/Inputs.h"

#include "schedules/kernel/ElementType.h"

#include <cstring>

using namespace convwright::schedules;

namespace convwright::measure {

namespace {

std::vector<int64_t> shapeOf(const TensorInfo &info, const std::vector<int64_t> &sizes) {
  std::vector<int64_t> shape;
  for (const Extent &extent : info.dims)
    shape.push_back(extent.at(sizes));
  return shape;
}

int64_t product(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

DLDataType dlpackType(ElementType type) {
  auto bits = static_cast<uint8_t>(8 * byteWidth(type));
  switch (type) {
  case ElementType::F32:
    return {kDLFloat, bits, 1};
  case ElementType::U8:
    return {kDLUInt, bits, 1};
  default:
    return {kDLInt, bits, 1};
  }
}

} // namespace

double elementAt(const std::byte *data, ElementType type, int64_t offset) {
  return readElement(type, data + static_cast<size_t>(offset) * byteWidth(type));
}

GuardedTensor::GuardedTensor(const TensorInfo &info, const std::vector<int64_t> &sizes)
    : type(info.type), shape(shapeOf(info, sizes)), strides(shape.size()), count(product(shape)),
      memory(count * static_cast<int64_t>(byteWidth(info.type))) {
  // Raw weights are row-major, whatever they say.
  bool activation = info.role == Operand::Role::Activation;
  int64_t stride = 1;
  for (size_t d : memoryOrder(activation ? info.layout : Layout::ChannelsFirst, shape.size())) {
    strides[d] = stride;
    stride *= shape[d];
  }
  view.device = {kDLCPU, 0};
  view.ndim = static_cast<int32_t>(shape.size());
  view.dtype = dlpackType(type);
  view.shape = shape.data();
  view.strides = strides.data();
}

Tensors::Tensors(const BuiltInfo &info, const std::vector<std::byte> &constants,
                 const std::vector<int64_t> &sizes, uint64_t seed)
    : info(info), constants(constants), seed(seed) {
  for (const TensorInfo &operand : info.operands)
    operands.emplace_back(operand, sizes);
  for (const TensorInfo &output : info.outputs)
    outputs.emplace_back(output, sizes);
}

void Tensors::place(bool checking) {
  for (size_t i = 0; i < operands.size(); ++i) {
    const TensorInfo &operand = info.operands[i];
    GuardedTensor &tensor = operands[i];
    tensor.place(checking);
    if (operand.role != Operand::Role::Constant)
      fillInput(operand.type, tensor.data(), tensor.elements(), seed, i);
    else if (operand.dataBytes)
      std::memcpy(tensor.data(), constants.data() + operand.dataOffset,
                  static_cast<size_t>(operand.dataBytes));
  }
  for (GuardedTensor &tensor : outputs)
    tensor.place(checking);
}

void Tensors::poisonOutputs() {
  for (GuardedTensor &tensor : outputs)
    std::memset(tensor.data(), 0xff, static_cast<size_t>(tensor.bytes()));
}

std::vector<std::vector<std::byte>> Tensors::outputBytes() const {
  std::vector<std::vector<std::byte>> copies;
  for (const GuardedTensor &tensor : outputs)
    copies.emplace_back(tensor.data(), tensor.data() + tensor.bytes());
  return copies;
}

} // namespace convwright::measure
