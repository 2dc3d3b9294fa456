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

/// The filters of one convolution as vectors of channels: [k in vector, s, r, vector] when channels
/// fill vectors, otherwise [k, s, r]; the bias [k].
struct PackedTaps {
  ImageParam filter, bias;
  int64_t block; // 0: not blocked

  Expr at(const Expr &k, const Expr &s, const Expr &r) const {
    return block ? filter(k % toInt(block), s, r, k / toInt(block)) : filter(k, s, r);
  }
};

PackedTaps packTaps(const DepthwiseContext &context, size_t index) {
  const Convolution &conv = context.kernel.convolutions[index];
  int64_t lanes = context.plan.lanes, block = conv.K % lanes == 0 ? lanes : 0;
  auto element = [&](const std::vector<Var> &v) {
    Expr k = block ? v[3] * toInt(block) + v[0] : Expr(v[0]);
    return context.tensors.filterAt(conv, k, 0, v[2], v[1]);
  };
  auto biasElement = [&](const std::vector<Var> &v) { return context.tensors.biasAt(conv, v[0]); };
  std::vector<int64_t> dims = block ? std::vector<int64_t>{block, conv.S, conv.R, conv.K / block}
                                    : std::vector<int64_t>{conv.K, conv.S, conv.R};
  std::string number = std::to_string(index);
  return {context.tensors.pack("filter" + number, dims, element),
          context.tensors.pack("bias" + number, {conv.K}, biasElement), block};
}

/// The sums of one convolution, and what its update runs over.
struct Sum {
  Func func;
  RDom taps; // r, s
};

/// One tap's input, read where it lies; its row is known to be inside or mapped inside.
Expr tapInput(const DepthwiseContext &context, const Convolution &conv, const Expr &channel,
              const PaddedCoordinate &y, const PaddedCoordinate &x) {
  Expr value = context.tensors.lower(conv.input, {context.vars.n, channel, y.index, x.index});
  bool padded = conv.padBefore[1] > 0 || conv.padAfter[1] > 0;
  return x.inside.defined() && padded ? select(x.inside, likely(value), 0.0f) : value;
}

Sum defineSum(const DepthwiseContext &context, size_t index, const std::optional<Func> &staged) {
  const Convolution &conv = context.kernel.convolutions[index];
  const LogicalVars &v = context.vars;
  PackedTaps taps = packTaps(context, index);
  std::array<Expr, 4> size = context.tensors.extents(conv.inputDims);
  std::vector<Var> vars = context.memoryVars();
  Sum sum{Func(context.tensors.name("sum" + std::to_string(index))),
          RDom(0, toInt(conv.R), 0, toInt(conv.S), context.tensors.name("taps"))};
  Expr r = sum.taps.x;
  Expr row = v.y * toInt(conv.stride[0]) + r * toInt(conv.dilation[0]);
  bool zeros = conv.paddingMode == PaddingMode::Zeros;
  PaddedCoordinate y =
      padCoordinate(conv.paddingMode, row, conv.padBefore[0], conv.padAfter[0], size[2]);
  if (!staged && zeros && (conv.padBefore[0] > 0 || conv.padAfter[0] > 0)) {
    Expr inside = row - toInt(conv.padBefore[0]);
    sum.taps.where(inside >= 0 && inside < size[2]);
    y.index = Halide::unsafe_promise_clamped(inside, 0, size[2] - 1);
  }
  Expr column = v.x * toInt(conv.stride[1]) + sum.taps.y * toInt(conv.dilation[1]);
  Expr input = staged ? (*staged)(v.c, column, row, v.n)
                      : tapInput(context, conv, inputChannel(context.shape, v.c), y,
                                 padCoordinate(conv.paddingMode, column, conv.padBefore[1],
                                               conv.padAfter[1], size[3]));
  sum.func(vars) = taps.bias(v.c);
  sum.func(vars) += taps.at(v.c, sum.taps.y, r) * input;
  return sum;
}

void scheduleSum(const DepthwiseContext &context, size_t index, Sum &sum, Func out,
                 const Var &innermost) {
  const LogicalVars &v = context.vars;
  sum.func.compute_at(out, innermost)
      .bound_extent(v.c, toInt(context.plan.lanes))
      .bound_extent(v.x, toInt(context.plan.tileX))
      .vectorize(v.c)
      .unroll(v.x);
  sum.func.update()
      .reorder(v.c, v.x, sum.taps.y, sum.taps.x)
      .vectorize(v.c)
      .unroll(v.x)
      .unroll(sum.taps.y, toInt(unrolledTaps(context.kernel.convolutions[index].S)));
}

/// Rows of padded input under a strip of output rows, and columns under a tile-rounded output row.
std::vector<ScratchBuffer> stagedBytes(const DepthwiseContext &context) {
  int64_t rows = 0, columns = 0, slack = context.plan.tileX;
  const Extent &width = context.kernel.convolutions.front().outputDims[3];
  for (const Convolution &conv : context.kernel.convolutions) {
    rows = std::max(rows,
                    (context.plan.rows - 1) * conv.stride[0] + (conv.R - 1) * conv.dilation[0] + 1);
    columns = std::max(columns, (slack - 1) * conv.stride[1] + (conv.S - 1) * conv.dilation[1] + 1);
  }
  int64_t stride = context.shape.strideW;
  // floor((mul * symbol + add) / div) * stride + columns, never less than the exact width.
  Extent wide{width.symbol, width.mul * stride, width.add * stride + columns * width.div,
              width.div};
  return {{.dims = {Extent::constant(context.plan.lanes), wide, Extent::constant(rows)},
           .elementBytes = 4,
           .perThread = true}};
}

} // namespace

Pipelines buildChannelLanes(const DepthwiseContext &context) {
  const DepthwisePlan &plan = context.plan;
  const LogicalVars &v = context.vars;
  std::optional<Func> staged;
  if (plan.stage) {
    const Convolution &conv = context.kernel.convolutions.front();
    staged = Func(context.tensors.name("padded"));
    (*staged)(v.c, v.x, v.y, v.n) =
        paddedInput(context.tensors, conv, {v.n, inputChannel(context.shape, v.c), v.y, v.x});
  }
  std::vector<Sum> sums;
  std::vector<Expr> values;
  for (size_t i = 0; i < context.kernel.convolutions.size(); ++i) {
    sums.push_back(defineSum(context, i, staged));
    values.push_back(sums.back().func(v.c, v.x, v.y, v.n));
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
  if (unrollsTiles(context.shape, plan))
    out.unroll(tile);
  if (plan.channelsOutside)
    out.reorder(lane, pixel, tile, row, strip, vector, v.n).parallel(vector);
  else if (plan.channelsInside)
    out.reorder(lane, pixel, vector, tile, row, strip, v.n).parallel(strip);
  else
    out.reorder(lane, pixel, tile, row, vector, strip, v.n).parallel(strip);
  for (size_t i = 0; i < sums.size(); ++i)
    scheduleSum(context, i, sums[i], out, plan.channelsInside ? vector : tile);
  if (staged)
    staged->compute_at(out, plan.channelsOutside ? strip : vector)
        .bound_extent(v.c, toInt(plan.lanes))
        .vectorize(v.c)
        .never_partition_all()
        .partition(v.x, Partition::Auto);
  return context.tensors.finish({out},
                                staged ? stagedBytes(context) : std::vector<ScratchBuffer>());
}

} // namespace convwright::schedules
