//===- Tensor.h - tensors in memory for calling generated code ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_EXECUTE_TENSOR_H
#define CONVWRIGHT_TOOLS_EXECUTE_TENSOR_H

#include "compiler/Lowering/Program.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlpack/dlpack.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace convwright::tools {

/// A dense tensor with storage of its own, as generated code takes it.
/// Layout  the storage's; elements are addressed in logical order (N, C, H, W).
class Tensor {
public:
  /// Zeros.
  Tensor(schedules::ElementType type, std::vector<int64_t> shape, schedules::Layout layout);
  /// A tensor as `info` declares it, for these symbol values.
  static Tensor like(const compiler::TensorInfo &info, std::span<const int64_t> sizes);

  schedules::ElementType type() const { return element; }
  const std::vector<int64_t> &shape() const { return extents; }
  int64_t elementCount() const;
  size_t bytes() const { return elementCount() * schedules::byteWidth(element); }
  std::byte *data() const { return storage.get(); }

  /// The i-th element in row-major logical order.
  double at(int64_t i) const;
  /// Requires a value that the type can hold.
  void set(int64_t i, double value);
  /// All elements in row-major logical order.
  std::vector<double> toDoubles() const;
  void fromDoubles(std::span<const double> values);
  /// Element bytes in row-major logical order, as safetensors files have them.
  std::vector<std::byte> toRowMajorBytes() const;
  void fromRowMajorBytes(std::span<const std::byte> bytes);

  /// Valid while this tensor is neither moved nor destroyed.
  DLTensor *dlpack() { return &view; }

  Tensor(Tensor &&other) noexcept;
  Tensor &operator=(Tensor &&) = delete;

private:
  int64_t offsetOf(int64_t rowMajorIndex) const;
  void pointView();

  schedules::ElementType element;
  std::vector<int64_t> extents, strides;
  struct Free {
    void operator()(std::byte *memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> storage;
  DLTensor view; // pointView() sets it
};

/// Fills with a fixed pseudo-random sequence: floats in [-1, 1), integers over their range (i32:
/// -128 .. 127). The same seed gives the same values on every machine.
void fillRandom(Tensor &tensor, uint64_t seed);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_EXECUTE_TENSOR_H
