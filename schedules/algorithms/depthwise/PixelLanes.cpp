//===- PixelLanes.cpp - depthwise with vectors of pixels -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strip of output rows first copies its padded input, one plane for each remainder of x by the
// stride, so that every tap reads a dense vector. Then tiles of `tile_x` vectors × `tile_y` rows:
// the taps of one column s are unrolled over r, so that an input vector serves the taps of all rows
// that see it. Filters known here become literals; on bytes their sums are computed in 16 bits when
// no input can overflow them.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwiseBuild.h"

#include "schedules/lowering/Padding.h"
#include "schedules/lowering/ScalarLowering.h"

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Partition;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

namespace {

/// The padded input: column x * stride + phase.
struct Staged {
  Func func;
  Var phase{"phase"};
  int stride;

  Expr at(const LogicalVars &v, const Expr &row, const Expr &x, int64_t offset) const {
    auto whole = toInt(offset / stride), phaseOf = toInt(offset % stride);
    return func(x + whole, phaseOf, row, v.c, v.n);
  }
};

/// Bytes stay bytes where taps are literal: they are widened again for each tap at little cost.
Convolution inputToStage(const DepthwiseContext &context) {
  Convolution conv = context.kernel.convolutions.front();
  if (context.shape.fits16)
    conv.input.nodes.resize(1);
  return conv;
}

Staged stageInput(const DepthwiseContext &context) {
  Convolution conv = inputToStage(context);
  if (context.shape.fits16)
    conv.input.nodes[0].type =
        context.kernel.operands.at(static_cast<size_t>(conv.input.nodes[0].index)).type;
  const LogicalVars &v = context.vars;
  Staged staged{.func = Func(context.tensors.name("padded")),
                .stride = toInt(context.shape.strideW)};
  Expr column = v.x * staged.stride + staged.phase;
  staged.func(v.x, staged.phase, v.y, v.c, v.n) =
      paddedInput(context.tensors, conv, {v.n, inputChannel(context.shape, v.c), v.y, column});
  return staged;
}

/// In 16-bit integers where the shape says that they cannot overflow, otherwise in f32.
Expr literalSum(const DepthwiseContext &context, const Staged &staged, size_t index) {
  const Convolution &conv = context.kernel.convolutions[index];
  const LiteralFilter &literal = context.shape.literals[index];
  Halide::Type type = context.shape.fits16 ? Halide::Int(16) : Halide::Float(32);
  const LogicalVars &v = context.vars;
  auto number = [&](double value) { return Halide::Internal::make_const(type, value); };
  Expr total;
  for (int64_t r = 0; r < conv.R; ++r)
    for (int64_t s = 0; s < conv.S; ++s) {
      double tap = literal.taps[static_cast<size_t>(r * conv.S + s)];
      if (tap == 0)
        continue;
      Expr row = v.y * toInt(conv.stride[0]) + toInt(r * conv.dilation[0]);
      Expr term = Halide::cast(type, staged.at(v, row, v.x, s * conv.dilation[1])) * number(tap);
      total = total.defined() ? total + term : term;
    }
  total = total.defined() ? total : number(0);
  if (literal.bias != 0)
    total += number(literal.bias);
  return total;
}

/// A convolution whose filter is bound ahead of run: [s, r, k] broadcast from memory.
struct Sum {
  Func func;
  RDom taps; // r, s
};

Sum defineSum(const DepthwiseContext &context, const Staged &staged, size_t index) {
  const Convolution &conv = context.kernel.convolutions[index];
  const LogicalVars &v = context.vars;
  std::string number = std::to_string(index);
  ImageParam filter = context.tensors.pack(
      "filter" + number, {conv.R, conv.S, conv.K}, [&](const std::vector<Var> &p) {
        return context.tensors.filterAt(conv, p[2], 0, p[0], p[1]);
      });
  ImageParam bias = context.tensors.pack("bias" + number, {conv.K}, [&](const std::vector<Var> &p) {
    return context.tensors.biasAt(conv, p[0]);
  });
  Sum sum{Func(context.tensors.name("sum" + number)),
          RDom(0, toInt(conv.R), 0, toInt(conv.S), context.tensors.name("taps"))};
  Expr r = sum.taps.x, s = sum.taps.y;
  Expr row = v.y * toInt(conv.stride[0]) + r * toInt(conv.dilation[0]);
  Expr offset = s * toInt(conv.dilation[1]);
  std::vector<Var> vars = context.memoryVars();
  sum.func(vars) = bias(v.c);
  Expr input = staged.stride == 1 ? staged.func(v.x + offset, 0, row, v.c, v.n)
                                  : staged.func(v.x + offset / staged.stride,
                                                offset % staged.stride, row, v.c, v.n);
  sum.func(vars) += filter(r, s, v.c) * input;
  return sum;
}

void scheduleSum(const DepthwiseContext &context, size_t index, Sum &sum, Func out,
                 const Var &tile) {
  const LogicalVars &v = context.vars;
  int lanes = toInt(context.plan.lanes);
  sum.func.compute_at(out, tile)
      .bound_extent(v.x, lanes * toInt(context.plan.tileX))
      .bound_extent(v.y, toInt(context.plan.tileY))
      .reorder(v.x, v.y)
      .vectorize(v.x, lanes)
      .unroll(v.x)
      .unroll(v.y);
  sum.func.update()
      .reorder(v.x, v.y, sum.taps.x, sum.taps.y)
      .vectorize(v.x, lanes)
      .unroll(v.x)
      .unroll(v.y)
      .unroll(sum.taps.x, toInt(unrolledTaps(context.kernel.convolutions[index].R)));
}

std::vector<ScratchBuffer> stagedBytes(const DepthwiseContext &context, int64_t stageLanes) {
  const DepthwisePlan &plan = context.plan;
  int64_t rows = 0, columns = 0;
  for (const Convolution &conv : context.kernel.convolutions) {
    rows = std::max(rows, (plan.rows + plan.tileY - 1) * conv.stride[0] +
                              (conv.R - 1) * conv.dilation[0] + 1);
    columns = std::max(columns, (conv.S - 1) * conv.dilation[1] / conv.stride[1] + 1);
  }
  const Extent &width = context.kernel.convolutions.front().outputDims[3];
  int64_t slack = plan.lanes * plan.tileX + columns + stageLanes;
  Extent wide{width.symbol, width.mul, width.add + slack * width.div, width.div};
  return {{.dims = {wide, Extent::constant(context.shape.strideW), Extent::constant(rows)},
           .elementBytes = context.shape.fits16 ? 1 : 4,
           .perThread = true}};
}

} // namespace

