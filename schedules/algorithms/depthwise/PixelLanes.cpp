//===- PixelLanes.cpp - depthwise with vectors of pixels -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strip of output rows first copies its padded input, so that every tap reads a vector without
// asking where the image ends. Then tiles of `tile_x` vectors × `tile_y` rows:
// the taps of one column s are unrolled over r, so that an input vector serves the taps of all rows
// that see it. Filters known here become literals; on bytes their sums are computed in 16 bits when
// no input can overflow them.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwiseBuild.h"

#include "schedules/lowering/PaddedRows.h"
#include "schedules/lowering/Padding.h"
#include "schedules/lowering/ScalarLowering.h"

#include <optional>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Partition;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

namespace {

/// The padded input.
struct Staged {
  Func func;
  std::optional<PaddedRows> rows{};

  /// t in volumes only.
  Expr at(const DepthwiseContext &context, const Expr &column, const Expr &row,
          const Expr &t) const {
    std::vector<Expr> index = {column, row};
    if (context.hasPlanes())
      index.push_back(t);
    index.emplace_back(context.vars.c);
    return func(context.inPlane(index));
  }
};

/// Bytes stay bytes where taps are literal: they are widened again for each tap at little cost.
Stage inputToStage(const DepthwiseContext &context) {
  Stage conv = context.kernel.stages.front();
  if (context.shape.fits16)
    conv.input.nodes.resize(1);
  return conv;
}

Staged stageInput(const DepthwiseContext &context) {
  Stage conv = inputToStage(context);
  if (context.shape.fits16)
    conv.input.nodes[0].type =
        context.kernel.operands.at(static_cast<size_t>(conv.input.nodes[0].index)).type;
  const LogicalVars &v = context.vars;
  Staged staged{.func = Func(context.tensors.name("padded"))};
  Var t("t");
  std::vector<Var> at = {v.x, v.y};
  if (context.hasPlanes())
    at.push_back(t);
  at.push_back(v.c);
  Expr plane = underTap(conv.windowAlong(Axis::D), v.z, t);
  auto value = [&](const Expr &column) {
    Expr channel = inputChannel(context.shape, v.c);
    return inputInColumn(context.tensors, conv, {v.n, channel, plane, v.y, column});
  };
  staged.rows.emplace(staged.func, context.inPlane(at), conv.windowAlong(Axis::W), conv.paddingMode,
                      context.tensors.extents(conv.inputDims).x, value,
                      Halide::Internal::make_zero(value(0).type()));
  return staged;
}

/// In 16-bit integers where the shape says that they cannot overflow, otherwise in f32.
Expr literalSum(const DepthwiseContext &context, const Staged &staged, size_t index) {
  const Stage &conv = context.kernel.stages[index];
  const LiteralFilter &literal = context.shape.literals[index];
  Halide::Type type = context.shape.fits16 ? Halide::Int(16) : Halide::Float(32);
  const LogicalVars &v = context.vars;
  auto number = [&](double value) { return Halide::Internal::make_const(type, value); };
  Expr total;
  WindowAxis height = conv.windowAlong(Axis::H), width = conv.windowAlong(Axis::W);
  for (int64_t r = 0; r < height.taps; ++r)
    for (int64_t s = 0; s < width.taps; ++s) {
      double tap = literal.taps[static_cast<size_t>(r * width.taps + s)];
      if (tap == 0)
        continue;
      Expr row = underTap(height, v.y, toInt(r)), column = underTap(width, v.x, toInt(s));
      Expr value = staged.at(context, column, row, 0);
      Expr term = Halide::cast(type, value) * number(tap);
      total = total.defined() ? total + term : term;
    }
  total = total.defined() ? total : number(0);
  if (literal.bias != 0)
    total += number(literal.bias);
  return total;
}

/// A stage whose filter is bound ahead of run: [r, s, t, k] broadcast from memory; t in volumes.
DepthwiseSum defineSum(const DepthwiseContext &context, const Staged &staged, size_t index) {
  const Stage &conv = context.kernel.stages[index];
  const LogicalVars &v = context.vars;
  WindowAxis height = conv.windowAlong(Axis::H), width = conv.windowAlong(Axis::W);
  std::string number = std::to_string(index);
  bool volume = context.hasPlanes();
  std::vector<int64_t> dims = {height.taps, width.taps};
  if (volume)
    dims.push_back(conv.windowAlong(Axis::D).taps);
  dims.push_back(conv.K);
  ImageParam filter = context.tensors.pack("filter" + number, dims, [&](const std::vector<Var> &p) {
    return context.tensors.filterAt(conv, p.back(), 0, {volume ? Expr(p[2]) : Expr(0), p[0], p[1]});
  });
  ImageParam bias = context.tensors.pack("bias" + number, {conv.K}, [&](const std::vector<Var> &p) {
    return context.tensors.biasAt(conv, p[0]);
  });
  DepthwiseSum sum(context, index);
  Tap tap = sum.tap();
  std::vector<Var> vars = context.memoryVars();
  sum.func(vars) = bias(v.c);
  Expr input = staged.at(context, underTap(width, v.x, tap.s), underTap(height, v.y, tap.r), tap.t);
  std::vector<Expr> weight = {tap.r, tap.s};
  if (volume)
    weight.push_back(tap.t);
  weight.emplace_back(v.c);
  sum.func(vars) += filter(weight) * input;
  return sum;
}

void scheduleSum(const DepthwiseContext &context, size_t index, DepthwiseSum &sum, Func out,
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
  std::vector<Halide::VarOrRVar> order = {v.x, v.y, sum.taps.x, sum.taps.y};
  if (context.hasPlanes())
    order.emplace_back(sum.taps.z);
  sum.func.update()
      .reorder(order)
      .vectorize(v.x, lanes)
      .unroll(v.x)
      .unroll(v.y)
      .unroll(sum.taps.x,
              toInt(unrolledTaps(context.kernel.stages[index].windowAlong(Axis::H).taps)));
}

std::vector<ScratchBuffer> stagedBytes(const DepthwiseContext &context, int64_t stageLanes) {
  const DepthwisePlan &plan = context.plan;
  int64_t rows = 0, columns = 0, planes = 1;
  for (const Stage &conv : context.kernel.stages) {
    WindowAxis h = conv.windowAlong(Axis::H), w = conv.windowAlong(Axis::W);
    rows = std::max(rows, (plan.rows + plan.tileY - 1) * h.stride + h.reach());
    columns = std::max(columns, w.reach());
    planes = std::max(planes, conv.windowAlong(Axis::D).taps);
  }
  const Extent width = along(context.kernel.stages.front().outputDims, Axis::W);
  int64_t stride = context.shape.strideW;
  int64_t slack = plan.lanes * plan.tileX * stride + columns + stageLanes;
  Extent wide{width.symbol, width.mul * stride, width.add * stride + slack * width.div, width.div};
  std::vector<Extent> dims = {wide, Extent::constant(rows)};
  if (planes > 1)
    dims.push_back(Extent::constant(planes));
  return {{.dims = dims, .elementBytes = context.shape.fits16 ? 1 : 4, .perThread = true}};
}

} // namespace

