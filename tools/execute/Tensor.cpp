//===- Tensor.cpp - tensors in memory for calling generated code ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/execute/Tensor.h"

#include <cassert>
#include <cstring>

using convwright::schedules::ElementType;
using convwright::schedules::Layout;

namespace convwright::tools {
namespace {

constexpr size_t alignment = 64;

/// Strides in elements, in logical order.
std::vector<int64_t> stridesOf(const std::vector<int64_t> &shape, Layout layout) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (size_t dimension : schedules::memoryOrder(layout, shape.size())) {
    strides[dimension] = stride;
    stride *= shape[dimension];
  }
  return strides;
}

DLDataType dlpackType(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return {kDLFloat, 32, 1};
  case ElementType::I32:
    return {kDLInt, 32, 1};
  case ElementType::U8:
    return {kDLUInt, 8, 1};
  case ElementType::I8:
    return {kDLInt, 8, 1};
  }
  return {};
}

template <typename T> double load(const std::byte *place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return static_cast<double>(value);
}

template <typename T> void store(std::byte *place, double value) {
  T stored = static_cast<T>(value);
  std::memcpy(place, &stored, sizeof stored);
}

} // namespace

Tensor::Tensor(ElementType type, std::vector<int64_t> shape, Layout layout)
    : element(type), extents(std::move(shape)), strides(stridesOf(extents, layout)) {
  size_t size = (std::max<size_t>(bytes(), 1) + alignment - 1) / alignment * alignment;
  storage.reset(static_cast<std::byte *>(std::aligned_alloc(alignment, size)));
  if (!storage)
    throw std::bad_alloc();
  std::memset(storage.get(), 0, size);
  pointView();
}

Tensor Tensor::like(const compiler::TensorInfo &info, std::span<const int64_t> sizes) {
  std::vector<int64_t> shape;
  shape.reserve(info.dims.size());
  for (const schedules::Extent &extent : info.dims)
    shape.push_back(extent.at(sizes));
  return Tensor(info.type, std::move(shape), info.layout);
}

Tensor::Tensor(Tensor &&other) noexcept
    : element(other.element), extents(std::move(other.extents)), strides(std::move(other.strides)),
      storage(std::move(other.storage)) {
  pointView();
}

void Tensor::pointView() {
  view.data = storage.get();
  view.device = {kDLCPU, 0};
  view.ndim = static_cast<int32_t>(extents.size());
  view.dtype = dlpackType(element);
  view.shape = extents.data();
  view.strides = strides.data();
  view.byte_offset = 0;
}

int64_t Tensor::elementCount() const {
  int64_t count = 1;
  for (int64_t extent : extents)
    count *= extent;
  return count;
}

int64_t Tensor::offsetOf(int64_t rowMajorIndex) const {
  int64_t offset = 0;
  for (size_t i = extents.size(); i-- > 0;) {
    offset += rowMajorIndex % extents[i] * strides[i];
    rowMajorIndex /= extents[i];
  }
  return offset;
}

double Tensor::at(int64_t i) const {
  const std::byte *place = data() + offsetOf(i) * schedules::byteWidth(element);
  switch (element) {
  case ElementType::F32:
    return load<float>(place);
  case ElementType::I32:
    return load<int32_t>(place);
  case ElementType::U8:
    return load<uint8_t>(place);
  case ElementType::I8:
    return load<int8_t>(place);
  }
  return 0;
}

void Tensor::set(int64_t i, double value) {
  std::byte *place = data() + offsetOf(i) * schedules::byteWidth(element);
  switch (element) {
  case ElementType::F32:
    return store<float>(place, value);
  case ElementType::I32:
    return store<int32_t>(place, value);
  case ElementType::U8:
    return store<uint8_t>(place, value);
  case ElementType::I8:
    return store<int8_t>(place, value);
  }
}

std::vector<double> Tensor::toDoubles() const {
  std::vector<double> values(elementCount());
  for (int64_t i = 0; i < elementCount(); ++i)
    values[i] = at(i);
  return values;
}

void Tensor::fromDoubles(std::span<const double> values) {
  assert(static_cast<int64_t>(values.size()) == elementCount());
  for (int64_t i = 0; i < elementCount(); ++i)
    set(i, values[i]);
}

std::vector<std::byte> Tensor::toRowMajorBytes() const {
  size_t width = schedules::byteWidth(element);
  std::vector<std::byte> result(bytes());
  for (int64_t i = 0; i < elementCount(); ++i)
    std::memcpy(result.data() + i * width, data() + offsetOf(i) * width, width);
  return result;
}

void Tensor::fromRowMajorBytes(std::span<const std::byte> source) {
  assert(source.size() == bytes());
  size_t width = schedules::byteWidth(element);
  for (int64_t i = 0; i < elementCount(); ++i)
    std::memcpy(data() + offsetOf(i) * width, source.data() + i * width, width);
}

void fillRandom(Tensor &tensor, uint64_t seed) {
  uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  for (int64_t i = 0; i < tensor.elementCount(); ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    int32_t bits = static_cast<int32_t>(state >> 40); // 24 bits
    switch (tensor.type()) {
    case ElementType::F32:
      tensor.set(i, (bits - (1 << 23)) * 0x1p-23);
      break;
    case ElementType::U8:
      tensor.set(i, bits >> 16);
      break;
    case ElementType::I8:
    case ElementType::I32:
      tensor.set(i, (bits >> 16) - 128);
      break;
    }
  }
}

} // namespace convwright::tools
