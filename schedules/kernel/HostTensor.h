//===- HostTensor.h - a tensor read and written at logical indices ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H
#define CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H

#include "schedules/kernel/Kernel.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace convwright::schedules {

/// A tensor with its storage, read and written at logical indices.
class HostTensor {
public:
  HostTensor(ElementType type, Layout layout, std::vector<int64_t> dims);

  double get(const std::vector<int64_t> &logical) const;
  void set(const std::vector<int64_t> &logical, double value);
  const std::vector<int64_t> &shape() const { return dims; }
  ElementType elementType() const { return type; }
  Layout memoryLayout() const { return layout; }
  /// Every logical index, in row-major order.
  void forEach(const std::function<void(const std::vector<int64_t> &)> &visit) const;
  int64_t elements() const;
  std::byte *data() { return bytes() + guard; }
  const std::byte *data() const { return bytes() + guard; }
  /// Bytes before and after the tensor that nobody may touch still hold what they held.
  bool guardsIntact() const;

  /// Where an element lies, in elements from data().
  int64_t offset(const std::vector<int64_t> &logical) const;

private:
  /// Storage in cache lines, so that tensors are aligned as allocators of tensors align them.
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  std::byte *bytes() { return storage.front().bytes; }
  const std::byte *bytes() const { return storage.front().bytes; }

  static constexpr size_t guard = 256;
  ElementType type;
  Layout layout;
  std::vector<int64_t> dims;
  std::vector<size_t> order; // dims from the outermost in memory on
  std::vector<CacheLine> storage;
};

/// Every index of a shape, in row-major order.
void forEachIndex(const std::vector<int64_t> &shape,
                  const std::function<void(const std::vector<int64_t> &)> &visit);

/// The extents for the symbols' values.
std::vector<int64_t> valuesOf(std::span<const Extent> dims, std::span<const int64_t> sizes);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H
