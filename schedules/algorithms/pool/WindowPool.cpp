//===- WindowPool.cpp - the largest or the mean of windows ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Directly: all taps of a tile of outputs in one straight piece of code, so that neighbours share
// what they both see. Separately: for a row of outputs, first each padded column is reduced along
// the outer axes, with dense vectors whatever the stride, then that row along itself: R + S steps
// an output instead of R · S. Where the padding begins is known in the first and last tile only,
// which Halide splits off.
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/pool/PoolBuild.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/lowering/PaddedRows.h"
#include "schedules/lowering/Padding.h"
#include "schedules/lowering/StageTaps.h"

#include <cmath>
#include <functional>
#include <optional>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::likely;
using Halide::Partition;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;
using Halide::Internal::Let;
using Halide::Internal::Variable;

namespace {

/// So many taps are written out.
constexpr int64_t mostUnrolled = 32;

/// A reduction over some taps as one expression, or, when they are many, as a Func with a loop.
class Reduce {
public:
  Reduce(const PoolContext &context, const Nest &nest, const std::string &name,
         std::vector<int64_t> taps)
      : context(context), nest(nest), name(name), taps(std::move(taps)) {}

  /// `value` gives what stands under the taps, innermost first.
  Expr over(const std::function<Expr(const std::vector<Expr> &)> &value) {
    int64_t count = 1;
    for (int64_t extent : taps)
      count *= extent;
    return count <= mostUnrolled ? unrolled(value, count) : looped(value);
  }

  Func loop{}; // defined when there is one
  RDom domain{};

private:
  /// Columns first, so that neighbouring pixels share those that both see; each step is a let. A
  /// maximum asks once, for pairs of taps, whether one is no number, instead of in each step.
  Expr unrolled(const std::function<Expr(const std::vector<Expr> &)> &value, int64_t count) const {
    std::vector<std::pair<std::string, Expr>> lets;
    auto named = [&](const Expr &step) {
      lets.emplace_back(name + std::to_string(lets.size()), step);
      return Variable::make(step.type(), lets.back().first);
    };
    bool largest = context.stage().reduction == Reduction::Max;
    auto plain = [&](const Expr &a, const Expr &b) { // without regard to NaN
      return largest ? Halide::select(Halide::strict_float(a > b), a, b) : a + b;
    };
    Expr result, nothing; // nothing: some tap is no number
    auto merge = [&](Expr &into, const Expr &next, const std::function<Expr()> &merged) {
      into = into.defined() ? named(merged()) : next;
    };
    for (int64_t s = 0; s < taps.front(); ++s) {
      Expr column, unordered, unpaired;
      for (int64_t i = 0; i < count / taps.front(); ++i) {
        std::vector<Expr> at = {toInt(s)};
        int64_t rest = i;
        for (size_t d = 1; d < taps.size(); rest /= taps[d++])
          at.emplace_back(toInt(rest % taps[d]));
        Expr next = named(value(at));
        merge(column, next, [&] { return plain(column, next); });
        if (!largest || !next.type().is_float())
          continue;
        if (!unpaired.defined()) {
          unpaired = next;
          continue;
        }
        Expr pair = named(Halide::is_nan(unpaired) || Halide::is_nan(next));
        merge(unordered, pair, [&] { return unordered || pair; });
        unpaired = Expr();
      }
      if (unpaired.defined()) {
        Expr alone = named(Halide::is_nan(unpaired));
        merge(unordered, alone, [&] { return unordered || alone; });
      }
      merge(result, column, [&] { return plain(result, column); });
      if (unordered.defined())
        merge(nothing, unordered, [&] { return nothing || unordered; });
    }
    if (nothing.defined())
      result = Halide::select(nothing, Halide::Internal::make_const(result.type(), NAN), result);
    for (size_t i = lets.size(); i-- > 0;)
      result = Let::make(lets[i].first, lets[i].second, result);
    return result;
  }

  Expr looped(const std::function<Expr(const std::vector<Expr> &)> &value) {
    Halide::Region region;
    for (int64_t extent : taps)
      region.emplace_back(0, toInt(extent));
    domain = RDom(region, context.tensors.name(name + "_taps"));
    std::vector<Expr> at;
    for (int i = 0; i < domain.dimensions(); ++i)
      at.emplace_back(domain[i]);
    std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
    std::vector<Expr> here(vars.begin(), vars.end());
    loop = Func(context.tensors.name(name));
    loop(vars) = outsideValue(context.stage());
    loop(vars) = reduced(context.stage(), loop(here), value(at));
    return loop(here);
  }

  const PoolContext &context;
  const Nest &nest;
  std::string name;
  std::vector<int64_t> taps;
};

class WindowPool {
public:
  explicit WindowPool(const PoolContext &context)
      : context(context), stage(context.stage()),
        nest{.layout = context.kernel.outputs.front().layout, .rank = context.kernel.rank()} {}

