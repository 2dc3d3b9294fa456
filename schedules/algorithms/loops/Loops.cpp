//===- Loops.cpp - any kernel, as plain vectorised loops -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/Cost.h"
#include "schedules/algorithms/gpu/GpuPlanner.h"
#include "schedules/lowering/Nest.h"
#include "schedules/lowering/Pipelines.h"

#include <algorithm>
#include <utility>

namespace convwright::schedules {

using Halide::Func;
using Halide::Partition;
using Halide::TailStrategy;
using Halide::Var;

namespace {

/// A pointwise kernel whose pixels may be walked as one line: nothing broadcasts over H or W alone.
bool isLine(const Kernel &kernel) {
  if (!kernel.stages.empty() || !Tensors::canBeLine(kernel))
    return false;
  const Dims &shape = kernel.outputs.front().dims;
  return std::all_of(kernel.operands.begin(), kernel.operands.end(), [&](const Operand &operand) {
    const Dims &dims = operand.dims;
    if (dims.size() != kernel.rank())
      return true;
    bool broadcasts = std::none_of(dims.begin() + 2, dims.end(), varies);
    return broadcasts || std::equal(dims.begin() + 2, dims.end(), shape.begin() + 2);
  });
}

/// As many lanes as the target has, but no more than twice what a constant extent can fill.
int lanesFor(const Target &target, const Halide::Expr &extent) {
  int lanes = target.lanes(4);
  std::optional<int64_t> known = Halide::Internal::as_const_int(extent);
  while (known && lanes > 1 && lanes / 2 >= *known)
    lanes /= 2;
  return lanes;
}

std::vector<Halide::Expr> memoryExtents(const Tensors &tensors, const Nest &nest) {
  return memoryOrder(nest.layout, nest.rank, tensors.outputExtents(nest.firstOutput));
}

/// The sums of one vector and `rows` steps of the next dimension stay in registers.
void scheduleConv(const NestConv &conv, const Nest &nest, int lanes, int rows, const Var &tile) {
  Var lane = nest.memoryVar(0), row = nest.memoryVar(1);
  Func sum = conv.sum;
  sum.compute_at(nest.out, tile).never_partition_all();
  // Constant extents, whole tiles at the borders too: the sums then need no memory.
  sum.bound_extent(lane, lanes).bound_extent(row, rows);
  sum.vectorize(lane).unroll(row);
  std::vector<Halide::VarOrRVar> order = {lane, row};
  for (const Halide::VarOrRVar &loop : conv.loops())
    order.push_back(loop);
  sum.update().reorder(order).vectorize(lane).unroll(row);
}

/// The `like` extents of the outputs, innermost in memory first.
std::vector<int64_t> likeExtents(const Kernel &kernel, const Nest &nest) {
  std::vector<int64_t> sizes = likeSizes(kernel), extents;
  const Dims &dims = kernel.outputs[nest.firstOutput].dims;
  for (size_t position : memoryOrder(nest.layout, nest.rank))
    extents.push_back(dims[position].at(sizes));
  return extents;
}

/// The loops of an output, innermost first, and one parallel loop: the outermost with enough tasks,
/// otherwise the longest. (Fused loops would be more even, but lose Halide the bounds of the sums.)
void orderLoops(const Kernel &kernel, Nest &nest, std::vector<Halide::VarOrRVar> inner,
                const std::vector<std::pair<Var, int64_t>> &tasks) {
  constexpr int64_t enough = 8;
  auto chosen = std::find_if(tasks.rbegin(), tasks.rend(),
                             [](const auto &task) { return task.second >= enough; });
  if (chosen == tasks.rend())
    chosen = std::max_element(tasks.rbegin(), tasks.rend(),
                              [](const auto &a, const auto &b) { return a.second < b.second; });
  for (const auto &task : tasks)
    if (task.first.name() != chosen->first.name())
      inner.emplace_back(task.first);
  inner.emplace_back(chosen->first);
  nest.out.reorder(inner).parallel(chosen->first);
}

void schedule(const Kernel &kernel, Tensors &tensors, Nest &nest, const Plan &plan,
              const Target &target) {
  std::vector<int64_t> like = likeExtents(kernel, nest);
  int lanes = lanesFor(target, memoryExtents(tensors, nest)[0]);
  int rows = nest.convs.empty() ? 1 : static_cast<int>(plan.get("rows", 1));
  int chunk = static_cast<int>(plan.get("chunk", 64));
  Var task("task"), within("within"), vector("vector"), lane("lane"), tile("tile"), row("row");
  bool longRows = nest.convs.empty() && nest.layout == Layout::ChannelsFirst;
  Func out = nest.out;
  out.never_partition_all();
  out.split(nest.memoryVar(0), vector, lane, lanes, TailStrategy::GuardWithIf)
      .split(nest.memoryVar(1), tile, row, rows, TailStrategy::GuardWithIf)
      .vectorize(lane)
      .unroll(row)
      .partition(vector, Partition::Auto)
      .split(longRows ? vector : tile, task, within, chunk, TailStrategy::GuardWithIf);
  if (longRows)
    out.partition(within, Partition::Auto).partition(task, Partition::Auto);
  std::vector<Halide::VarOrRVar> inner = {lane, row, longRows ? within : vector,
                                          longRows ? tile : within};
  int64_t tasks = longRows ? like[0] / lanes / chunk : like[1] / rows / chunk;
  std::vector<std::pair<Var, int64_t>> loops = {{task, tasks}};
  for (size_t i = 2; i < like.size(); ++i)
    loops.emplace_back(nest.memoryVar(static_cast<int>(i)), like[i]);
  orderLoops(kernel, nest, inner, loops);
  for (const auto &[stage, conv] : nest.convs)
    scheduleConv(conv, nest, lanes, rows, vector);
}

/// Each fold is a pass of its own; its lanes run along the innermost dimension of memory, over the
/// fold's own positions where that is the one it goes along.
void scheduleFold(NestFold &fold, int lanes) {
  Func func = fold.func;
  func.compute_root().store_in(Halide::MemoryType::Heap).never_partition_all();
  func.update().parallel(fold.vars.back());
  Var vector("vector"), lane("lane");
  if (func.update().get_schedule().rvars().empty()) { // over one element: no loop
    func.vectorize(fold.vars.front(), lanes, TailStrategy::GuardWithIf);
    func.update().vectorize(fold.vars.front(), lanes, TailStrategy::GuardWithIf);
    return;
  }
  if (fold.alongInnermost) {
    Halide::RVar steps("steps"), element("element");
    Var partial("partial");
    func.update().split(fold.along.x, steps, element, lanes);
    Func partials = func.update().rfactor(element, partial);
    partials.compute_at(func, fold.vars.front()).never_partition_all();
    partials.bound_extent(partial, lanes).vectorize(partial).update().vectorize(partial);
    return;
  }
  func.vectorize(fold.vars.front(), lanes, TailStrategy::GuardWithIf);
  func.update()
      .split(fold.vars.front(), vector, lane, lanes, TailStrategy::GuardWithIf)
      .reorder(lane, fold.along.x, vector)
      .vectorize(lane);
}

/// What folds are stored in: an element for each of the outputs' positions without the axis.
std::vector<ScratchBuffer> foldScratch(const Kernel &kernel) {
  std::vector<ScratchBuffer> scratch;
  for (const Fold &fold : kernel.folds) {
    ScratchBuffer buffer;
    buffer.elementBytes = 4;
    buffer.perThread = false;
    buffer.dims = kernel.outputs.front().dims;
    buffer.dims[*positionOf(fold.axis, kernel.rank())] = Extent::constant(1);
    scratch.push_back(buffer);
  }
  return scratch;
}

class Loops final : public Algorithm {
public:
  std::string_view name() const override { return "loops"; }
  std::string_view summary() const override {
    return "plain vectorised loops: computes any kernel";
  }

  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu() && !kernel.folds.empty())
      return "sums and maxima over an axis are computed on CPUs only";
    return std::nullopt;
  }

  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).milliseconds(onGpu(kernel, target).complete(plan));
    // Channels in the lanes: a filter vector and broadcasts. Pixels in the lanes: every tap is an
    // unaligned load with its own bounds.
    bool channels = kernel.outputs.front().layout == Layout::ChannelsLast;
    int64_t lanes = target.lanes(4);
    double each = channels ? 2 : 10, loopStarts = 0;
    if (channels && !kernel.stages.empty()) {
      const Stage &conv = kernel.stages.front();
      // Groups that share a vector read different inputs, which are put together lane by lane; only
      // AVX-512 has instructions that help (4 channels a group: 0.39 of the peak on Zen 4, 0.19
      // with AVX2 on Zen 3).
      bool mixed = conv.groups > 1 && conv.groups < conv.C && conv.K / conv.groups % lanes != 0;
      if (mixed && target.vectorBits < 512)
        each = 5;
      // Every sum has its own input: 0.26 to 0.75 of depthwise's speed (Zen 3, 11 layers of 3x3).
      if (conv.groups == conv.C && conv.C > 1)
        each = 6;
      lanes = std::min(lanes, conv.K); // few channels leave most lanes empty
      // Each tap starts a loop over the channels, of which images have few (README.md).
      if (each == 2)
        loopStarts = 5 / static_cast<double>(conv.C / conv.groups * plan.get("rows", 4));
    }
    // Samples and blended kernels are computed for each output anew.
    for (const Stage &stage : kernel.stages)
      if (stage.displacement || stage.filterKind == FilterKind::Regions)
        each = 30;
    double cycles = (each / target.fmaPerCycle + loopStarts) * convolutionFmas(kernel) /
                    static_cast<double>(lanes);
    return std::max(millisecondsOfCycles(cycles), millisecondsOfBytes(kernel));
  }

  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).space();
    return {{"rows", {4, 1, 2, 8}, "steps of the second dimension that share a filter's load"},
            {"chunk", {64, 8, 16, 256, 1024}, "steps that make up a parallel task"}};
  }

  std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).whyNot(onGpu(kernel, target).complete(plan));
    return std::nullopt;
  }

  Plan normalise(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return GpuPlanner::asPlan(onGpu(kernel, target).complete(plan), "loops");
    Plan normal = Algorithm::normalise(kernel, plan, target);
    if (kernel.stages.empty()) // there are no sums to share anything
      normal.parameters.erase("rows");
    return normal;
  }

  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).build(onGpu(kernel, target).complete(plan));
    return buildFor(kernel, plan, target, densePixels(kernel));
  }
  std::optional<Pipelines> buildStrided(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    Pixels dense = densePixels(kernel);
    if (target.isGpu() || dense == Pixels::Plane)
      return std::nullopt;
    bool apart = dense == Pixels::Line && hasOnePixelImages(kernel);
    return buildFor(kernel, plan, target, apart ? Pixels::Apart : Pixels::Plane);
  }

private:
  static Pixels densePixels(const Kernel &kernel) {
    if (isLine(kernel))
      return Pixels::Line;
    return kernel.stages.empty() && Tensors::hasConstantImages(kernel) ? Pixels::DensePlane
                                                                       : Pixels::Plane;
  }
  static Pipelines buildFor(const Kernel &kernel, const Plan &plan, const Target &target,
                            Pixels pixels) {
    Tensors tensors(kernel, target, pixels);
    std::vector<NestFold> folds = defineFolds(kernel, tensors);
    std::vector<Nest> nests = defineNests(kernel, tensors, /*materialiseInput=*/false);
    std::vector<Func> outputs;
    for (Nest &nest : nests) {
      schedule(kernel, tensors, nest, plan, target);
      outputs.push_back(nest.out);
    }
    for (NestFold &fold : folds)
      scheduleFold(fold, target.lanes(4));
    return tensors.finish(outputs, foldScratch(kernel));
  }

  static GpuPlanner onGpu(const Kernel &kernel, const Target &target) {
    return GpuPlanner(kernel, target, GpuReuse::Single);
  }
};

} // namespace

std::unique_ptr<Algorithm> createLoops() { return std::make_unique<Loops>(); }

} // namespace convwright::schedules
