//===- Arena.cpp - workspaces that the runtime keeps between calls -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arena.h"

#include "Arithmetic.h"

#include <cstdlib>
#include <pthread.h>
#include <sys/mman.h>

namespace convwright::runtime {

/// Header of a block; what is lent follows it.
struct alignas(alignment) ArenaBlock {
  ArenaBlock *next;
  int64_t bytes;
};

namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
ArenaBlock *idle = nullptr;

/// Big blocks on huge pages: a convolution's workspace misses the TLB otherwise.
constexpr int64_t hugePage = 2 << 20;

ArenaBlock *allocate(int64_t bytes) {
  Size total = Size(bytes).alignedUp() + Size(sizeof(ArenaBlock));
  if (total.overflows())
    return nullptr;
  bool big = total.get() >= 2 * hugePage;
  void *memory = nullptr;
  if (posix_memalign(&memory, big ? hugePage : alignment, static_cast<size_t>(total.get())) != 0)
    return nullptr;
  if (big)
    madvise(memory, static_cast<size_t>(total.get()), MADV_HUGEPAGE);
  auto *block = static_cast<ArenaBlock *>(memory);
  block->bytes = bytes;
  return block;
}

/// Takes the smallest idle block that fits, otherwise the largest one (to be replaced).
ArenaBlock *takeIdle(int64_t bytes) {
  ArenaBlock **best = nullptr;
  for (ArenaBlock **at = &idle; *at; at = &(*at)->next) {
    int64_t size = (*at)->bytes;
    if (!best ||
        ((*best)->bytes < bytes ? size > (*best)->bytes : size >= bytes && size < (*best)->bytes))
      best = at;
  }
  if (!best)
    return nullptr;
  ArenaBlock *block = *best;
  *best = block->next;
  return block;
}

__attribute__((destructor)) void freeIdleBlocks() {
  while (ArenaBlock *block = idle) {
    idle = block->next;
    std::free(block);
  }
}

} // namespace

ArenaLease::ArenaLease(int64_t bytes) {
  lockArenas();
  block = takeIdle(bytes);
  unlockArenas();
  if (block && block->bytes >= bytes)
    return;
  std::free(block);
  block = allocate(bytes);
}

ArenaLease::~ArenaLease() {
  if (!block)
    return;
  lockArenas();
  block->next = idle;
  idle = block;
  unlockArenas();
}

void *ArenaLease::data() const { return block ? block + 1 : nullptr; }

void lockArenas() { pthread_mutex_lock(&mutex); }
void unlockArenas() { pthread_mutex_unlock(&mutex); }

} // namespace convwright::runtime