  Nest build() {
    Expr value = context.plan.separate ? separately() : directly();
    if (stage.reduction == Reduction::Mean)
      value = value / meanDivisor(context.tensors, stage, nest.vars);
    defineOutputs(
        context.kernel, context.tensors, context.kernel.outputs.size(),
        [&](int32_t) { return value; }, nest);
    schedule();
    return nest;
  }

private:
  int64_t tapsAlong(Axis axis) const { return stage.windowAlong(axis).taps; }

  /// The input under taps s, r, t, of a padded column when there is no s.
  Expr under(const Expr &column, const Expr &r, const Expr &t) const {
    const LogicalVars &v = nest.vars;
    Expr c = roundsChannelsUp() ? Halide::clamp(likely(v.c), 0, toInt(stage.C) - 1) : v.c;
    return paddedInput(context.tensors, stage,
                       {v.n, c, underTap(stage.windowAlong(Axis::D), v.z, t),
                        underTap(stage.windowAlong(Axis::H), v.y, r), column});
  }

  /// Loops over taps are for whole vectors.
  bool roundsChannelsUp() const {
    int64_t taps = tapsAlong(Axis::D) * tapsAlong(Axis::H) * tapsAlong(Axis::W);
    return context.channelLanes() && taps > mostUnrolled &&
           stage.C % context.lanesFor(Extent::constant(stage.C)) != 0;
  }

  Expr column(const Expr &s) const { return underTap(stage.windowAlong(Axis::W), nest.vars.x, s); }

  Expr directly() {
    reductions.emplace_back(
        context, nest, "pool",
        std::vector<int64_t>{tapsAlong(Axis::W), tapsAlong(Axis::H), tapsAlong(Axis::D)});
    return reductions.back().over(
        [&](const std::vector<Expr> &tap) { return under(column(tap[0]), tap[1], tap[2]); });
  }

  /// Pixels in the lanes: rows of columns that were reduced, and around them what is outside.
  Expr inRows() {
    reductions.reserve(2);
    reductions.emplace_back(context, nest, "outer",
                            std::vector<int64_t>{1, tapsAlong(Axis::H), tapsAlong(Axis::D)});
    WindowAxis row = stage.windowAlong(Axis::W);
    if (stage.partialWindows)
      row.padAfter += row.stride - 1;
    const LogicalVars &v = nest.vars;
    std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
    auto column = [&](const Expr &x) {
      return reductions.front().over([&](const std::vector<Expr> &tap) {
        return inputInColumn(context.tensors, stage,
                             {v.n, v.c, underTap(stage.windowAlong(Axis::D), v.z, tap[2]),
                              underTap(stage.windowAlong(Axis::H), v.y, tap[1]), x});
      });
    };
    columns = Func(context.tensors.name("columns"));
    rows.emplace(columns, vars, row, PaddingMode::Zeros, context.tensors.extents(stage.inputDims).x,
                 column, outsideValue(stage));
    reductions.emplace_back(context, nest, "inner", std::vector<int64_t>{tapsAlong(Axis::W)});
    whole = Func(context.tensors.name("whole"));
    whole(vars) = reductions.back().over([&](const std::vector<Expr> &tap) {
      return columns(
          memoryOrder(nest.layout, nest.rank, {v.n, v.c, v.z, v.y, underTap(row, v.x, tap[0])}));
    });
    return whole(std::vector<Expr>(vars.begin(), vars.end()));
  }

  Expr separately() {
    if (!context.channelLanes() && tapsAlong(Axis::H) * tapsAlong(Axis::D) <= mostUnrolled)
      return inRows();
    reductions.reserve(2);
    reductions.emplace_back(context, nest, "outer",
                            std::vector<int64_t>{tapsAlong(Axis::H), tapsAlong(Axis::D)});
    std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
    columns = Func(context.tensors.name("columns"));
    columns(vars) = reductions.back().over(
        [&](const std::vector<Expr> &tap) { return under(nest.vars.x, tap[0], tap[1]); });
    reductions.emplace_back(context, nest, "inner", std::vector<int64_t>{tapsAlong(Axis::W)});
    return reductions.back().over([&](const std::vector<Expr> &tap) {
      const LogicalVars &v = nest.vars;
      return columns(memoryOrder(nest.layout, nest.rank, {v.n, v.c, v.z, v.y, column(tap[0])}));
    });
  }

  /// A loop over many taps, for one vector of what reads it.
  void scheduleLoop(Reduce &reduce, Func reader, const Var &at, int lanes, int tile) {
    if (!reduce.loop.defined())
      return;
    Var lane = nest.memoryVar(0);
    reduce.loop.compute_at(reader, at).bound_extent(lane, lanes).vectorize(lane);
    std::vector<Halide::VarOrRVar> order = {lane};
    if (context.channelLanes() && tile > 1) {
      reduce.loop.bound_extent(nest.vars.x, tile).unroll(nest.vars.x);
      reduce.loop.update().unroll(nest.vars.x);
      order.emplace_back(nest.vars.x);
    }
    for (int i = 0; i < reduce.domain.dimensions(); ++i)
      order.emplace_back(reduce.domain[i]);
    reduce.loop.update().reorder(order).vectorize(lane);
  }

