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
  DenseBuilder(const Kernel &kernel, size_t index, const DensePlan &plan, const Target &target,
               Tensors &tensors)
      : kernel(kernel), conv(kernel.stages[index]), output(kernel.outputs[index]), index(index),
        plan(plan), target(target), shape(kernel, plan.line, index),
        height(conv.windowAlong(Axis::H)), width(conv.windowAlong(Axis::W)),
        depth(conv.windowAlong(Axis::D)), tensors(tensors), blocksC(ceilDiv(shape.C, plan.blockC)),
        blocksK(ceilDiv(shape.K, plan.blockK())), costlyEpilogue(hasTranscendentals(output.value)),
        flat(isFlat(shape, plan)) {}

  Func build() {
    packWeights();
    defineStaged();
    defineAccumulators();
    defineOutput();
    scheduleOutput();
    scheduleAccumulators();
    if (plan.stage)
      scheduleStaged();
    return out;
  }
  std::vector<ScratchBuffer> scratch() const {
    return denseScratch(conv, shape, plan, target, flat);
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
           height.padded();
  }
  /// Likewise planes of taps.
  bool skipsPlanes() const {
    return isDeep() && conv.paddingMode == PaddingMode::Zeros && depth.padded();
  }
  /// Likewise single taps, when a tile is a whole row: then it is known which they are.
  bool skipsColumns() const {
    return skipsRows() && plan.tileX == shape.Q && !shape.symbolic && !flat && shape.S > 1 &&
           shape.S <= 7 && width.padded();
  }
  /// Tiles of symbolic sizes run past the end of an image; what is read in place stops there.
  bool readsBeyond() const { return shape.symbolic && !plan.stage; }
  /// Whether outputs lie in planes, each computed like an image; whether taps do.
  bool hasPlanes() const { return kernel.rank() == 5 && !plan.line; }
  bool isDeep() const { return shape.T > 1; }
  /// `inner`, the plane where there are planes, and the image.
  template <typename T> std::vector<T> inPlane(std::vector<T> inner) const {
    if (hasPlanes())
      inner.push_back(z);
    inner.push_back(n);
    return inner;
  }
  /// Staged columns that a stride apart lie together, so that a tile's pixels are neighbours.
  int64_t phases() const { return shape.is1x1WithoutPadding() ? 1 : shape.strideW; }
  void packWeights();
  void defineStaged();
  Expr stagedRow();
  Expr stagedBlock();
  /// Where the staged input has a value, innermost first.
  template <typename T>
  std::vector<T> stagedAt(std::vector<T> inRow, const T &row, const T &t, const T &block,
                          const T &group) const;
  Expr inputAt(const Expr &ci, const Tap &tap, const Expr &co);
  void defineAccumulators();
  void defineOutput();
  void scheduleOutput();
  void scheduleTile(Func tile);
  void scheduleAccumulators();
  void scheduleStaged();

  /// A name of this stage's own.
  std::string name(const std::string &stem) const {
    return index == 0 ? stem : stem + std::to_string(index);
  }

  const Kernel &kernel;
  const Stage &conv;
  const Output &output;
  size_t index; // of both
  const DensePlan &plan;
  const Target &target;
  DenseShape shape;
  WindowAxis height, width, depth;
  Tensors &tensors;
  int64_t blocksC, blocksK;
  /// Transcendental functions, unrolled over a whole tile, would take longer to compile than to
  /// run: such an epilogue is a loop over finished sums in memory.
  bool costlyEpilogue;
  bool flat; // few channels: a staged row is x and channels together, and so is the reduction
  ImageParam weights, bias;
  Func staged, sum, finished, out;
  Var ki{"ki"}, ko{"ko"}, k{"k"}, g{"g"}, n{"n"}, x{"x"}, y{"y"}, ci{"ci"}, co{"co"};
  Var z{"z"}, t{"t"}, phase{"phase"}, kb{"kb"};
  Var xt{"xt"}, xi{"xi"}, yt{"yt"}, yi{"yi"}, strip{"strip"}, task{"task"}, image{"image"};
  RDom taps; // channels of a block, s, r, t of a deep window, blocks of channels
};

