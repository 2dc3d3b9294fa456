//===- ChannelLanes.cpp - depthwise with vectors of channels ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a vector of channels, a row and a tile of `tile_x` pixels of it: for each filter row that
// meets the image, all S taps of all pixels in one straight piece of code, one tap of all pixels
// after the other, so that a tap's weights are loaded once for the tile, and that the tile's sums,
// the pixels under them and one vector of weights are all that is alive. Rows in the padding are
// left out by the loop's bounds. Columns in the padding are known in the first and last tile only,
// which Halide splits off: with a constant width their taps vanish.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwiseBuild.h"
#include "schedules/algorithms/depthwise/DepthwiseCost.h"

#include "schedules/lowering/Padding.h"

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Partition;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

namespace {

/// The filters of one stage as vectors of channels: [k in vector, s, r, t, vector] when channels
/// fill vectors, otherwise [k, s, r, t]; t in volumes only; the bias [k].
struct PackedTaps {
  ImageParam filter, bias;
  int64_t block; // 0: not blocked
  bool volume;

  Expr at(const Expr &k, const Tap &tap) const {
    std::vector<Expr> index = {block ? k % toInt(block) : k, tap.s, tap.r};
    if (volume)
      index.push_back(tap.t);
    if (block)
      index.push_back(k / toInt(block));
    return filter(index);
  }
};

PackedTaps packTaps(const DepthwiseContext &context, size_t index) {
  const Stage &conv = context.kernel.stages[index];
  int64_t lanes = context.plan.lanes, block = conv.K % lanes == 0 ? lanes : 0;
  bool volume = context.hasPlanes();
  auto element = [&](const std::vector<Var> &v) {
    Expr k = block ? v.back() * toInt(block) + v[0] : Expr(v[0]);
    return context.tensors.filterAt(conv, k, 0, {volume ? Expr(v[3]) : Expr(0), v[2], v[1]});
  };
  auto biasElement = [&](const std::vector<Var> &v) { return context.tensors.biasAt(conv, v[0]); };
  std::vector<int64_t> dims = {block ? block : conv.K};
  for (size_t i = conv.window.size(); i-- > 0;)
    dims.push_back(conv.window[i].taps);
  if (block)
    dims.push_back(conv.K / block);
  std::string number = std::to_string(index);
  return {context.tensors.pack("filter" + number, dims, element),
          context.tensors.pack("bias" + number, {conv.K}, biasElement), block, volume};
}

/// One tap's input, read where it lies; its row is known to be inside or mapped inside.
Expr tapInput(const DepthwiseContext &context, const Stage &conv, const Expr &plane,
              const PaddedCoordinate &y, const PaddedCoordinate &x) {
  const LogicalVars &v = context.vars;
  Expr channel = inputChannel(context.shape, v.c);
  Expr value = context.tensors.lower(conv.input, {v.n, channel, plane, y.index, x.index});
  bool padded = conv.windowAlong(Axis::W).padded();
  return x.inside.defined() && padded ? select(x.inside, likely(value), 0.0f) : value;
}

/// The coordinate of a tap read in place; zeros in the padding are left out of the taps.
PaddedCoordinate tapCoordinate(const Stage &conv, DepthwiseSum &sum, const WindowAxis &window,
                               const Expr &at, const Expr &size, bool staged) {
  PaddedCoordinate coordinate = padCoordinate(conv.paddingMode, at, window, size);
  if (staged || conv.paddingMode != PaddingMode::Zeros || !window.padded())
    return coordinate;
  Expr inside = at - toInt(window.padBefore);
  sum.taps.where(inside >= 0 && inside < size);
  return {Halide::unsafe_promise_clamped(inside, 0, size - 1), Expr()};
}

DepthwiseSum defineSum(const DepthwiseContext &context, size_t index,
                       const std::optional<Func> &staged) {
  const Stage &conv = context.kernel.stages[index];
  const LogicalVars &v = context.vars;
  PackedTaps taps = packTaps(context, index);
  Point size = context.tensors.extents(conv.inputDims);
  std::vector<Var> vars = context.memoryVars();
  DepthwiseSum sum(context, index);
  WindowAxis height = conv.windowAlong(Axis::H), width = conv.windowAlong(Axis::W),
             depth = conv.windowAlong(Axis::D);
  Tap tap = sum.tap();
  Expr row = underTap(height, v.y, tap.r), column = underTap(width, v.x, tap.s);
  PaddedCoordinate y = tapCoordinate(conv, sum, height, row, size.y, staged.has_value());
  Expr plane = 0;
  if (context.hasPlanes() && !staged)
    plane = tapCoordinate(conv, sum, depth, underTap(depth, v.z, tap.t), size.z, false).index;
  Expr input;
  if (staged) {
    std::vector<Expr> at = {v.c, column, row};
    if (context.hasPlanes())
      at.push_back(tap.t);
    input = (*staged)(context.inPlane(at));
  } else {
    input =
        tapInput(context, conv, plane, y, padCoordinate(conv.paddingMode, column, width, size.x));
  }
  sum.func(vars) = taps.bias(v.c);
  sum.func(vars) += taps.at(v.c, tap) * input;
  return sum;
}

void scheduleSum(const DepthwiseContext &context, size_t index, DepthwiseSum &sum, Func out,
                 const Var &innermost) {
  const LogicalVars &v = context.vars;
  sum.func.compute_at(out, innermost)
      .bound_extent(v.c, toInt(context.plan.lanes))
      .bound_extent(v.x, toInt(context.plan.tileX))
      .vectorize(v.c)
      .unroll(v.x);
  std::vector<Halide::VarOrRVar> order = {v.c, v.x, sum.taps.y, sum.taps.x};
  if (context.hasPlanes())
    order.emplace_back(sum.taps.z);
  sum.func.update().reorder(order).vectorize(v.c).unroll(v.x).unroll(
      sum.taps.y, toInt(unrolledTaps(context.kernel.stages[index].windowAlong(Axis::W).taps)));
}

/// Rows of padded input under a strip of output rows, and columns under a tile-rounded output row.
std::vector<ScratchBuffer> stagedBytes(const DepthwiseContext &context) {
  int64_t rows = 0, columns = 0, planes = 1, slack = context.plan.tileX;
  const Extent width = along(context.kernel.stages.front().outputDims, Axis::W);
  for (const Stage &conv : context.kernel.stages) {
    WindowAxis h = conv.windowAlong(Axis::H), w = conv.windowAlong(Axis::W);
    rows = std::max(rows, (context.plan.rows - 1) * h.stride + h.reach());
    columns = std::max(columns, (slack - 1) * w.stride + w.reach());
    planes = std::max(planes, conv.windowAlong(Axis::D).taps);
  }
  int64_t stride = context.shape.strideW;
  // floor((mul * symbol + add) / div) * stride + columns, never less than the exact width.
  Extent wide{width.symbol, width.mul * stride, width.add * stride + columns * width.div,
              width.div};
  std::vector<Extent> dims = {Extent::constant(context.plan.lanes), wide, Extent::constant(rows)};
  if (planes > 1)
    dims.push_back(Extent::constant(planes));
  return {{.dims = dims, .elementBytes = 4, .perThread = true}};
}

} // namespace

