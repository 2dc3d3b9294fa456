//===- VaryingBuild.cpp - kernels that vary over the image, scheduled ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the image, a tile of sums in registers, parallel over rows. With pixels in the
// lanes a tile has several channels, which share a pixel's kernel, or the weights of displaced
// samples; with channels in the lanes it has several pixels, each of whose weights is broadcast.
//
// Kernels between the centres of a grid: along a row the kernel at a pixel is w0·h0 + w1·h1 + w2·h2
// with hat functions h of the pixel, so its sums are those with three kernels that hold for the
// whole tile, weighed at the end: no kernel is made for a pixel.
//
// Displaced samples are read once for all output channels of a tile.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/varying/VaryingBuild.h"

#include "schedules/lowering/Padding.h"
#include "schedules/lowering/StageTaps.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::Partition;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

namespace {

/// A grid's kernels that one tile meets along a row.
constexpr int64_t mostKernels = 3;

class VaryingBuild {
public:
  VaryingBuild(const Kernel &kernel, const VaryingPlan &plan, const Target &target)
      : kernel(kernel), plan(plan), tensors(kernel, target), stage(kernel.stages.front()),
        lanes(lanesFor(target)) {}

  Pipelines build() {
    if (stage.filterKind == FilterKind::Regions)
      defineRegions();
    else
      nest = defineNests(kernel, tensors, /*materialiseInput=*/plan.pixelLanes, laneKind()).front();
    if (plan.pixelLanes)
      schedulePixelLanes();
    else
      scheduleChannelLanes();
    return tensors.finish({nest.out}, scratch());
  }

private:
  Lanes laneKind() const { return plan.pixelLanes ? Lanes::Pixels : Lanes::Channels; }
  int lanesFor(const Target &target) const {
    const Extent &extent = plan.pixelLanes ? stage.outputDims[3] : stage.outputDims[1];
    int count = target.lanes(4);
    while (extent.isConstant() && count > 1 && count / 2 >= extent.add)
      count /= 2;
    return count;
  }

  //===--------------------------------------------------------------------===//
  // Regions
  //===--------------------------------------------------------------------===//

  int tileWidth() const { return lanes * toInt(plan.pixels); }
  RegionPlace placeAlong(Axis axis, const Expr &position) const {
    return regionPlace(tensors, stage, axis, position);
  }
  int kernelsMet() const { return toInt(std::min(stage.grid[1], mostKernels)); }

  /// The row's kernels: between those of the grid's rows.
  void defineRowKernels(const StageFilter &filter) {
    Point size = tensors.extents(stage.outputDims);
    Expr y = Halide::clamp(nest.vars.y, 0, size.y - 1);
    RegionPlace place = placeAlong(Axis::H, y);
    Tap tap{0, tapR, tapS};
    rowKernels = Func(tensors.name("row_kernels"));
    rowKernels(tapS, tapR, cell, nest.vars.y) =
        (1.0f - place.fraction) * filter.kernelOfGrid(tap, place.low, cell) +
        place.fraction * filter.kernelOfGrid(tap, place.high, cell);
  }

  void defineRegions() {
    nest = Nest{.layout = kernel.outputs.front().layout, .rank = kernel.rank()};
    StageFilter filter(kernel, tensors, 0, laneKind());
    defineRowKernels(filter);
    NestConv conv;
    conv.sum = Func(tensors.name("conv0"));
    conv.taps =
        RDom(Halide::Region{{0, toInt(stage.window[1].taps)}, {0, toInt(stage.window[0].taps)}},
             tensors.name("taps"));
    Expr value = plan.pixelLanes ? sumsOfHats(conv, filter) : sumOfPixelKernels(conv, filter);
    nest.convs.emplace(0, conv);
    defineOutputs(kernel, tensors, kernel.outputs.size(), [&](int32_t) { return value; }, nest);
  }

  Expr inputUnder(const NestConv &conv) {
    const LogicalVars &v = nest.vars;
    Point from{v.n, Halide::min(v.c, toInt(stage.C) - 1), 0,
               underTap(stage.window[0], v.y, conv.taps.y),
               underTap(stage.window[1], v.x, conv.taps.x)};
    if (!plan.pixelLanes)
      return paddedInput(tensors, stage, from);
    if (!nest.input) {
      Func padded(tensors.name("padded"));
      padded(v.inMemoryOrder(nest.layout, nest.rank)) = paddedInput(tensors, stage, v);
      nest.input = padded;
    }
    return (*nest.input)(memoryOrder(nest.layout, nest.rank, from));
  }

  std::vector<Expr> here() const {
    std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
    return {vars.begin(), vars.end()};
  }

