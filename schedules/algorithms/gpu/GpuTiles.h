//===- GpuTiles.h - blocks, threads and register tiles ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUTILES_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUTILES_H

#include "schedules/lowering/Nest.h"

#include <array>

namespace convwright::schedules {

/// How the three inner dimensions in memory are cut, innermost first: a thread computes
/// `registers[i]` neighbouring steps of dimension i, a block `threads[i]` such pieces.
struct GpuTiles {
  std::array<int64_t, 3> threads{1, 1, 1};
  std::array<int64_t, 3> registers{1, 1, 1};
  bool stage = false; // copy the block's padded input to shared memory

  int64_t covered(size_t dim) const { return threads[dim] * registers[dim]; }
  int64_t threadsPerBlock() const { return threads[0] * threads[1] * threads[2]; }
  int64_t sumsPerThread() const { return registers[0] * registers[1] * registers[2]; }
};

/// Elements of padded input under a block, innermost dimension in memory first.
std::array<int64_t, 3> stagedExtents(const Kernel &kernel, const GpuTiles &tiles);

/// Schedules a nest for OpenCL or CUDA. The sums of a thread stay in its registers; Nest::input,
/// when it is there, is staged in shared memory once a block. Images of a batch are launched in
/// turn.
void scheduleOnGpu(const Kernel &kernel, Nest &nest, const GpuTiles &tiles);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUTILES_H
