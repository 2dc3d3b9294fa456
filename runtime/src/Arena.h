//===- Arena.h - workspaces that the runtime keeps between calls ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_ARENA_H
#define CONVWRIGHT_RUNTIME_SRC_ARENA_H

#include <cstdint>

namespace convwright::runtime {

/// Lends blocks of memory to calls that bring no workspace. A block goes back to a list when the
/// call ends and the next call takes it from there, so that calls of the same sizes allocate only
/// the first time: once for each that run at the same moment.
/// Threads: safe. Blocks are freed when the library is unloaded or the process ends.
class ArenaLease {
public:
  /// Takes a block of at least `bytes`, 64-byte aligned. data() is null when there is no memory.
  explicit ArenaLease(int64_t bytes);
  ~ArenaLease();
  ArenaLease(const ArenaLease &) = delete;
  ArenaLease &operator=(const ArenaLease &) = delete;

  void *data() const;

private:
  struct ArenaBlock *block;
};

/// Around fork(): no other thread may hold the list's lock while the process is copied.
void lockArenas();
void unlockArenas();

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_ARENA_H
