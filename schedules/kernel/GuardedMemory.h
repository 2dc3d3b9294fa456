//===- GuardedMemory.h - memory between pages that nobody may touch --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_GUARDEDMEMORY_H
#define CONVWRIGHT_SCHEDULES_KERNEL_GUARDEDMEMORY_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace convwright::schedules {

/// Pages between two pages that end the process when they are touched.
class GuardedMemory {
public:
  /// Where there is none: as operator new.
  explicit GuardedMemory(int64_t bytes);
  GuardedMemory(const GuardedMemory &) = delete;
  GuardedMemory &operator=(const GuardedMemory &) = delete;
  ~GuardedMemory();

  /// `size()` bytes that end right at the guard: for finding out who reads or writes beyond.
  std::byte *atTheEnd() const;
  /// `size()` bytes that begin at a page, as applications' large tensors do: for timing; and right
  /// behind a guard.
  std::byte *atAPage() const;
  int64_t size() const { return bytes; }
  /// All that may be touched: `size()` bytes, rounded up to whole pages.
  std::span<std::byte> all() const;

private:
  int64_t bytes, mapped = 0;
  std::byte *pages = nullptr;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_GUARDEDMEMORY_H
