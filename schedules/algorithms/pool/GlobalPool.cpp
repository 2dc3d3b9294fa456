//===- GlobalPool.cpp - the largest or the mean of whole images -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Channels in the lanes: some vectors of channels walk over all pixels together. Otherwise an image
// is reduced into a few vectors along its rows, and these into one value.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/pool/PoolBuild.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/lowering/Padding.h"
#include "schedules/lowering/StageTaps.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

namespace {

class GlobalPool {
public:
  explicit GlobalPool(const PoolContext &context)
      : context(context), stage(context.stage()),
        nest{.layout = context.kernel.outputs.front().layout, .rank = context.kernel.rank()},
        image(context.tensors.extents(stage.inputDims)) {}

  Nest build() {
    if (context.channelLanes())
      withChannelLanes();
    else
      withPixelLanes();
    return nest;
  }

private:
  Expr input(const Expr &z, const Expr &y, const Expr &x) const {
    // Tiles of channels are rounded up.
    Expr c = Halide::clamp(Halide::likely(nest.vars.c), 0, toInt(stage.C) - 1);
    return context.tensors.lower(stage.input, {nest.vars.n, c, z, y, x});
  }

  void defineOutput(const Expr &value) {
    Expr result = stage.reduction == Reduction::Mean
                      ? value / meanDivisor(context.tensors, stage, nest.vars)
                      : value;
    defineOutputs(
        context.kernel, context.tensors, context.kernel.outputs.size(),
        [&](int32_t) { return result; }, nest);
    nest.out.never_partition_all();
  }

  void withChannelLanes() {
    const LogicalVars &v = nest.vars;
    RDom pixels(Halide::Region{{0, image.x}, {0, image.y}, {0, image.z}},
                context.tensors.name("pixels"));
    Func sum(context.tensors.name("sum"));
    sum(v.c, v.n) = outsideValue(stage);
    sum(v.c, v.n) = reduced(stage, sum(v.c, v.n), input(pixels.z, pixels.y, pixels.x));
    defineOutput(sum(v.c, v.n));
    int lanes = context.lanesFor(Extent::constant(stage.C));
    int vectors = 1;
    while (vectors < 8 && 2 * vectors * lanes <= stage.C)
      vectors *= 2;
    Var tile("tile"), lane("lane");
    nest.out.split(v.c, tile, lane, lanes * vectors, TailStrategy::GuardWithIf)
        .vectorize(lane, lanes)
        .partition(tile, Halide::Partition::Auto);
    orderLoops(nest.out, {lane, v.x, v.y}, outerLoops(tile, stage.C / (lanes * vectors)));
    sum.compute_at(nest.out, tile).bound_extent(v.c, lanes * vectors);
    sum.vectorize(v.c, lanes).unroll(v.c);
    Var inner("inner"), each("each");
    std::vector<Halide::VarOrRVar> order = {inner, each};
    if (!sum.update().get_schedule().rvars().empty()) // one pixel needs no loop
      order.insert(order.end(), {pixels.x, pixels.y, pixels.z});
    sum.update().split(v.c, each, inner, lanes).reorder(order).vectorize(inner).unroll(each);
  }

  std::vector<std::pair<Var, int64_t>> outerLoops(const Var &channels, int64_t turns) const {
    std::vector<std::pair<Var, int64_t>> loops = {{channels, turns}};
    if (nest.rank == 5)
      loops.emplace_back(nest.vars.z, 1);
    loops.emplace_back(nest.vars.n, stage.outputDims[0].at(likeSizes(context.kernel)));
    return loops;
  }

  /// Some vectors side by side, so that one does not wait for the other.
  int partialWidth() const {
    Extent width = along(stage.inputDims, Axis::W);
    int lanes = context.lanesFor(width);
    int64_t like = width.at(likeSizes(context.kernel));
    int vectors = 1;
    while (vectors < 4 && 2 * vectors * lanes <= like)
      vectors *= 2;
    return lanes * vectors;
  }

  void withPixelLanes() {
    const LogicalVars &v = nest.vars;
    int width = partialWidth(), lanes = context.lanesFor(along(stage.inputDims, Axis::W));
    Var u("u");
    Func partial(context.tensors.name("partial")), sum(context.tensors.name("sum"));
    RDom r(Halide::Region{{0, (image.x + width - 1) / width}, {0, image.y}, {0, image.z}},
           context.tensors.name("pixels"));
    partial(u, v.c, v.n) = outsideValue(stage);
    Expr x = r.x * width + u;
    Expr value = input(r.z, r.y, Halide::clamp(Halide::likely(x), 0, image.x - 1));
    partial(u, v.c, v.n) =
        reduced(stage, partial(u, v.c, v.n),
                Halide::select(Halide::likely(x < image.x), value, outsideValue(stage)));
    RDom lane(0, width, context.tensors.name("lanes"));
    sum(v.c, v.n) = outsideValue(stage);
    sum(v.c, v.n) = reduced(stage, sum(v.c, v.n), partial(lane, v.c, v.n));
    defineOutput(sum(v.c, v.n));
    Var task("task"), channel("channel");
    int64_t chunk = std::max<int64_t>(1, stage.C / 64);
    nest.out.split(v.c, task, channel, toInt(chunk), TailStrategy::GuardWithIf);
    orderLoops(nest.out, {v.x, v.y, channel}, outerLoops(task, stage.C / chunk));
    sum.compute_at(nest.out, channel);
    sum.update().unroll(lane);
    partial.compute_at(nest.out, channel).vectorize(u, lanes).unroll(u);
    Var inner("inner"), each("each");
    partial.update()
        .split(u, each, inner, lanes)
        .reorder(inner, each, r.x, r.y, r.z)
        .vectorize(inner)
        .unroll(each)
        .partition(r.x, Halide::Partition::Auto);
  }

  const PoolContext &context;
  const Stage &stage;
  Nest nest;
  Point image;
};

} // namespace

Nest buildGlobalPool(const PoolContext &context) { return GlobalPool(context).build(); }

} // namespace convwright::schedules
