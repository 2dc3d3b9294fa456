//===- GpuTiles.cpp - blocks, threads and register tiles -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/gpu/GpuTiles.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Func;
using Halide::MemoryType;
using Halide::TailStrategy;
using Halide::Var;

namespace {

constexpr TailStrategy guarded = TailStrategy::GuardWithIf;

int toInt(int64_t value) { return static_cast<int>(value); }

/// The Vars that a dimension of the output is cut into.
struct CutDimension {
  Var block, thread, step;
};

CutDimension cut(Func func, const Var &dim, int64_t threads, int64_t registers) {
  CutDimension vars{Var(dim.name() + "_block"), Var(dim.name() + "_thread"),
                    Var(dim.name() + "_step")};
  Var tile(dim.name() + "_tile");
  func.split(dim, vars.block, tile, toInt(threads * registers), guarded)
      .split(tile, vars.step, vars.thread, toInt(threads), guarded);
  return vars;
}

/// Every thread copies its share of the block's input.
void stageInput(Nest &nest, const GpuTiles &tiles, const Var &block) {
  Func input = *nest.input;
  std::vector<Halide::VarOrRVar> steps, threads;
  for (int i = 0; i < 3; ++i) {
    Var dim = nest.memoryVar(i), step(dim.name() + "_step"), thread(dim.name() + "_thread");
    input.split(dim, step, thread, toInt(tiles.threads[static_cast<size_t>(i)]), guarded);
    steps.emplace_back(step);
    threads.emplace_back(thread);
  }
  steps.insert(steps.end(), threads.begin(), threads.end());
  input.compute_at(nest.out, block).store_in(MemoryType::GPUShared).reorder(steps);
  input.gpu_threads(threads[0], threads[1], threads[2]);
}

void scheduleSum(const NestConv &conv, const Nest &nest, const GpuTiles &tiles, const Var &thread) {
  Func sum = conv.sum;
  std::vector<Halide::VarOrRVar> order;
  for (int i = 0; i < 3; ++i)
    order.emplace_back(nest.memoryVar(i));
  sum.compute_at(nest.out, thread).store_in(MemoryType::Register);
  for (int i = 0; i < 3; ++i) {
    sum.unroll(nest.memoryVar(i));
    sum.update().unroll(nest.memoryVar(i));
  }
  order.insert(order.end(), {conv.taps.x, conv.taps.y, conv.taps.z});
  sum.update().reorder(order);
  if (tiles.unrollTaps)
    sum.update().unroll(conv.taps.x).unroll(conv.taps.y);
}

} // namespace

void scheduleOnGpu(Nest &nest, const GpuTiles &tiles) {
  Func out = nest.out;
  std::array<CutDimension, 3> dims;
  for (int i = 0; i < 3; ++i) {
    auto at = static_cast<size_t>(i);
    dims[at] = cut(out, nest.memoryVar(i), tiles.threads[at], tiles.registers[at]);
  }
  Var block("block");
  out.reorder({dims[0].step, dims[1].step, dims[2].step, dims[0].thread, dims[1].thread,
               dims[2].thread, dims[0].block, dims[1].block, dims[2].block, nest.memoryVar(3)});
  out.fuse(dims[2].block, nest.memoryVar(3), block)
      .fuse(dims[1].block, block, block)
      .fuse(dims[0].block, block, block)
      .gpu_blocks(block)
      .gpu_threads(dims[0].thread, dims[1].thread, dims[2].thread);
  for (const CutDimension &dim : dims)
    out.unroll(dim.step);
  if (nest.input)
    stageInput(nest, tiles, block);
  for (const NestConv &conv : nest.convs)
    scheduleSum(conv, nest, tiles, dims[0].thread);
}

std::optional<std::string> whyNotThreads(int64_t threads, const Target &target) {
  if (threads <= target.maxThreadsPerBlock)
    return std::nullopt;
  return "a block of " + std::to_string(threads) + " threads exceeds the " +
         std::to_string(target.maxThreadsPerBlock) + " of " + target.name;
}

int64_t stagedBytes(const Kernel &kernel, const GpuTiles &tiles) {
  if (!shareInput(kernel))
    return 0;
  const Layout layout = kernel.outputs.front().layout;
  int64_t bytes = 0;
  for (const Convolution &conv : kernel.convolutions) {
    std::vector<int> logical = memoryOrder(layout, 0, 1, 2, 3);
    std::array<int64_t, 4> covered{1, 1, 1, 1};
    for (size_t i = 0; i < 3; ++i)
      covered[static_cast<size_t>(logical[i])] = tiles.threads[i] * tiles.registers[i];
    int64_t outGroup = conv.K / conv.groups, inGroup = conv.C / conv.groups;
    // A tile of output channels may straddle one group more than it fills.
    int64_t groups = std::min(conv.groups, (covered[1] + outGroup - 2) / outGroup + 1);
    int64_t rows = (covered[2] - 1) * conv.stride[0] + (conv.R - 1) * conv.dilation[0] + 1;
    int64_t columns = (covered[3] - 1) * conv.stride[1] + (conv.S - 1) * conv.dilation[1] + 1;
    bytes = std::max(bytes, 4 * groups * inGroup * rows * columns);
  }
  return bytes;
}

} // namespace convwright::schedules