// [group][K block][C block][T][R][S][C in block][K in block]; T of deep windows only; what is
// beyond K or C is 0.
void DenseBuilder::packWeights() {
  int64_t blockC = plan.blockC, blockK = plan.blockK();
  auto value = [&](const std::vector<Var> &v) {
    Expr tapC = flat ? v[1] % toInt(blockC) : Expr(v[1]);
    Expr tapS = flat ? v[1] / toInt(blockC) : Expr(v[2]);
    const Var *last = &v.back();
    Tap tap{isDeep() ? Expr(v[4]) : Expr(0), v[3], tapS};
    Expr kk = last[-1] * toInt(blockK) + v[0], cc = last[-2] * toInt(blockC) + tapC;
    Expr known = kk < toInt(shape.K) && cc < toInt(shape.C);
    Expr inK = Halide::min(kk, toInt(shape.K) - 1), inC = Halide::min(cc, toInt(shape.C) - 1);
    return Halide::select(known, tensors.filterAt(conv, last[0] * toInt(shape.K) + inK, inC, tap),
                          0.0f);
  };
  std::vector<int64_t> extents = {blockK, tapsC(), tapsS(), shape.R};
  if (isDeep())
    extents.push_back(shape.T);
  extents.insert(extents.end(), {blocksC, blocksK, shape.G});
  weights = tensors.pack(name("filter"), extents, value);
  if (!conv.bias)
    return;
  bias = tensors.pack(name("bias"), {blockK, blocksK, shape.G}, [&](const std::vector<Var> &v) {
    Expr kk = Halide::min(v[1] * toInt(blockK) + v[0], toInt(shape.K) - 1);
    return tensors.biasAt(conv, v[2] * toInt(shape.K) + kk);
  });
}

/// A staged row as one run of x and channels together: with few channels a vector of channels alone
/// would be mostly empty.
Expr DenseBuilder::stagedRow() {
  Point size = tensors.extents(conv.inputDims);
  int c = toInt(shape.C);
  Expr at = ci - toInt(width.padBefore * shape.C);
  Expr j = Halide::clamp(Halide::likely(at), 0, size.x * c - 1);
  PaddedCoordinate row = padCoordinate(conv.paddingMode, y, height, size.y);
  Expr inside = row.inside, plane = 0;
  if (hasPlanes()) {
    PaddedCoordinate padded = padCoordinate(
        conv.paddingMode, underTap(depth, z, isDeep() ? Expr(t) : Expr(0)), depth, size.z);
    plane = padded.index;
    inside = padded.inside && inside;
  }
  Expr value = tensors.lower(conv.input, {n, g * c + j % c, plane, row.index, j / c});
  return Halide::select(inside && at >= 0 && at < size.x * c, Halide::likely(value), 0.0f);
}

Expr DenseBuilder::stagedBlock() {
  Expr inGroup = co * toInt(plan.blockC) + ci;
  bool ragged = shape.C % plan.blockC != 0;
  Expr known = ragged ? Halide::min(inGroup, toInt(shape.C) - 1) : inGroup;
  Expr plane = hasPlanes() ? underTap(depth, z, isDeep() ? Expr(t) : Expr(0)) : Expr(0);
  Point at{n, g * toInt(shape.C) + known, plane, y, x * toInt(phases()) + phase};
  Expr value;
  if (shape.is1x1WithoutPadding()) {
    // Only the pixels that strides leave; x and y are the output's.
    Point size = tensors.extents(conv.inputDims);
    at.y = plan.line ? y : Halide::clamp(y * toInt(shape.strideH), 0, size.y - 1);
    at.x = Halide::clamp(Halide::likely(x * toInt(plan.line ? 1 : shape.strideW)), 0, size.x - 1);
    value = tensors.lower(conv.input, at);
  } else {
    value = paddedInput(tensors, conv, at);
  }
  return ragged ? Halide::select(inGroup < toInt(shape.C), value, 0.0f) : value;
}