  /// The sums with each kernel that the tile meets; hats far away are 0, whatever they would weigh.
  Expr sumsOfHats(NestConv &conv, const StageFilter &filter) {
    const LogicalVars &v = nest.vars;
    Expr first = placeAlong(Axis::W, v.x / tileWidth() * tileWidth()).low;
    RegionPlace place = placeAlong(Axis::W, v.x);
    Expr input = inputUnder(conv), value = 0.0f;
    std::vector<Expr> start, next;
    int count = kernelsMet();
    for (int i = 0; i < count; ++i)
      start.push_back(filter.bias(v.c) * (i == 0 ? 1.0f : 0.0f));
    std::vector<Var> vars = v.inMemoryOrder(nest.layout, nest.rank);
    conv.sum(vars) = asValue(start);
    for (int i = 0; i < count; ++i) {
      Expr of = Halide::min(first + i, toInt(stage.grid[1]) - 1);
      next.push_back(partial(conv, i) + rowKernels(conv.taps.x, conv.taps.y, of, v.y) * input);
    }
    conv.sum(vars) = asValue(next);
    for (int i = 0; i < count; ++i) {
      Expr of = first + i, hat = Halide::select(place.low == of, 1.0f - place.fraction,
                                                place.low + 1 == of, place.fraction, 0.0f);
      value += Halide::select(hat > 0.0f, hat * partial(conv, i), 0.0f);
    }
    return value;
  }

  Expr partial(const NestConv &conv, int i) const {
    return kernelsMet() == 1 ? Expr(conv.sum(here())) : Expr(conv.sum(here())[i]);
  }
  static Halide::Tuple asValue(const std::vector<Expr> &values) { return Halide::Tuple(values); }

  Expr sumOfPixelKernels(NestConv &conv, const StageFilter &filter) {
    const LogicalVars &v = nest.vars;
    Expr width = tensors.extents(stage.outputDims).x;
    RegionPlace place = placeAlong(Axis::W, Halide::clamp(v.x, 0, width - 1));
    pixelKernels = Func(tensors.name("pixel_kernels"));
    pixelKernels(tapS, tapR, v.x, v.y) =
        (1.0f - place.fraction) * rowKernels(tapS, tapR, place.low, v.y) +
        place.fraction * rowKernels(tapS, tapR, place.high, v.y);
    std::vector<Var> vars = v.inMemoryOrder(nest.layout, nest.rank);
    conv.sum(vars) = filter.bias(v.c);
    conv.sum(vars) += pixelKernels(conv.taps.x, conv.taps.y, v.x, v.y) * inputUnder(conv);
    return conv.sum(here());
  }

  //===--------------------------------------------------------------------===//
  // Schedules
  //===--------------------------------------------------------------------===//

  /// The sums of a tile, one tap after the other.
  void scheduleSum(const Var &at, int channels, int pixels) {
    const LogicalVars &v = nest.vars;
    NestConv &conv = nest.convs.at(0);
    const Var &lane = plan.pixelLanes ? v.x : v.c, &other = plan.pixelLanes ? v.c : v.x;
    conv.sum.compute_at(nest.out, at)
        .never_partition_all()
        .bound_extent(v.c, channels)
        .bound_extent(v.x, pixels)
        .reorder(lane, other)
        .vectorize(lane, lanes)
        .unroll(lane)
        .unroll(other);
    // Whatever the output's order is.
    conv.sum.reorder_storage(lane, other, v.y, v.n);
    if (plan.pixelLanes && stage.filterKind == FilterKind::Regions)
      conv.sum.align_bounds(v.x, pixels);
    std::vector<Halide::VarOrRVar> order = {lane, other};
    for (const Halide::VarOrRVar &loop : conv.loops())
      order.push_back(loop);
    conv.sum.update().reorder(order).vectorize(lane, lanes).unroll(lane).unroll(other);
  }

  void scheduleRowKernels(const Var &row) {
    if (!rowKernels.defined())
      return;
    int width = 8;
    while (width > 1 && width / 2 >= stage.window[1].taps)
      width /= 2;
    rowKernels.compute_at(nest.out, row).never_partition_all();
    rowKernels.vectorize(tapS, width, TailStrategy::GuardWithIf);
  }

  void scheduleSamples(const Var &at) {
    NestConv &conv = nest.convs.at(0);
    if (!conv.samples)
      return;
    std::vector<Var> args = conv.samples->args(); // c, s, r, x, y, n
    conv.samples->compute_at(nest.out, at).never_partition_all();
    int channelLanes = lanes;
    while (channelLanes > 1 && channelLanes > stage.C)
      channelLanes /= 2;
    if (plan.pixelLanes)
      conv.samples->reorder_storage(args[3], args[0], args[1], args[2], args[4], args[5])
          .bound_extent(args[3], tileWidth())
          .vectorize(args[3], lanes);
    else
      conv.samples->bound_extent(args[3], toInt(plan.pixels))
          .vectorize(args[0], channelLanes, TailStrategy::GuardWithIf);
  }

  /// The padded rows under a strip of some channels, planar, so that every tap is a dense vector.
  void schedulePadded(const Var &at) {
    const LogicalVars &v = nest.vars;
    if (!nest.input)
      return;
    Var vector("padded_vector"), lane("padded_lane");
    nest.input->compute_at(nest.out, at)
        .never_partition_all()
        .reorder_storage(v.x, v.y, v.c, v.n)
        .split(v.x, vector, lane, lanes, TailStrategy::GuardWithIf)
        .reorder(lane, vector, v.y, v.c, v.n)
        .vectorize(lane)
        .partition(vector, Partition::Auto);
  }

