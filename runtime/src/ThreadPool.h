//===- ThreadPool.h - the threads that parallel loops run on -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_THREADPOOL_H
#define CONVWRIGHT_RUNTIME_SRC_THREADPOOL_H

#include "convwright/convwright.h"

#include <cstdint>

namespace convwright::runtime {

/// The most threads that a call may ask for.
inline constexpr int maxThreads = 1024;

/// Runs task(argument, worker, i) for every i in [0, count) on the calling thread (worker 0) and up
/// to workers - 1 threads of the process's pool, which starts them when first asked. Tasks are
/// shared out one at a time. Several threads may call at the same moment: their loops share the
/// pool. The signature is cw_parallel_for's; `context` is not used.
/// Returns the first non-zero result of a task; the tasks not yet begun are dropped then.
int poolParallelFor(void *context, int64_t count, int workers, cw_task task, void *argument);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_THREADPOOL_H
