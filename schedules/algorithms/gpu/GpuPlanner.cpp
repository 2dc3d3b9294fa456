//===- GpuPlanner.cpp - plans for GPU targets ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/gpu/GpuPlanner.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/lowering/Pipelines.h"

#include <algorithm>
#include <bit>

namespace convwright::schedules {

namespace {

constexpr int64_t largestGrid = 65535; // CUDA, second and third dimension
constexpr int64_t largestDepth = 64;   // CUDA, threads along the third dimension
constexpr std::array<const char *, 3> threadNames = {"threads_x", "threads_y", "threads_z"};
constexpr std::array<const char *, 3> registerNames = {"tile_x", "tile_y", "tile_z"};

/// Of a positive number.
int64_t powerOfTwoFrom(int64_t value) {
  return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(value)));
}

/// Output extents, innermost in memory first, at the symbols' values in `sizes`.
std::vector<int64_t> extentsAt(const Kernel &kernel, const std::vector<int64_t> &sizes) {
  const Output &output = kernel.outputs.front();
  std::vector<int64_t> extents;
  for (size_t position : memoryOrder(output.layout, output.dims.size()))
    extents.push_back(output.dims[position].at(sizes));
  return extents;
}

std::vector<int64_t> largestSizes(const Kernel &kernel) {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.hi);
  return sizes;
}

int64_t bytesOf(const std::array<int64_t, 3> &extents) {
  return 4 * extents[0] * extents[1] * extents[2];
}

std::string text(int64_t value) { return std::to_string(value); }

std::vector<int64_t> valuesWith(int64_t standard, std::vector<int64_t> others) {
  others.erase(std::remove(others.begin(), others.end(), standard), others.end());
  others.insert(others.begin(), standard);
  return others;
}

} // namespace

/// Register tiles by what they reuse: pixels share a filter, channels share an input. The innermost
/// dimension stays one wide, so that neighbouring threads read neighbouring elements.
GpuTiles GpuPlanner::withLargestTile(GpuTiles tiles) const {
  if (reuse == GpuReuse::Single || kernel.stages.empty())
    return tiles;
  bool channelsInner = kernel.outputs.front().layout == Layout::ChannelsLast;
  int64_t sums =
      std::max<int64_t>(1, target.vectorRegisters / 4 / static_cast<int64_t>(kernel.stages.size()));
  int64_t pixels = std::min<int64_t>(sums, 4);
  if (reuse == GpuReuse::Channels)
    tiles.registers = {1, pixels, 1};
  else if (channelsInner)
    tiles.registers = {1, pixels, sums >= 8 ? 2 : 1};
  else
    tiles.registers = {1, 1, std::min<int64_t>(sums, 8)};
  std::vector<int64_t> extents = extentsAt(kernel, likeSizes(kernel));
  for (size_t i = 0; i < 3; ++i)
    tiles.registers[i] = std::min(tiles.registers[i], powerOfTwoFrom(extents[i]));
  return tiles;
}

GpuTiles GpuPlanner::fastest() const {
  std::vector<int64_t> extents = extentsAt(kernel, likeSizes(kernel));
  GpuTiles tiles;
  int64_t left = std::min<int64_t>(target.maxThreadsPerBlock, 128);
  for (size_t i = 0; i < 3; ++i) {
    int64_t most = i == 0 ? target.warp : i == 1 ? 8 : largestDepth;
    tiles.threads[i] = std::min({left, most, powerOfTwoFrom(extents[i])});
    left /= tiles.threads[i];
  }
  tiles = withLargestTile(tiles);
  tiles.stage = reuse != GpuReuse::Single && shareInput(kernel);
  while (tiles.stage && bytesOf(stagedExtents(kernel, tiles)) > target.sharedMemory) {
    auto widest = std::max_element(tiles.registers.begin(), tiles.registers.end());
    if (*widest == 1)
      tiles.stage = false;
    *widest = std::max<int64_t>(1, *widest / 2);
  }
  return tiles.stage ? tiles : withLargestTile(tiles);
}

