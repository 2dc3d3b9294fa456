//===- DenseBuild.cpp - register-tiled convolution in Halide ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DenseBuild.h"

#include "schedules/algorithms/contraction/DenseScratch.h"
#include "schedules/lowering/Padding.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::MemoryType;
using Halide::RDom;
using Halide::RVar;
using Halide::TailStrategy;
using Halide::Var;

namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool hasTranscendentals(const ScalarExpr &expr) {
  return std::any_of(expr.nodes.begin(), expr.nodes.end(), [](const ScalarNode &node) {
    return node.op >= ScalarOp::Exp && node.op <= ScalarOp::Erf;
  });
}

/// One build: the Funcs in the order in which data flows, then their schedule.
class DenseBuilder {
public:
  DenseBuilder(const Kernel &kernel, const DensePlan &plan, const Target &target)
      : kernel(kernel), conv(kernel.convolutions.front()), plan(plan), target(target),
        shape(kernel), tensors(kernel, target, plan.line ? Pixels::Line : Pixels::Plane),
        blocksC(ceilDiv(shape.C, plan.blockC)), blocksK(ceilDiv(shape.K, plan.blockK())),
        costlyEpilogue(hasTranscendentals(kernel.outputs.front().value)),
        flat(isFlat(shape, plan)) {}

  Pipelines build() {
    packWeights();
    defineStaged();
    defineAccumulators();
    defineOutput();
    scheduleOutput();
    scheduleAccumulators();
    if (plan.stage)
      scheduleStaged();
    return tensors.finish({out}, denseScratch(conv, shape, plan, target, flat));
  }

private:
  /// The innermost reduction: channels of a block, or taps of a row and channels together.
  int64_t tapsC() const { return flat ? plan.blockC * shape.S : plan.blockC; }
  int64_t tapsS() const { return flat ? 1 : shape.S; }
  bool wholeBlocks() const { return hasWholeBlocks(shape, plan); }
  /// The loop within which one tile is computed.
  Var tileLoop() const { return plan.channelsInside ? ko : xt; }
  Expr group() const { return shape.G == 1 ? Expr(0) : kb / toInt(blocksK); }
  Expr blockInGroup() const { return shape.G == 1 ? Expr(kb) : kb % toInt(blocksK); }
  /// With one row to a tile, rows of taps that lie wholly in the zero padding are left out.
  bool skipsRows() const {
    return plan.tileY == 1 && shape.R > 1 && conv.paddingMode == PaddingMode::Zeros &&
           (conv.padBefore[0] > 0 || conv.padAfter[0] > 0);
  }
  /// Likewise single taps, when a tile is a whole row: then it is known which they are.
  bool skipsColumns() const {
    return skipsRows() && plan.tileX == shape.Q && !shape.symbolic && !flat && shape.S > 1 &&
           shape.S <= 7 && (conv.padBefore[1] > 0 || conv.padAfter[1] > 0);
  }
  /// Staged columns that a stride apart lie together, so that a tile's pixels are neighbours.
  int64_t phases() const { return shape.is1x1WithoutPadding() ? 1 : shape.strideW; }
  void packWeights();
  void defineStaged();
  Expr stagedRow();
  Expr stagedBlock();
  Expr inputAt(const Expr &ci, const Expr &x, const Expr &y, const Expr &co);
  void defineAccumulators();
  void defineOutput();
  void scheduleOutput();
  void scheduleTile(Func tile);
  void scheduleAccumulators();
  void scheduleStaged();

  const Kernel &kernel;
  const Convolution &conv;
  const DensePlan &plan;
  const Target &target;
  DenseShape shape;
  Tensors tensors;
  int64_t blocksC, blocksK;
  /// Transcendental functions, unrolled over a whole tile, would take longer to compile than to
  /// run: such an epilogue is a loop over finished sums in memory.
  bool costlyEpilogue;
  bool flat; // few channels: a staged row is x and channels together, and so is the reduction
  ImageParam weights, bias;
  Func staged, sum, finished, out;
  Var ki{"ki"}, ko{"ko"}, k{"k"}, g{"g"}, n{"n"}, x{"x"}, y{"y"}, ci{"ci"}, co{"co"};
  Var phase{"phase"}, kb{"kb"};
  Var xt{"xt"}, xi{"xi"}, yt{"yt"}, yi{"yi"}, strip{"strip"}, task{"task"}, kg{"kg"};
  RDom taps;
};