void DenseBuilder::defineStaged() {
  if (!plan.stage)
    return;
  staged = Func(tensors.name(name("staged")));
  if (flat)
    staged(stagedAt<Var>({ci}, y, t, co, g)) = stagedRow();
  else
    staged(stagedAt<Var>({ci, x, phase}, y, t, co, g)) = stagedBlock();
}

template <typename T>
std::vector<T> DenseBuilder::stagedAt(std::vector<T> at, const T &row, const T &t, const T &block,
                                      const T &group) const {
  at.push_back(row);
  if (isDeep())
    at.push_back(t);
  if (!flat)
    at.push_back(block);
  at.push_back(group);
  return inPlane(at);
}

/// The input under a tap, for the output pixel (x, y).
Expr DenseBuilder::inputAt(const Expr &c, const Tap &tap, const Expr &block) {
  Expr px = underTap(width, x, tap.s), py = underTap(height, y, tap.r);
  if (flat)
    return staged(
        stagedAt<Expr>({x * toInt(shape.strideW * shape.C) + c}, py, tap.t, block, group()));
  if (plan.stage && shape.is1x1WithoutPadding())
    return staged(stagedAt<Expr>({c, x, 0}, y, tap.t, block, group()));
  if (plan.stage)
    return staged(
        stagedAt<Expr>({c, px / toInt(phases()), px % toInt(phases())}, py, tap.t, block, group()));
  Expr channel = group() * toInt(shape.C) + block * toInt(plan.blockC) + c;
  Expr plane = hasPlanes() ? Expr(z * toInt(depth.stride)) : Expr(0);
  if (readsBeyond()) {
    Point size = tensors.extents(conv.inputDims);
    px = Halide::clamp(Halide::likely(plan.line ? Expr(x) : px), 0, size.x - 1);
    py = Halide::clamp(Halide::likely(py), 0, size.y - 1);
    return tensors.lower(conv.input, {n, channel, plane, plan.line ? Expr(0) : py, px});
  }
  return tensors.lower(conv.input,
                       {n, channel, plane, plan.line ? Expr(0) : py, plan.line ? Expr(x) : px});
}

void DenseBuilder::defineAccumulators() {
  sum = Func(tensors.name(name("sum")));
  std::vector<Var> at = inPlane<Var>({ki, x, y, kb});
  sum(at) = conv.bias ? Expr(bias(ki, blockInGroup(), group())) : Expr(0.0f);
  Halide::Region region = {{0, toInt(tapsC())}, {0, toInt(tapsS())}, {0, toInt(shape.R)}};
  if (isDeep())
    region.emplace_back(0, toInt(shape.T));
  region.emplace_back(0, toInt(blocksC));
  taps = RDom(region, "taps");
  if (skipsRows()) {
    Expr row = underTap(height, y, taps.z) - toInt(height.padBefore);
    taps.where(row >= 0 && row < tensors.extents(conv.inputDims).y);
  }
  if (skipsPlanes()) {
    Expr plane = underTap(depth, z, taps[3]) - toInt(depth.padBefore);
    taps.where(plane >= 0 && plane < tensors.extents(conv.inputDims).z);
  }
  if (skipsColumns()) {
    Expr column = underTap(width, x, taps.y) - toInt(width.padBefore);
    taps.where(column >= 0 && column < tensors.extents(conv.inputDims).x);
  }
  Tap tap{isDeep() ? Expr(taps[3]) : Expr(0), taps.z, taps.y};
  Expr block = taps[isDeep() ? 4 : 3];
  std::vector<Expr> weight = {ki, taps.x, tap.s, tap.r};
  if (isDeep())
    weight.push_back(tap.t);
  weight.insert(weight.end(), {block, blockInGroup(), group()});
  sum(at) += weights(weight) * inputAt(taps.x, tap, block);
}

