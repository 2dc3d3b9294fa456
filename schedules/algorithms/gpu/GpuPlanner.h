//===- GpuPlanner.h - plans for GPU targets --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUPLANNER_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUPLANNER_H

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/gpu/GpuTiles.h"

namespace convwright::schedules {

/// What an algorithm wants of a GPU. Single: one element a thread, nothing staged. Channels:
/// register tiles that reuse filters over pixels. Mixed: also inputs over output channels.
enum class GpuReuse : uint8_t { Single, Channels, Mixed };

/// One kernel on one GPU target: what `direct`, `depthwise` and `loops` delegate to there.
class GpuPlanner {
public:
  GpuPlanner(const Kernel &kernel, const Target &target, GpuReuse reuse)
      : kernel(kernel), target(target), reuse(reuse) {}

  /// From the row's warp, threads, registers and shared memory.
  GpuTiles fastest() const;
  /// What `plan` leaves out is the default's.
  GpuTiles complete(const Plan &plan) const;
  static Plan asPlan(const GpuTiles &tiles, std::string algorithm);
  std::vector<Parameter> space() const;
  /// A limit of the device that these tiles break, with the numbers.
  std::optional<std::string> whyNot(const GpuTiles &tiles) const;
  double milliseconds(const GpuTiles &tiles) const;
  Pipelines build(const GpuTiles &tiles) const;

private:
  GpuTiles withLargestTile(GpuTiles tiles) const;
  std::optional<std::string> whyNotGrid(const GpuTiles &tiles) const;

  const Kernel &kernel;
  const Target &target;
  GpuReuse reuse;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_GPU_GPUPLANNER_H