// [group][K block][C block][R][S][C in block][K in block]; what is beyond K or C is 0.
void DenseBuilder::packWeights() {
  int64_t blockC = plan.blockC, blockK = plan.blockK();
  auto value = [&](const std::vector<Var> &v) {
    Expr tapC = flat ? v[1] % toInt(blockC) : Expr(v[1]);
    Expr tapS = flat ? v[1] / toInt(blockC) : Expr(v[2]);
    Expr kk = v[5] * toInt(blockK) + v[0], cc = v[4] * toInt(blockC) + tapC;
    Expr known = kk < toInt(shape.K) && cc < toInt(shape.C);
    Expr inK = Halide::min(kk, toInt(shape.K) - 1), inC = Halide::min(cc, toInt(shape.C) - 1);
    return Halide::select(
        known, tensors.filterAt(conv, v[6] * toInt(shape.K) + inK, inC, v[3], tapS), 0.0f);
  };
  weights =
      tensors.pack("filter", {blockK, tapsC(), tapsS(), shape.R, blocksC, blocksK, shape.G}, value);
  if (!conv.bias)
    return;
  bias = tensors.pack("bias", {blockK, blocksK, shape.G}, [&](const std::vector<Var> &v) {
    Expr kk = Halide::min(v[1] * toInt(blockK) + v[0], toInt(shape.K) - 1);
    return tensors.biasAt(conv, v[2] * toInt(shape.K) + kk);
  });
}

/// A staged row as one run of x and channels together: with few channels a vector of channels alone
/// would be mostly empty.
Expr DenseBuilder::stagedRow() {
  std::array<Expr, 4> size = tensors.extents(conv.inputDims);
  int c = toInt(shape.C);
  Expr at = ci - toInt(conv.padBefore[1] * shape.C);
  Expr j = Halide::clamp(Halide::likely(at), 0, size[3] * c - 1);
  PaddedCoordinate row =
      padCoordinate(conv.paddingMode, y, conv.padBefore[0], conv.padAfter[0], size[2]);
  Expr value = tensors.lower(conv.input, {n, g * c + j % c, row.index, j / c});
  return Halide::select(row.inside && at >= 0 && at < size[3] * c, Halide::likely(value), 0.0f);
}

Expr DenseBuilder::stagedBlock() {
  Expr inGroup = co * toInt(plan.blockC) + ci;
  bool ragged = shape.C % plan.blockC != 0;
  Expr known = ragged ? Halide::min(inGroup, toInt(shape.C) - 1) : inGroup;
  Point at{n, g * toInt(shape.C) + known, y, x * toInt(phases()) + phase};
  Expr value;
  if (shape.is1x1WithoutPadding()) {
    // Only the pixels that strides leave; x and y are the output's.
    std::array<Expr, 4> size = tensors.extents(conv.inputDims);
    at.y = plan.line ? y : Halide::clamp(y * toInt(shape.strideH), 0, size[2] - 1);
    at.x = Halide::clamp(Halide::likely(x * toInt(plan.line ? 1 : shape.strideW)), 0, size[3] - 1);
    value = tensors.lower(conv.input, at);
  } else {
    value = paddedInput(tensors, conv, at);
  }
  return ragged ? Halide::select(inGroup < toInt(shape.C), value, 0.0f) : value;
}

void DenseBuilder::defineStaged() {
  if (!plan.stage)
    return;
  staged = Func(tensors.name("staged"));
  if (flat)
    staged(ci, y, g, n) = stagedRow();
  else
    staged(ci, x, phase, y, co, g, n) = stagedBlock();
}

/// The input under a tap, for the output pixel (x, y).
Expr DenseBuilder::inputAt(const Expr &c, const Expr &s, const Expr &r, const Expr &block) {
  Expr px = x * toInt(shape.strideW) + s * toInt(shape.dilationW);
  Expr py = y * toInt(shape.strideH) + r * toInt(shape.dilationH);
  if (flat)
    return staged(x * toInt(shape.strideW * shape.C) + c, py, group(), n);
  if (plan.stage)
    return shape.is1x1WithoutPadding()
               ? staged(c, x, 0, y, block, group(), n)
               : staged(c, px / toInt(phases()), px % toInt(phases()), py, block, group(), n);
  Expr channel = group() * toInt(shape.C) + block * toInt(plan.blockC) + c;
  return tensors.lower(conv.input,
                       {n, channel, plan.line ? Expr(0) : py, plan.line ? Expr(x) : px});
}

void DenseBuilder::defineAccumulators() {
  sum = Func(tensors.name("sum"));
  sum(ki, x, y, kb, n) = conv.bias ? Expr(bias(ki, blockInGroup(), group())) : Expr(0.0f);
  taps = RDom(0, toInt(tapsC()), 0, toInt(tapsS()), 0, toInt(shape.R), 0, toInt(blocksC), "taps");
  if (skipsRows()) {
    Expr row =
        y * toInt(shape.strideH) + taps.z * toInt(shape.dilationH) - toInt(conv.padBefore[0]);
    taps.where(row >= 0 && row < tensors.extents(conv.inputDims)[2]);
  }
  if (skipsColumns()) {
    Expr column = x * toInt(shape.strideW) + taps.y * toInt(shape.dilationW);
    column -= toInt(conv.padBefore[1]);
    taps.where(column >= 0 && column < tensors.extents(conv.inputDims)[3]);
  }
  sum(ki, x, y, kb, n) += weights(ki, taps.x, taps.y, taps.z, taps.w, blockInGroup(), group()) *
                          inputAt(taps.x, taps.y, taps.z, taps.w);
}

