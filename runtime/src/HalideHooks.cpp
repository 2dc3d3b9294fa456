//===- HalideHooks.cpp - the functions that generated kernels call -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HalideHooks.h"

#include "Arithmetic.h"
#include "Call.h"
#include "StackPlace.h"

#include <cstdlib>

namespace convwright::runtime {

struct alignas(alignment) Region::Chunk {
  Chunk *below;
  bool free;
};

void *Region::allocate(uint64_t bytes) {
  static_assert(sizeof(Chunk) == overhead);
  auto room = static_cast<uint64_t>(end - top);
  if (room < overhead || bytes > room - overhead)
    return nullptr;
  uint64_t rounded = (bytes + alignment - 1) & ~static_cast<uint64_t>(alignment - 1);
  if (rounded > room - overhead)
    return nullptr;
  auto *chunk = reinterpret_cast<Chunk *>(top);
  chunk->below = last;
  chunk->free = false;
  last = chunk;
  top += overhead + rounded;
  return chunk + 1;
}

void Region::release(void *memory) {
  (static_cast<Chunk *>(memory) - 1)->free = true;
  while (last && last->free) {
    top = reinterpret_cast<uint8_t *>(last);
    last = last->below;
  }
}

namespace {

struct ParallelLoop {
  Call &call;
  HalideTask task;
  int min;
  uint8_t *closure;
};

int runTask(void *argument, int worker, int64_t i) {
  auto &loop = *static_cast<ParallelLoop *>(argument);
  if (worker < 0 || worker >= loop.call.workers) {
    loop.call.executorGaveBadWorker.store(true, std::memory_order_relaxed);
    return -1;
  }
  int result = atPageEnd([&] {
    return loop.task(&loop.call.worker(worker), loop.min + static_cast<int>(i), loop.closure);
  });
  if (result)
    loop.call.taskFailed.store(true, std::memory_order_relaxed);
  return result;
}

int runInLine(Context &context, HalideTask task, int min, int size, uint8_t *closure) {
  return atPageEnd([&] {
    for (int i = min; i < min + size; ++i)
      if (int result = task(&context, i, closure)) {
        context.call->taskFailed.store(true, std::memory_order_relaxed);
        return result;
      }
    return 0;
  });
}

} // namespace

} // namespace convwright::runtime

using namespace convwright::runtime;

void *cwrt_halide_malloc(void *context, size_t bytes) {
  if (void *memory = static_cast<Context *>(context)->scratch.allocate(bytes))
    return memory;
  // Packing has no region. In a run this means that a kernel's scratch was declared too small:
  // slower, but right.
  void *memory = nullptr;
  return posix_memalign(&memory, alignment, bytes) == 0 ? memory : nullptr;
}

void cwrt_halide_free(void *context, void *memory) {
  Region &scratch = static_cast<Context *>(context)->scratch;
  if (scratch.holds(memory))
    scratch.release(memory);
  else
    std::free(memory);
}

int cwrt_halide_do_par_for(void *context, HalideTask task, int min, int size, uint8_t *closure) {
  auto &self = *static_cast<Context *>(context);
  Call &call = *self.call;
  if (self.isWorker)
    return runInLine(self, task, min, size, closure);
  if (call.workers == 1 || size <= 1)
    return runInLine(call.worker(0), task, min, size, closure);
  ParallelLoop loop{call, task, min, closure};
  int result = call.parallelFor(call.parallelForContext, size, call.workers, runTask, &loop);
  if (result && !call.taskFailed.load(std::memory_order_relaxed))
    call.executorResult = result;
  return result;
}
