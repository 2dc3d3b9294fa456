//===- HostTensor.cpp - a tensor read and written at logical indices -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/HostTensor.h"

#include "schedules/kernel/ElementType.h"

#include <algorithm>
#include <cstring>

namespace convwright::schedules {

HostTensor::HostTensor(ElementType type, Layout layout, std::vector<int64_t> dims)
    : type(type), layout(layout), dims(std::move(dims)),
      order(memoryOrder(layout, this->dims.size())) {
  std::reverse(order.begin(), order.end());
  size_t size = static_cast<size_t>(elements()) * byteWidth(type) + 2 * guard;
  storage.resize((size + sizeof(CacheLine) - 1) / sizeof(CacheLine));
  std::memset(bytes(), 0xa5, storage.size() * sizeof(CacheLine));
}

int64_t HostTensor::elements() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

int64_t HostTensor::offset(const std::vector<int64_t> &at) const {
  int64_t position = 0;
  for (size_t i : order)
    position = position * dims[i] + at[i];
  return position;
}

double HostTensor::get(const std::vector<int64_t> &logical) const {
  return readElement(type,
                     bytes() + guard + static_cast<size_t>(offset(logical)) * byteWidth(type));
}

void HostTensor::set(const std::vector<int64_t> &logical, double value) {
  std::byte *at = data() + static_cast<size_t>(offset(logical)) * byteWidth(type);
  auto write = [at](auto converted) { std::memcpy(at, &converted, sizeof converted); };
  switch (type) {
  case ElementType::F32:
    return write(static_cast<float>(value));
  case ElementType::I32:
    return write(static_cast<int32_t>(value));
  case ElementType::U8:
    return write(static_cast<uint8_t>(value));
  case ElementType::I8:
    return write(static_cast<int8_t>(value));
  }
}

void HostTensor::forEach(const std::function<void(const std::vector<int64_t> &)> &visit) const {
  forEachIndex(dims, visit);
}

bool HostTensor::guardsIntact() const {
  const std::byte *behind = bytes() + guard + static_cast<size_t>(elements()) * byteWidth(type);
  for (size_t i = 0; i < guard; ++i)
    if (bytes()[i] != std::byte{0xa5} || behind[i] != std::byte{0xa5})
      return false;
  return true;
}

void forEachIndex(const std::vector<int64_t> &shape,
                  const std::function<void(const std::vector<int64_t> &)> &visit) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<int64_t> at(shape.size());
  for (int64_t i = 0; i < count; ++i) {
    visit(at);
    for (size_t d = shape.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
}

std::vector<int64_t> valuesOf(std::span<const Extent> dims, std::span<const int64_t> sizes) {
  std::vector<int64_t> values;
  for (const Extent &extent : dims)
    values.push_back(extent.at(sizes));
  return values;
}

} // namespace convwright::schedules
