//===- GuardedTensor.h - a tensor at the edge of a page ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_GUARDEDTENSOR_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_GUARDEDTENSOR_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/ScalarExpr.h"

#include <dlpack/dlpack.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace convwright::fuzz {

/// Where a tensor lies. End, Begin: the page behind it or before it cannot be touched.
struct Placement {
  bool atBegin = false;
  /// Elements between those of its outer dimensions, wherever a layer may take them.
  bool strided = false;
};

/// Memory that ends (or begins) where the process has none, so that whoever reads or writes beyond
/// it is caught. Filled with a pattern.
class GuardedTensor {
public:
  GuardedTensor(schedules::ElementType type, std::vector<int64_t> shape, schedules::Layout layout,
                Placement placement);
  ~GuardedTensor();
  GuardedTensor(const GuardedTensor &) = delete;
  GuardedTensor &operator=(const GuardedTensor &) = delete;

  DLTensor *dlpack() { return &view; }
  /// In row-major logical order.
  void fill(const std::vector<double> &values);
  std::vector<double> values() const;

private:
  std::byte *elementAt(int64_t rowMajorIndex) const;

  schedules::ElementType type;
  std::vector<int64_t> shape, strides;
  std::byte *pages = nullptr, *begin = nullptr;
  size_t mapped = 0;
  DLTensor view{};
};

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_GUARDEDTENSOR_H