Pipelines buildPixelLanes(const DepthwiseContext &context) {
  const DepthwisePlan &plan = context.plan;
  const LogicalVars &v = context.vars;
  Staged staged = stageInput(context);
  std::vector<DepthwiseSum> sums;
  std::vector<Expr> values;
  std::vector<Var> vars = context.memoryVars();
  for (size_t i = 0; i < context.kernel.stages.size(); ++i) {
    if (!context.shape.literals.empty()) {
      values.push_back(literalSum(context, staged, i));
      continue;
    }
    sums.push_back(defineSum(context, staged, i));
    values.push_back(sums.back().func(std::vector<Expr>(vars.begin(), vars.end())));
  }
  Func out = defineOutput(context, values);
  Var tile("tile"), pixels("pixels"), lane("lane"), vector("vector"), strip("strip"),
      blocks("blocks"), block("block"), row("row");
  int tileX = toInt(plan.lanes * plan.tileX);
  TailStrategy tail =
      context.shape.minQ >= tileX ? TailStrategy::ShiftInwards : TailStrategy::GuardWithIf;
  out.split(v.x, tile, pixels, tileX, tail)
      .split(pixels, vector, lane, toInt(plan.lanes))
      .split(v.y, blocks, row, toInt(plan.tileY), TailStrategy::GuardWithIf)
      // No block of a strip lies wholly below the image: its sums would be computed for nothing.
      .split(blocks, strip, block, toInt((plan.rows + plan.tileY - 1) / plan.tileY),
             TailStrategy::GuardWithIf)
      .vectorize(lane)
      .unroll(vector)
      .unroll(row)
      .never_partition_all()
      .partition(tile, Partition::Auto)
      .partition(block, Partition::Auto);
  std::vector<Halide::VarOrRVar> loops = {lane, vector, row, tile, block, strip, v.c};
  if (context.hasPlanes())
    loops.emplace_back(v.z);
  loops.emplace_back(v.n);
  if (plan.channelsOutside)
    out.reorder(loops).parallel(v.c);
  else
    out.reorder(loops).parallel(strip);
  for (size_t i = 0; i < sums.size(); ++i)
    scheduleSum(context, i, sums[i], out, tile);
  context.tensors.specializeForLike(out, 0);
  int stageLanes = toInt(std::min<int64_t>(plan.lanes, 64));
  staged.func.compute_at(out, strip);
  staged.rows->vectorize(stageLanes);
  return context.tensors.finish({out}, stagedBytes(context, stageLanes));
}

} // namespace convwright::schedules