  void schedule() {
    std::vector<size_t> order = memoryOrder(nest.layout, nest.rank);
    int lanes = context.lanesFor(stage.outputDims[order[0]]);
    int tile = context.channelLanes() ? toInt(context.plan.tile) : 1;
    Var vector("vector"), lane("lane"), tiles("tiles"), pixel("pixel"), task("task"), row("row");
    Func out = nest.out;
    out.never_partition_all().split(nest.memoryVar(0), vector, lane, lanes,
                                    TailStrategy::GuardWithIf);
    std::vector<Halide::VarOrRVar> inner = {lane};
    if (context.channelLanes()) {
      out.split(nest.vars.x, tiles, pixel, tile, TailStrategy::GuardWithIf).unroll(pixel);
      out.partition(tiles, Partition::Auto);
      if (roundsChannelsUp())
        out.partition(vector, Partition::Auto);
      inner.insert(inner.end(), {pixel, vector, tiles});
    } else {
      out.partition(vector, Partition::Auto);
      inner.emplace_back(vector);
    }
    out.vectorize(lane).split(nest.vars.y, task, row, toInt(context.plan.rows),
                              TailStrategy::GuardWithIf);
    inner.emplace_back(row);
    Var around = orderLoops(out, inner, outerLoops(task));
    if (context.plan.separate)
      scheduleColumns(lanes, row, around, tile);
    if (whole.defined())
      whole.compute_at(out, vector).bound_extent(nest.vars.x, lanes).vectorize(nest.vars.x);
    context.tensors.specializeForLike(out, nest.firstOutput);
    scheduleLoop(reductions.back(), whole.defined() ? whole : out,
                 whole.defined() ? nest.vars.y : vector, lanes, tile);
  }

  /// Rows are filled for a whole task: vectors that begin elsewhere than those that were stored
  /// wait until these have arrived.
  void scheduleColumns(int lanes, const Var &row, const Var &around, int tile) {
    if (rows) {
      columns.compute_at(nest.out, around);
      rows->vectorize(lanes);
      return;
    }
    Var vector("column_vector"), lane("column_lane");
    columns.compute_at(nest.out, row)
        .never_partition_all()
        .split(nest.memoryVar(0), vector, lane, lanes,
               context.channelLanes() ? TailStrategy::GuardWithIf : TailStrategy::RoundUp)
        .vectorize(lane)
        .partition(context.channelLanes() ? nest.vars.x : vector, Partition::Auto);
    scheduleLoop(reductions.front(), columns, vector, lanes, 1);
  }

  /// What is outside of a row, with how often it turns at the `like` sizes.
  std::vector<std::pair<Var, int64_t>> outerLoops(const Var &task) const {
    std::vector<int64_t> sizes = likeSizes(context.kernel);
    auto like = [&](Axis axis) { return along(stage.outputDims, axis).at(sizes); };
    std::vector<std::pair<Var, int64_t>> loops = {{task, like(Axis::H) / context.plan.rows}};
    if (nest.rank == 5)
      loops.emplace_back(nest.vars.z, like(Axis::D));
    if (!context.channelLanes())
      loops.emplace_back(nest.vars.c, like(Axis::C));
    loops.emplace_back(nest.vars.n, like(Axis::N));
    return loops;
  }

  const PoolContext &context;
  const Stage &stage;
  Nest nest;
  std::vector<Reduce> reductions;
  Func columns;
  std::optional<PaddedRows> rows;
  Func whole; // a vector of results, also where the row ends within it: read without a mask
};

} // namespace

Nest buildWindowPool(const PoolContext &context) { return WindowPool(context).build(); }

/// A row of padded columns.
std::vector<ScratchBuffer> windowPoolScratch(const PoolContext &context) {
  if (!context.plan.separate)
    return {};
  const Stage &stage = context.stage();
  WindowAxis window = stage.windowAlong(Axis::W);
  Extent width = along(stage.outputDims, Axis::W);
  int64_t more = 2 * 64 * window.stride + window.reach();
  Extent columns = width.isConstant()
                       ? Extent::constant(width.add * window.stride + more)
                       : Extent{width.symbol, width.mul * window.stride,
                                width.add * window.stride + more * width.div, width.div};
  ScratchBuffer buffer{.dims = {columns},
                       .elementBytes = static_cast<int64_t>(byteWidth(stage.type())),
                       .perThread = true};
  buffer.dims.push_back(
      Extent::constant(context.channelLanes() ? stage.C + 64 : context.plan.rows));
  return {buffer};
}

} // namespace convwright::schedules
