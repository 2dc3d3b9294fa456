//===- GpuTiles.cpp - blocks, threads and register tiles -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/gpu/GpuTiles.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Func;
using Halide::MemoryType;
using Halide::TailStrategy;
using Halide::Var;
using Halide::VarOrRVar;

namespace {

constexpr TailStrategy guarded = TailStrategy::GuardWithIf;

/// The Vars that a dimension is cut into.
struct CutDimension {
  Var block, thread, step;

  explicit CutDimension(const Var &dim)
      : block(dim.name() + "_block"), thread(dim.name() + "_thread"), step(dim.name() + "_step") {}
};

/// Every thread copies its share of the block's input.
void stageInput(const Kernel &kernel, Nest &nest, const GpuTiles &tiles, const Var &block) {
  Func input = *nest.input;
  std::array<int64_t, 3> extents = stagedExtents(kernel, tiles);
  std::vector<VarOrRVar> order, threads;
  input.compute_at(nest.out, block).store_in(MemoryType::GPUShared);
  for (int i = 0; i < 3; ++i) {
    Var dim = nest.memoryVar(i);
    CutDimension vars(dim);
    auto at = static_cast<size_t>(i);
    input.bound_extent(dim, toInt(extents[at]));
    input.split(dim, vars.step, vars.thread, toInt(tiles.threads[at]), guarded);
    order.emplace_back(vars.step);
    threads.emplace_back(vars.thread);
  }
  order.insert(order.end(), threads.begin(), threads.end());
  input.reorder(order).gpu_threads(threads[0], threads[1], threads[2]);
}

void scheduleSum(const NestConv &conv, const Nest &nest, const GpuTiles &tiles, const Var &thread) {
  Func sum = conv.sum;
  std::vector<VarOrRVar> order;
  sum.compute_at(nest.out, thread).store_in(MemoryType::Register);
  for (int i = 0; i < 3; ++i) {
    Var dim = nest.memoryVar(i);
    sum.bound_extent(dim, toInt(tiles.registers[static_cast<size_t>(i)])).unroll(dim);
    sum.update().unroll(dim);
    order.emplace_back(dim);
  }
  for (int i = 0; i < conv.taps.dimensions(); ++i)
    order.emplace_back(conv.taps[i]);
  sum.update().reorder(order);
}

} // namespace

std::array<int64_t, 3> stagedExtents(const Kernel &kernel, const GpuTiles &tiles) {
  std::vector<size_t> order = memoryOrder(kernel.outputs.front().layout, kernel.rank());
  std::array<int64_t, 3> extents{1, 1, 1};
  for (const Stage &conv : kernel.stages)
    for (size_t i = 0; i < 3; ++i) {
      int64_t covered = tiles.covered(i), needed = 0;
      Axis axis = axisAt(order[i], kernel.rank());
      if (axis == Axis::C) { // a tile of channels may straddle one group more than it fills
        int64_t outGroup = conv.K / conv.groups, inGroup = conv.C / conv.groups;
        needed = inGroup * std::min(conv.groups, (covered + outGroup - 2) / outGroup + 1);
      } else {
        WindowAxis window = conv.windowAlong(axis);
        needed = (covered - 1) * window.stride + window.reach();
      }
      extents[i] = std::max(extents[i], needed);
    }
  return extents;
}

void scheduleOnGpu(const Kernel &kernel, Nest &nest, const GpuTiles &tiles) {
  Func out = nest.out;
  std::vector<CutDimension> cut;
  for (int i = 0; i < 3; ++i) {
    Var dim = nest.memoryVar(i), tile(dim.name() + "_tile");
    auto at = static_cast<size_t>(i);
    cut.emplace_back(dim);
    out.split(dim, cut[at].block, tile, toInt(tiles.covered(at)), guarded)
        .split(tile, cut[at].thread, cut[at].step, toInt(tiles.registers[at]), guarded)
        .unroll(cut[at].step);
  }
  std::vector<VarOrRVar> order = {cut[0].step,   cut[1].step,   cut[2].step,
                                  cut[0].thread, cut[1].thread, cut[2].thread,
                                  cut[0].block,  cut[1].block,  cut[2].block};
  for (size_t i = 3; i < nest.rank; ++i)
    order.emplace_back(nest.memoryVar(static_cast<int>(i)));
  out.reorder(order)
      .gpu_blocks(cut[0].block, cut[1].block, cut[2].block)
      .gpu_threads(cut[0].thread, cut[1].thread, cut[2].thread);
  if (nest.input)
    stageInput(kernel, nest, tiles, cut[0].block);
  for (const auto &[stage, conv] : nest.convs)
    scheduleSum(conv, nest, tiles, cut[0].thread);
}

} // namespace convwright::schedules