  /// A strip of rows for some channels after the other; of displaced taps all channels of a tile,
  /// which share what is sampled.
  void schedulePixelLanes() {
    const LogicalVars &v = nest.vars;
    int channels = toInt(plan.channels), width = tileWidth();
    Var tile("tile"), pixel("pixel"), channel("channel"), block("block"), strip("strip"),
        row("row");
    Func out = nest.out;
    out.never_partition_all()
        .split(v.x, tile, pixel, width, TailStrategy::GuardWithIf)
        .split(v.c, block, channel, channels, TailStrategy::GuardWithIf)
        .split(v.y, strip, row, stripRows, TailStrategy::GuardWithIf)
        .vectorize(pixel, lanes)
        .unroll(channel)
        .partition(tile, Partition::Auto);
    bool interleaved = kernel.outputs.front().layout == Layout::ChannelsLast;
    std::vector<Halide::VarOrRVar> order = {pixel, channel};
    if (interleaved)
      std::swap(order[0], order[1]);
    if (stage.displacement)
      order.insert(order.end(), {block, tile, row, strip, v.n});
    else
      order.insert(order.end(), {tile, row, block, strip, v.n});
    out.reorder(order).parallel(strip);
    scheduleSum(stage.displacement ? block : tile, channels, width);
    scheduleRowKernels(row);
    scheduleSamples(tile);
    schedulePadded(block);
  }

  void scheduleChannelLanes() {
    const LogicalVars &v = nest.vars;
    int pixels = toInt(plan.pixels);
    Var tile("tile"), pixel("pixel"), vector("vector"), lane("lane");
    nest.out.never_partition_all()
        .split(v.c, vector, lane, lanes, TailStrategy::GuardWithIf)
        .split(v.x, tile, pixel, pixels, TailStrategy::GuardWithIf)
        .vectorize(lane)
        .unroll(pixel)
        .partition(tile, Partition::Auto)
        .reorder(lane, pixel, vector, tile, v.y, v.n)
        .parallel(v.y);
    scheduleSum(vector, lanes, pixels);
    scheduleRowKernels(v.y);
    scheduleSamples(tile);
    if (pixelKernels.defined())
      pixelKernels.compute_at(nest.out, tile).never_partition_all();
  }

  std::vector<ScratchBuffer> scratch() const {
    std::vector<ScratchBuffer> buffers;
    auto add = [&](std::vector<int64_t> extents) {
      ScratchBuffer buffer{.dims = {}, .elementBytes = 4, .perThread = true};
      for (int64_t extent : extents)
        buffer.dims.push_back(Extent::constant(extent));
      buffers.push_back(buffer);
    };
    int64_t tile = plan.pixelLanes ? tileWidth() : plan.pixels;
    if (rowKernels.defined())
      add({stage.taps() + 8, stage.grid[1]});
    if (pixelKernels.defined())
      add({stage.taps() + 8, tile});
    if (stage.displacement)
      add({stage.taps(), stage.C + lanes, tile});
    if (nest.input)
      buffers.push_back(paddedScratch());
    return buffers;
  }

  ScratchBuffer paddedScratch() const {
    const WindowAxis &height = stage.window[0], &width = stage.window[1];
    Extent columns = stage.outputDims[3];
    int64_t more = 2 * tileWidth() * width.stride + width.reach() + lanes;
    columns = columns.isConstant()
                  ? Extent::constant(columns.add * width.stride + more)
                  : Extent{columns.symbol, columns.mul * width.stride,
                           columns.add * width.stride + more * columns.div, columns.div};
    Extent rows = Extent::constant((stripRows - 1) * height.stride + height.reach());
    return {.dims = {columns, rows, Extent::constant(plan.channels)},
            .elementBytes = 4,
            .perThread = true};
  }

  /// Rows of a parallel task.
  static constexpr int stripRows = 8;

  const Kernel &kernel;
  const VaryingPlan &plan;
  Tensors tensors;
  const Stage &stage;
  int lanes;
  Nest nest{};
  Func rowKernels{}, pixelKernels{};
  Var tapS{"s"}, tapR{"r"}, cell{"cell"};
};

} // namespace

bool fewKernelsMeet(const Kernel &kernel, int64_t pixels) {
  const Stage &stage = kernel.stages.front();
  if (stage.grid[1] <= 1)
    return true;
  std::vector<int64_t> smallest;
  for (const Symbol &symbol : kernel.symbols)
    smallest.push_back(symbol.lo);
  return stage.grid[1] * pixels <= stage.outputDims[3].at(smallest);
}

Pipelines buildVarying(const Kernel &kernel, const VaryingPlan &plan, const Target &target) {
  return VaryingBuild(kernel, plan, target).build();
}

} // namespace convwright::schedules
