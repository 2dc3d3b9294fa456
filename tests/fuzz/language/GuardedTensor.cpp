//===- GuardedTensor.cpp - a tensor at the edge of a page --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/GuardedTensor.h"

#include "schedules/kernel/ElementType.h"

#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

using convwright::schedules::ElementType;

namespace convwright::fuzz {

namespace {

template <typename T> void store(std::byte *at, double value) {
  T element = static_cast<T>(value);
  std::memcpy(at, &element, sizeof element);
}

DLDataType dlpackType(ElementType type) {
  uint8_t code = type == ElementType::F32 ? kDLFloat : type == ElementType::U8 ? kDLUInt : kDLInt;
  return {code, static_cast<uint8_t>(8 * schedules::byteWidth(type)), 1};
}

} // namespace

GuardedTensor::GuardedTensor(ElementType type, std::vector<int64_t> shape, schedules::Layout layout,
                             Placement placement)
    : type(type), shape(std::move(shape)), strides(this->shape.size()) {
  // From the innermost dimension in memory outwards.
  size_t rank = this->shape.size();
  if (rank < 3 || rank > 5)
    layout = schedules::Layout::ChannelsFirst;
  std::vector<size_t> order = schedules::memoryOrder(layout, rank);
  schedules::Dims extents;
  for (int64_t extent : this->shape)
    extents.push_back(schedules::Extent::constant(extent));
  size_t dense = rank == 0 ? 0 : schedules::denseDims(extents, layout);
  int64_t count = 1, end = 1;
  for (size_t place = 0; place < rank; ++place) {
    size_t d = order[place];
    strides[d] = count;
    end += (this->shape[d] - 1) * count;
    count *= this->shape[d];
    if (placement.strided && place + 1 >= dense)
      count += static_cast<int64_t>(place) + 3;
  }
  size_t bytes = static_cast<size_t>(end) * static_cast<size_t>(schedules::byteWidth(type));
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t inner = (bytes + page - 1) / page * page;
  mapped = inner + 2 * page;
  void *memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw std::bad_alloc();
  pages = static_cast<std::byte *>(memory);
  std::memset(pages, 0xA5, mapped);
  mprotect(pages, page, PROT_NONE);
  mprotect(pages + page + inner, page, PROT_NONE);
  begin = pages + page + (placement.atBegin ? 0 : inner - bytes);
  view.data = begin;
  view.device = {kDLCPU, 0};
  view.ndim = static_cast<int32_t>(rank);
  view.dtype = dlpackType(type);
  view.shape = this->shape.data();
  view.strides = strides.data();
}

GuardedTensor::~GuardedTensor() { munmap(pages, mapped); }

std::byte *GuardedTensor::elementAt(int64_t index) const {
  int64_t offset = 0;
  for (size_t d = shape.size(); d-- > 0;) {
    offset += index % shape[d] * strides[d];
    index /= shape[d];
  }
  return begin + offset * schedules::byteWidth(type);
}

void GuardedTensor::fill(const std::vector<double> &values) {
  for (size_t i = 0; i < values.size(); ++i) {
    std::byte *at = elementAt(static_cast<int64_t>(i));
    switch (type) {
    case ElementType::F32:
      store<float>(at, values[i]);
      break;
    case ElementType::I32:
      store<int32_t>(at, values[i]);
      break;
    case ElementType::U8:
      store<uint8_t>(at, values[i]);
      break;
    case ElementType::I8:
      store<int8_t>(at, values[i]);
      break;
    }
  }
}

std::vector<double> GuardedTensor::values() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<double> list;
  list.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    list.push_back(schedules::readElement(type, elementAt(i)));
  return list;
}

} // namespace convwright::fuzz
