//===- HostTensor.h - a tensor in host memory -------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one tensor with memory: what references read, tools call generated code on, the tuner's
// processes time and tests guard. Two neighbours differ from it: GuardedMemory is memory alone,
// also for what is no tensor; compiler/Reference's ExactTensor is numbers alone, which the oracle
// rounds to no type's precision. Nothing of LLVM: programs on other machines are made of it, too.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H
#define CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H

#include "schedules/kernel/ElementType.h"
#include "schedules/kernel/Layout.h"

#include <dlpack/dlpack.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace convwright::schedules {

/// Where a tensor's elements lie.
struct Placement {
  /// Open: at a cache line, between bytes of the tensor's own. End: right before a page that ends
  /// the process when it is touched. Begin: right behind one.
  enum class Edge : uint8_t { Open, Begin, End };

  Edge edge = Edge::Open;
  /// The innermost `dense` dimensions in memory have no gaps. Further out stand `gap` elements and
  /// more, in each dimension another number of them.
  size_t dense = SIZE_MAX;
  int64_t gap = 0;
};

/// A tensor with its storage. Elements are found by their logical index, or by its place in
/// row-major order. Until they are set they hold what stands around them: NaN, and 0xa5 in bytes of
/// integers.
class HostTensor {
public:
  using Index = std::vector<int64_t>;

  HostTensor(ElementType type, std::vector<int64_t> shape, Layout layout, Placement placement = {});
  HostTensor(const HostTensor &other);
  HostTensor(HostTensor &&) noexcept = default;
  HostTensor &operator=(HostTensor &&) noexcept = default;

  ElementType type() const { return element; }
  const std::vector<int64_t> &shape() const { return extents; }
  Layout layout() const { return order; }
  int64_t elementCount() const;
  /// Of its elements, without gaps.
  size_t bytes() const { return static_cast<size_t>(elementCount()) * byteWidth(element); }
  /// The first element.
  std::byte *data() { return first; }
  const std::byte *data() const { return first; }
  /// Where an element lies, in elements from data().
  int64_t offset(const Index &index) const;
  int64_t offset(int64_t rowMajor) const;

  double at(const Index &index) const { return read(offset(index)); }
  double at(int64_t rowMajor) const { return read(offset(rowMajor)); }
  /// Requires a value that the type can hold.
  void set(const Index &index, double value) { write(offset(index), value); }
  void set(int64_t rowMajor, double value) { write(offset(rowMajor), value); }
  /// Every logical index, in row-major order.
  void forEach(const std::function<void(const Index &)> &visit) const;

  /// All elements in row-major logical order.
  std::vector<double> toDoubles() const;
  void fromDoubles(std::span<const double> values);
  /// Element bytes in that order, as safetensors files have them.
  std::vector<std::byte> toRowMajorBytes() const;
  void fromRowMajorBytes(std::span<const std::byte> bytes);

  /// As generated code takes it. Valid while this tensor lives, or the one that it is moved to.
  DLTensor *dlpack() { return &view; }
  /// Whether its memory between, before and behind the elements is as it was.
  bool isIntact() const;
  /// Whether it has no gaps.
  bool isDense() const { return span() == elementCount(); }

private:
  /// From the first element to the last.
  int64_t span() const;
  double read(int64_t offset) const;
  void write(int64_t offset, double value);
  std::byte filling() const;

  ElementType element;
  Layout order;
  Placement placement;
  std::vector<int64_t> extents, strides; // in elements, logical order
  std::shared_ptr<void> owner;
  std::span<std::byte> memory; // the elements, and what may be touched around them
  std::byte *first = nullptr;
  DLTensor view{};
};

/// Fills with pseudo-random elements that depend on seed, stream and their places in memory alone,
/// so that every process on every machine has the same: floats in [-1, 1), u8 over its range, other
/// integers in -100 .. 100.
void fillRandom(HostTensor &tensor, uint64_t seed, uint64_t stream = 0);

/// Every index of a shape, in row-major order.
void forEachIndex(const std::vector<int64_t> &shape,
                  const std::function<void(const std::vector<int64_t> &)> &visit);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_HOSTTENSOR_H
