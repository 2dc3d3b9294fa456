//===- Call.h - what generated code finds behind its user context --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_CALL_H
#define CONVWRIGHT_RUNTIME_SRC_CALL_H

#include "convwright/convwright.h"

#include <atomic>
#include <cstdint>

namespace convwright::runtime {

/// Memory handed out from one end: chunks that are freed in any order, reused once all above them
/// are free too. That is enough for generated code, whose buffers nest but for early frees.
class Region {
public:
  Region() = default;
  Region(uint8_t *begin, int64_t bytes) : begin(begin), top(begin), end(begin + bytes) {}

  /// What a chunk of `bytes` takes of a region.
  static constexpr int64_t overhead = 64;

  /// 64-byte aligned; null when the region is full.
  void *allocate(uint64_t bytes);
  void release(void *memory);
  bool holds(const void *memory) const { return memory >= begin && memory < end; }

private:
  struct Chunk;
  uint8_t *begin = nullptr, *top = nullptr, *end = nullptr;
  Chunk *last = nullptr;
};

struct Call;

/// What user_context points to: one for the calling thread, one for each worker of its loops.
struct alignas(64) Context {
  Call *call = nullptr;
  bool isWorker = false; // loops inside loops run in line
  Region scratch;
};

/// One call of an entry.
struct Call {
  cw_parallel_for parallelFor = nullptr;
  void *parallelForContext = nullptr;
  int workers = 1;
  Context main;
  /// Context of worker i at firstWorker + i * workerStride bytes.
  uint8_t *firstWorker = nullptr;
  int64_t workerStride = 0;
  /// Whether a task failed: otherwise a failed loop is the executor's doing.
  std::atomic<bool> taskFailed{false};
  std::atomic<bool> executorGaveBadWorker{false};
  int executorResult = 0;

  Context &worker(int i) const {
    return *reinterpret_cast<Context *>(firstWorker + i * workerStride);
  }
};

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_CALL_H