void DenseBuilder::defineOutput() {
  out = Func(tensors.name(name("out")));
  Expr block = k / toInt(plan.blockK()), lane = k % toInt(plan.blockK());
  if (!wholeBlocks()) {
    Expr inGroup = k % toInt(shape.K);
    block = k / toInt(shape.K) * toInt(blocksK) + inGroup / toInt(plan.blockK());
    lane = inGroup % toInt(plan.blockK());
  }
  Func from = sum;
  if (costlyEpilogue) {
    finished = Func(tensors.name(name("finished")));
    finished(inPlane<Var>({ki, x, y, kb})) = sum(inPlane<Expr>({ki, x, y, kb}));
    from = finished;
  }
  Expr value = tensors.lower(output.value, {n, k, z, y, x}, [&](int32_t) -> Expr {
    return from(inPlane<Expr>({lane, x, y, block}));
  });
  out(memoryOrder<Var>(output.layout, kernel.rank(), n, k, z, y, x)) = value;
  tensors.describeOutput(out, index);
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
  if (plan.stripsInRow()) {
    out.split(x, strip, x, toInt(plan.strip()), inPixels);
    out.split(x, xt, xi, toInt(plan.tileX), TailStrategy::GuardWithIf);
    yt = y;
  } else {
    out.split(x, xt, xi, toInt(plan.tileX), inPixels);
    out.split(y, strip, y, toInt(plan.strip()), inPixels);
    out.split(y, yt, yi, toInt(plan.tileY), TailStrategy::GuardWithIf);
  }
  std::vector<Halide::VarOrRVar> order = {ki, xi};
  if (!plan.stripsInRow())
    order.push_back(yi);
  if (plan.channelsInside)
    order.push_back(ko);
  for (const Var &var : {xt, yt})
    order.push_back(var);
  std::vector<Var> channels = wholeBlocks() ? std::vector<Var>{ko} : std::vector<Var>{ko, g};
  bool planes = kernel.rank() == 5;
  if (plan.parallelK) {
    order.push_back(strip);
    if (planes) // all of them with one block's weights
      order.push_back(z);
  }
  if (!plan.channelsInside)
    for (const Var &var : channels)
      order.push_back(var);
  if (!plan.parallelK)
    order.push_back(strip);
  if (planes && !plan.parallelK)
    order.push_back(z);
  order.push_back(n);
  out.reorder(order).vectorize(ki, toInt(plan.lanes));
  if (readsBeyond()) // only the last tile of a strip asks where the image ends
    out.never_partition_all().partition(xt, Halide::Partition::Auto);
  if (!costlyEpilogue) {
    out.unroll(ki).unroll(xi);
    if (!plan.stripsInRow())
      out.unroll(yi);
  }
  if (!plan.parallelK) {
    if (planes)
      out.fuse(z, n, image);
    out.fuse(strip, planes ? image : n, task).parallel(task);
  } else if (wholeBlocks())
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
  std::vector<Halide::VarOrRVar> inner = {ki, x};
  for (int i = 0; i < taps.dimensions(); ++i)
    inner.emplace_back(taps[i]);
  if (plan.tileY == 1)
    inner.emplace_back(y);
  else
    inner.insert(inner.begin() + 2, y);
  update.reorder(inner);
  if (plan.tileY != 1)
    update.unroll(y);
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

Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target,
                     Pixels pixels) {
  Tensors tensors(kernel, target, pixels);
  std::vector<Func> outputs;
  std::vector<ScratchBuffer> scratch;
  for (size_t i = 0; i < kernel.stages.size(); ++i) {
    DenseBuilder builder(kernel, i, plan, target, tensors);
    outputs.push_back(builder.build());
    std::vector<ScratchBuffer> more = builder.scratch();
    scratch.insert(scratch.end(), more.begin(), more.end());
  }
  return tensors.finish(outputs, std::move(scratch));
}

} // namespace convwright::schedules
