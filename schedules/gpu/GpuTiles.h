//===- GpuTiles.h - blocks, threads and register tiles ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one GPU schedule, used for OpenCL and CUDA alike by every algorithm that runs there.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_GPU_GPUTILES_H
#define CONVWRIGHT_SCHEDULES_GPU_GPUTILES_H

#include "schedules/lowering/Nest.h"

#include <array>
#include <optional>
#include <string>

namespace convwright::schedules {

/// How the three inner dimensions in memory are cut, innermost first. A block covers
/// threads[i] * registers[i] steps of dimension i; neighbouring threads take neighbouring elements.
struct GpuTiles {
  std::array<int64_t, 3> threads{1, 1, 1};
  std::array<int64_t, 3> registers{1, 1, 1};
  /// Unroll the taps of one channel; worth it when they are few.
  bool unrollTaps = false;
};

/// Schedules a nest. Sums stay in each thread's registers; Nest::input, when it is there, is staged
/// in shared memory once a block. Blocks are numbered along one grid dimension, whose limit (2^31)
/// no tensor reaches.
void scheduleOnGpu(Nest &nest, const GpuTiles &tiles);

/// Why a block of so many threads does not run on the target.
std::optional<std::string> whyNotThreads(int64_t threads, const Target &target);

/// Bytes of shared memory that a block needs for the staged input of the kernel's convolutions.
int64_t stagedBytes(const Kernel &kernel, const GpuTiles &tiles);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_GPU_GPUTILES_H