GpuTiles GpuPlanner::complete(const Plan &plan) const {
  GpuTiles tiles = fastest();
  for (size_t i = 0; i < 3; ++i) {
    tiles.threads[i] = plan.get(threadNames[i], tiles.threads[i]);
    tiles.registers[i] = plan.get(registerNames[i], tiles.registers[i]);
  }
  tiles.stage = plan.get("stage", tiles.stage) != 0;
  return tiles;
}

Plan GpuPlanner::asPlan(const GpuTiles &tiles, std::string algorithm) {
  Plan plan;
  plan.algorithm = std::move(algorithm);
  for (size_t i = 0; i < 3; ++i) {
    plan.parameters[threadNames[i]] = tiles.threads[i];
    plan.parameters[registerNames[i]] = tiles.registers[i];
  }
  plan.parameters["stage"] = tiles.stage;
  return plan;
}

std::vector<Parameter> GpuPlanner::space() const {
  GpuTiles standard = fastest();
  std::vector<Parameter> space;
  for (size_t i = 0; i < 3; ++i) {
    space.push_back({threadNames[i], valuesWith(standard.threads[i], {1, 2, 4, 8, 16, 32, 64, 128}),
                     "threads of a block along a dimension, innermost in memory first"});
    space.push_back({registerNames[i], valuesWith(standard.registers[i], {1, 2, 4, 8}),
                     "neighbouring elements that a thread computes along a dimension"});
  }
  std::vector<int64_t> stages = {standard.stage ? 1 : 0};
  if (shareInput(kernel))
    stages.push_back(standard.stage ? 0 : 1);
  space.push_back({"stage", stages, "copy the block's padded input to shared memory"});
  return space;
}

std::optional<std::string> GpuPlanner::whyNotGrid(const GpuTiles &tiles) const {
  std::vector<int64_t> extents = extentsAt(kernel, largestSizes(kernel));
  for (size_t i = 1; i < 3; ++i)
    if (int64_t blocks = (extents[i] + tiles.covered(i) - 1) / tiles.covered(i);
        blocks > largestGrid)
      return "a grid of " + text(blocks) + " blocks along one dimension exceeds " +
             text(largestGrid);
  return std::nullopt;
}

std::optional<std::string> GpuPlanner::whyNot(const GpuTiles &tiles) const {
  if (tiles.threadsPerBlock() > target.maxThreadsPerBlock)
    return "a block of " + text(tiles.threadsPerBlock()) + " threads exceeds the " +
           text(target.maxThreadsPerBlock) + " of " + target.name;
  if (tiles.threads[2] > largestDepth)
    return "threads_z = " + text(tiles.threads[2]) + " exceeds " + text(largestDepth);
  int64_t registers =
      tiles.sumsPerThread() * std::max<int64_t>(1, static_cast<int64_t>(kernel.stages.size()));
  if (registers > target.vectorRegisters)
    return text(registers) + " sums a thread exceed the " + text(target.vectorRegisters) +
           " registers to aim for on " + target.name;
  if (tiles.stage)
    if (int64_t bytes = bytesOf(stagedExtents(kernel, tiles)); bytes > target.sharedMemory)
      return "the input of a block takes " + text(bytes) + " bytes of shared memory, " +
             target.name + " has " + text(target.sharedMemory);
  return whyNotGrid(tiles);
}

// One FMA a thread and cycle on every multiprocessor, 128 at a time, each fed by one load of the
// filter for a tile of pixels and one of the input for a tile of channels.
double GpuPlanner::milliseconds(const GpuTiles &tiles) const {
  double sums = static_cast<double>(tiles.sumsPerThread());
  double loads = (1.0 / sums + (tiles.stage ? 0.25 : 1.0)) * 4;
  double cycles = convolutionFmas(kernel) * (1 + loads) / (128.0 * target.multiprocessors);
  constexpr double launch = 0.005; // milliseconds
  return launch + std::max(millisecondsOfCycles(cycles), millisecondsOfBytes(kernel) / 40);
}

Pipelines GpuPlanner::build(const GpuTiles &tiles) const {
  Tensors tensors(kernel, target);
  std::vector<Halide::Func> outputs;
  for (Nest &nest : defineNests(kernel, tensors, tiles.stage)) {
    scheduleOnGpu(kernel, nest, tiles);
    outputs.push_back(nest.out);
  }
  return tensors.finish(outputs, {});
}

} // namespace convwright::schedules
