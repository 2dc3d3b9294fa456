//===- HostTensor.cpp - a tensor in host memory -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/HostTensor.h"

#include "schedules/kernel/GuardedMemory.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>

namespace convwright::schedules {

namespace {

constexpr size_t cacheLine = 64;
/// Around the elements of an open tensor.
constexpr size_t margin = 4 * cacheLine;

int64_t product(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

/// In elements, in logical order.
std::vector<int64_t> stridesOf(const std::vector<int64_t> &shape, Layout layout,
                               const Placement &placement) {
  std::vector<int64_t> strides(shape.size());
  int64_t span = 1, place = 0;
  for (size_t d : memoryOrder(layout, shape.size())) {
    bool gap = static_cast<size_t>(place) >= placement.dense;
    strides[d] = gap ? span + placement.gap + place : span;
    span = gap ? span + (shape[d] - 1) * strides[d] : span * shape[d];
    ++place;
  }
  return strides;
}

/// SplitMix64 of a counter.
uint64_t mixed(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// A number of that type made of random bits.
double numberOf(ElementType type, uint64_t bits) {
  if (dlpackType(type).code == kDLFloat)
    return static_cast<double>(bits >> 40) * 0x1p-23 - 1;
  if (type == ElementType::U8)
    return static_cast<double>(bits >> 56);
  return static_cast<double>((bits >> 32) % 201) - 100;
}

} // namespace

HostTensor::HostTensor(ElementType type, std::vector<int64_t> shape, Layout layout,
                       Placement placement)
    : element(type), order(layout), placement(placement), extents(std::move(shape)),
      strides(stridesOf(extents, layout, placement)) {
  size_t size = static_cast<size_t>(span()) * byteWidth(type);
  if (placement.edge == Placement::Edge::Open) {
    size_t all = (size + 2 * margin + cacheLine - 1) / cacheLine * cacheLine;
    auto *begin = static_cast<std::byte *>(std::aligned_alloc(cacheLine, all));
    if (!begin)
      throw std::bad_alloc();
    owner = {begin, &std::free};
    memory = {begin, all};
    first = begin + margin;
  } else {
    auto pages = std::make_shared<GuardedMemory>(static_cast<int64_t>(size));
    memory = pages->all();
    first = placement.edge == Placement::Edge::Begin ? pages->atAPage() : pages->atTheEnd();
    owner = std::move(pages);
  }
  std::fill(memory.begin(), memory.end(), filling());
  view = {first,
          {kDLCPU, 0},
          static_cast<int32_t>(extents.size()),
          dlpackType(type),
          extents.data(),
          strides.data(),
          0};
}

HostTensor::HostTensor(const HostTensor &other)
    : HostTensor(other.element, other.extents, other.order, other.placement) {
  std::copy(other.memory.begin(), other.memory.end(), memory.begin());
}

int64_t HostTensor::elementCount() const { return product(extents); }

int64_t HostTensor::span() const {
  if (elementCount() == 0)
    return 0;
  int64_t last = 0;
  for (size_t d = 0; d < extents.size(); ++d)
    last += (extents[d] - 1) * strides[d];
  return last + 1;
}

int64_t HostTensor::offset(const Index &index) const {
  int64_t offset = 0;
  for (size_t d = 0; d < index.size(); ++d)
    offset += index[d] * strides[d];
  return offset;
}

int64_t HostTensor::offset(int64_t rowMajor) const {
  int64_t offset = 0;
  for (size_t d = extents.size(); d-- > 0;) {
    offset += rowMajor % extents[d] * strides[d];
    rowMajor /= extents[d];
  }
  return offset;
}

double HostTensor::read(int64_t offset) const {
  return readElement(element, first + static_cast<size_t>(offset) * byteWidth(element));
}

void HostTensor::write(int64_t offset, double value) {
  writeElement(element, first + static_cast<size_t>(offset) * byteWidth(element), value);
}

void HostTensor::forEach(const std::function<void(const Index &)> &visit) const {
  forEachIndex(extents, visit);
}

std::vector<double> HostTensor::toDoubles() const {
  std::vector<double> values(static_cast<size_t>(elementCount()));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = at(static_cast<int64_t>(i));
  return values;
}

void HostTensor::fromDoubles(std::span<const double> values) {
  assert(static_cast<int64_t>(values.size()) == elementCount());
  for (size_t i = 0; i < values.size(); ++i)
    set(static_cast<int64_t>(i), values[i]);
}

std::vector<std::byte> HostTensor::toRowMajorBytes() const {
  size_t width = byteWidth(element), place = 0;
  std::vector<std::byte> result(bytes());
  for (int64_t i = 0; i < elementCount(); ++i, place += width)
    std::memcpy(&result[place], first + static_cast<size_t>(offset(i)) * width, width);
  return result;
}

void HostTensor::fromRowMajorBytes(std::span<const std::byte> source) {
  assert(source.size() == bytes());
  size_t width = byteWidth(element), place = 0;
  for (int64_t i = 0; i < elementCount(); ++i, place += width)
    std::memcpy(first + static_cast<size_t>(offset(i)) * width, &source[place], width);
}

/// Whoever computes with it gets NaN; integers that are cut off would be 0 or all ones.
std::byte HostTensor::filling() const {
  return dlpackType(element).code == kDLFloat ? std::byte{0xff} : std::byte{0xa5};
}

bool HostTensor::isIntact() const {
  auto isFilling = [filling = filling()](std::byte byte) { return byte == filling; };
  size_t width = byteWidth(element);
  std::byte *end = first + static_cast<size_t>(span()) * width;
  if (!std::all_of(memory.data(), first, isFilling) ||
      !std::all_of(end, memory.data() + memory.size(), isFilling))
    return false;
  if (isDense())
    return true;
  std::vector<bool> isElement(static_cast<size_t>(span()));
  for (int64_t i = 0; i < elementCount(); ++i)
    isElement[static_cast<size_t>(offset(i))] = true;
  for (size_t i = 0; i < isElement.size(); ++i)
    if (!isElement[i] && !std::all_of(first + i * width, first + (i + 1) * width, isFilling))
      return false;
  return true;
}

void fillRandom(HostTensor &tensor, uint64_t seed, uint64_t stream) {
  uint64_t start = mixed(seed) ^ mixed(~stream);
  ElementType type = tensor.type();
  bool dense = tensor.isDense(); // then offsets are counted, which is faster
  for (int64_t i = 0; i < tensor.elementCount(); ++i) {
    int64_t offset = dense ? i : tensor.offset(i);
    writeElement(type, tensor.data() + static_cast<size_t>(offset) * byteWidth(type),
                 numberOf(type, mixed(start + static_cast<uint64_t>(offset))));
  }
}

void forEachIndex(const std::vector<int64_t> &shape,
                  const std::function<void(const std::vector<int64_t> &)> &visit) {
  int64_t count = product(shape);
  std::vector<int64_t> at(shape.size());
  for (int64_t i = 0; i < count; ++i) {
    visit(at);
    for (size_t d = shape.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
}

} // namespace convwright::schedules
