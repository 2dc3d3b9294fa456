//===- GuardedMemory.cpp - memory between pages that nobody may touch ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/GuardedMemory.h"

#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace convwright::schedules {

static int64_t pageBytes() { return sysconf(_SC_PAGESIZE); }

/// Processes that measure say why they end in their new handler.
[[noreturn]] static void failAsNew() {
  if (std::new_handler handler = std::get_new_handler())
    handler();
  throw std::bad_alloc();
}

GuardedMemory::GuardedMemory(int64_t bytes) : bytes(bytes) {
  int64_t page = pageBytes(), middle = (bytes + page - 1) / page * page;
  mapped = middle + 2 * page;
  void *memory = mmap(nullptr, static_cast<size_t>(mapped), PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    failAsNew();
  pages = static_cast<std::byte *>(memory);
  if (middle && mprotect(pages + page, static_cast<size_t>(middle), PROT_READ | PROT_WRITE) != 0) {
    munmap(pages, static_cast<size_t>(mapped));
    failAsNew();
  }
}

GuardedMemory::~GuardedMemory() { munmap(pages, static_cast<size_t>(mapped)); }

std::byte *GuardedMemory::atTheEnd() const { return pages + mapped - pageBytes() - bytes; }

std::byte *GuardedMemory::atAPage() const { return pages + pageBytes(); }

std::span<std::byte> GuardedMemory::all() const {
  return {atAPage(), static_cast<size_t>(mapped - 2 * pageBytes())};
}

} // namespace convwright::schedules