void DenseBuilder::defineOutput() {
  const Output &output = kernel.outputs.front();
  out = Func(tensors.name("out"));
  Expr block = k / toInt(plan.blockK()), lane = k % toInt(plan.blockK());
  if (!wholeBlocks()) {
    Expr inGroup = k % toInt(shape.K);
    block = k / toInt(shape.K) * toInt(blocksK) + inGroup / toInt(plan.blockK());
    lane = inGroup % toInt(plan.blockK());
  }
  Func from = sum;
  if (costlyEpilogue) {
    finished = Func(tensors.name("finished"));
    finished(ki, x, y, kb, n) = sum(ki, x, y, kb, n);
    from = finished;
  }
  Expr value = tensors.lower(output.value, {n, k, y, x},
                             [&](int32_t) { return from(lane, x, y, block, n); });
  out(memoryOrder(output.layout, n, k, y, x)) = value;
  tensors.describeOutput(out, 0);
}

// Loops from the outside: task (image and strip, or image and channels), blocks of channels or
// strips, rows of tiles, tiles (or those two around the blocks), and within a tile what is
// unrolled.
void DenseBuilder::scheduleOutput() {
  TailStrategy inPixels = shape.symbolic ? TailStrategy::GuardWithIf : TailStrategy::ShiftInwards;
  TailStrategy inChannels =
      shape.K % plan.blockK() == 0 ? TailStrategy::RoundUp : TailStrategy::GuardWithIf;
  if (!wholeBlocks())
    out.split(k, g, k, toInt(shape.K), TailStrategy::RoundUp);
  out.split(k, ko, ki, toInt(plan.blockK()), inChannels);
  if (plan.line) {
    out.split(x, strip, x, toInt(plan.strip()), inPixels);
    out.split(x, xt, xi, toInt(plan.tileX), TailStrategy::GuardWithIf);
    yt = y;
  } else {
    out.split(x, xt, xi, toInt(plan.tileX), inPixels);
    out.split(y, strip, y, toInt(plan.strip()), inPixels);
    out.split(y, yt, yi, toInt(plan.tileY), TailStrategy::GuardWithIf);
  }
  std::vector<Halide::VarOrRVar> order = {ki, xi};
  if (!plan.line)
    order.push_back(yi);
  if (plan.channelsInside)
    order.push_back(ko);
  for (const Var &var : {xt, yt})
    order.push_back(var);
  std::vector<Var> channels = wholeBlocks() ? std::vector<Var>{ko} : std::vector<Var>{ko, g};
  if (plan.parallelK)
    order.push_back(strip);
  if (!plan.channelsInside)
    for (const Var &var : channels)
      order.push_back(var);
  if (!plan.parallelK)
    order.push_back(strip);
  order.push_back(n);
  out.reorder(order).vectorize(ki, toInt(plan.lanes));
  if (!costlyEpilogue) {
    out.unroll(ki).unroll(xi);
    if (!plan.line)
      out.unroll(yi);
  }
  if (!plan.parallelK)
    out.fuse(strip, n, task).parallel(task);
  else if (wholeBlocks())
    out.parallel(ko);
  else
    out.fuse(ko, g, task).parallel(task);
}

/// A Func that holds a tile, whole even where the image ends within it.
void DenseBuilder::scheduleTile(Func tile) {
  tile.compute_at(out, tileLoop()).store_in(MemoryType::Stack);
  tile.bound_extent(x, toInt(plan.tileX));
  tile.bound_extent(y, toInt(plan.tileY));
  tile.bound_extent(ki, toInt(plan.blockK()));
  tile.vectorize(ki, toInt(plan.lanes)).unroll(ki).unroll(x).unroll(y);
}

void DenseBuilder::scheduleAccumulators() {
  if (costlyEpilogue)
    scheduleTile(finished);
  scheduleTile(sum);
  Halide::Stage update = sum.update();
  if (plan.tileY == 1)
    update.reorder(ki, x, taps.x, taps.y, taps.z, taps.w, y);
  else
    update.reorder(ki, x, y, taps.x, taps.y, taps.z, taps.w).unroll(y);
  update.vectorize(ki, toInt(plan.lanes)).unroll(ki).unroll(x);
  if (skipsColumns())
    update.unroll(taps.y);
  if (!flat && plan.unroll > 1)
    update.unroll(taps.x, toInt(plan.unroll));
}

void DenseBuilder::scheduleStaged() {
  staged.compute_at(out, plan.parallelK ? n : task).store_in(MemoryType::Heap);
  int64_t lanes = target.lanes(4);
  staged.vectorize(ci, toInt(flat || plan.blockC % lanes == 0 ? lanes : plan.blockC));
}

} // namespace

Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target) {
  return DenseBuilder(kernel, plan, target).build();
}

} // namespace convwright::schedules