Pipelines buildChannelLanes(const DepthwiseContext &context) {
  const DepthwisePlan &plan = context.plan;
  const LogicalVars &v = context.vars;
  std::optional<Func> staged;
  if (plan.stage) {
    const Stage &conv = context.kernel.stages.front();
    staged = Func(context.tensors.name("padded"));
    Var t("t");
    std::vector<Var> at = {v.c, v.x, v.y};
    if (context.hasPlanes())
      at.push_back(t);
    Expr plane = underTap(conv.windowAlong(Axis::D), v.z, t);
    (*staged)(context.inPlane(at)) = paddedInput(
        context.tensors, conv, {v.n, inputChannel(context.shape, v.c), plane, v.y, v.x});
  }
  std::vector<DepthwiseSum> sums;
  std::vector<Expr> values;
  for (size_t i = 0; i < context.kernel.stages.size(); ++i) {
    sums.push_back(defineSum(context, i, staged));
    std::vector<Var> vars = context.memoryVars();
    values.push_back(sums.back().func(std::vector<Expr>(vars.begin(), vars.end())));
  }
  Func out = defineOutput(context, values);
  Var vector("vector"), lane("lane"), tile("tile"), pixel("pixel"), strip("strip"), row("row");
  TailStrategy tail =
      context.shape.minQ >= plan.tileX ? TailStrategy::ShiftInwards : TailStrategy::GuardWithIf;
  out.split(v.c, vector, lane, toInt(plan.lanes), TailStrategy::ShiftInwards)
      .split(v.x, tile, pixel, toInt(plan.tileX), tail)
      .split(v.y, strip, row, toInt(plan.rows), TailStrategy::GuardWithIf)
      .vectorize(lane)
      .unroll(pixel)
      .never_partition_all()
      .partition(tile, Partition::Auto);
  if (context.shape.constantQ && unrollsTiles(context.shape, plan))
    out.unroll(tile);
  auto loops = [&](std::vector<Halide::VarOrRVar> inner) {
    if (context.hasPlanes())
      inner.emplace_back(v.z);
    inner.emplace_back(v.n);
    return inner;
  };
  if (plan.channelsOutside)
    out.reorder(loops({lane, pixel, tile, row, strip, vector})).parallel(vector);
  else if (plan.channelsInside)
    out.reorder(loops({lane, pixel, vector, tile, row, strip})).parallel(strip);
  else
    out.reorder(loops({lane, pixel, tile, row, vector, strip})).parallel(strip);
  for (size_t i = 0; i < sums.size(); ++i)
    scheduleSum(context, i, sums[i], out, plan.channelsInside ? vector : tile);
  if (staged)
    staged->compute_at(out, plan.channelsOutside ? strip : vector)
        .bound_extent(v.c, toInt(plan.lanes))
        .vectorize(v.c)
        .never_partition_all()
        .partition(v.x, Partition::Auto);
  auto like = context.tensors.specializeForLike(out, 0);
  if (like && unrollsTiles(context.shape, plan))
    like->unroll(tile);
  return context.tensors.finish({out},
                                staged ? stagedBytes(context) : std::vector<ScratchBuffer>());
}

} // namespace convwright::schedules