Pipelines buildPixelLanes(const DepthwiseContext &context) {
  const DepthwisePlan &plan = context.plan;
  const LogicalVars &v = context.vars;
  Staged staged = stageInput(context);
  std::vector<Sum> sums;
  std::vector<Expr> values;
  std::vector<Var> vars = context.memoryVars();
  for (size_t i = 0; i < context.kernel.convolutions.size(); ++i) {
    if (!context.shape.literals.empty()) {
      values.push_back(literalSum(context, staged, i));
      continue;
    }
    sums.push_back(defineSum(context, staged, i));
    values.push_back(sums.back().func(std::vector<Expr>(vars.begin(), vars.end())));
  }
  Func out = defineOutput(context, values);
  Var tile("tile"), pixels("pixels"), lane("lane"), vector("vector"), strip("strip"), rows("rows"),
      block("block"), row("row");
  int tileX = toInt(plan.lanes * plan.tileX);
  TailStrategy tail =
      context.shape.minQ >= tileX ? TailStrategy::ShiftInwards : TailStrategy::GuardWithIf;
  out.split(v.x, tile, pixels, tileX, tail)
      .split(pixels, vector, lane, toInt(plan.lanes))
      .split(v.y, strip, rows, toInt(plan.rows), TailStrategy::GuardWithIf)
      .split(rows, block, row, toInt(plan.tileY), TailStrategy::GuardWithIf)
      .vectorize(lane)
      .unroll(vector)
      .unroll(row)
      .never_partition_all()
      .partition(tile, Partition::Auto)
      .partition(block, Partition::Auto);
  if (plan.channelsOutside)
    out.reorder(lane, vector, row, tile, block, strip, v.c, v.n).parallel(v.c);
  else
    out.reorder(lane, vector, row, tile, block, strip, v.c, v.n).parallel(strip);
  for (size_t i = 0; i < sums.size(); ++i)
    scheduleSum(context, i, sums[i], out, tile);
  int stageLanes = toInt(std::min<int64_t>(plan.lanes, 64));
  staged.func.compute_at(out, strip)
      .vectorize(v.x, stageLanes, TailStrategy::RoundUp)
      .never_partition_all()
      .partition(v.x, Partition::Auto);
  return context.tensors.finish({out}, stagedBytes(context, stageLanes));
}

} // namespace convwright::schedules
