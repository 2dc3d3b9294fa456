//===- GuardedMemory.h - memory that ends at a page nobody may touch -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_GUARDEDMEMORY_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_GUARDEDMEMORY_H

#include <cstddef>
#include <cstdint>

namespace convwright::measure {

/// Pages between two pages that end the process when they are touched.
class GuardedMemory {
public:
  /// Ends the process as out of memory when there is none.
  explicit GuardedMemory(int64_t bytes);
  GuardedMemory(const GuardedMemory &) = delete;
  ~GuardedMemory();

  /// `size()` bytes that end right at the guard: for finding out who reads or writes beyond.
  std::byte *atTheEnd() const;
  /// `size()` bytes that begin at a page, as applications' large tensors do: for timing.
  std::byte *atAPage() const;
  int64_t size() const { return bytes; }

private:
  int64_t bytes, mapped = 0;
  std::byte *pages = nullptr;
};

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_GUARDEDMEMORY_H
