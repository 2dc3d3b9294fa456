//===- GuardedMemory.cpp - memory that ends at a page nobody may touch -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/GuardedMemory.h"

#include "tools/measure-runner/Verdicts.h"

#include <sys/mman.h>
#include <unistd.h>

namespace convwright::measure {

static int64_t pageBytes() { return sysconf(_SC_PAGESIZE); }

GuardedMemory::GuardedMemory(int64_t bytes) : bytes(bytes) {
  int64_t page = pageBytes(), middle = (bytes + page - 1) / page * page;
  mapped = middle + 2 * page;
  void *memory = mmap(nullptr, static_cast<size_t>(mapped), PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    endOutOfMemory();
  pages = static_cast<std::byte *>(memory);
  if (middle && mprotect(pages + page, static_cast<size_t>(middle), PROT_READ | PROT_WRITE) != 0)
    endOutOfMemory();
}

GuardedMemory::~GuardedMemory() { munmap(pages, static_cast<size_t>(mapped)); }

std::byte *GuardedMemory::atTheEnd() const { return pages + mapped - pageBytes() - bytes; }

std::byte *GuardedMemory::atAPage() const { return pages + pageBytes(); }

} // namespace convwright::measure
