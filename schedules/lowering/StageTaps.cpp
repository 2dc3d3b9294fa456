//===- StageTaps.cpp - what stands under a stage's taps, and what multiplies it -===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/StageTaps.h"

#include "schedules/lowering/Padding.h"

#include <algorithm>
#include <bit>

namespace convwright::schedules {

using Halide::cast;
using Halide::Expr;
using Halide::likely;
using Halide::select;
using Halide::strict_float;
using Halide::Var;

namespace {

/// So many that every vector which starts inside ends inside.
int64_t filledForVectors(int64_t extent) {
  int64_t most =
      std::min<int64_t>(16, static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(extent))));
  return (extent + most - 1) / most * most;
}

template <typename T> void append(std::vector<T> &list, const std::vector<T> &more) {
  list.insert(list.end(), more.begin(), more.end());
}

std::vector<Expr> expressions(const std::vector<Var> &vars) { return {vars.begin(), vars.end()}; }

} // namespace

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

Lanes lanesOf(Layout layout) {
  return layout == Layout::ChannelsLast ? Lanes::Channels : Lanes::Pixels;
}

StageFilter::StageFilter(const Kernel &kernel, Tensors &tensors, size_t index, Lanes lanes)
    : stage(kernel.stages[index]), tensors(tensors), channelsInnermost(lanes == Lanes::Channels),
      number(std::to_string(index)) {
  if (stage.filterKind == FilterKind::Shared)
    packShared();
  else if (stage.filterKind == FilterKind::PerPosition)
    packPerPosition();
  else if (stage.filterKind == FilterKind::Regions)
    packRegions();
  if (stage.filterKind != FilterKind::Shared && !stage.bias)
    return;
  int64_t filled = (stage.K + 63) / 64 * 64;
  auto element = [&](const std::vector<Var> &v) {
    Expr known = Halide::min(v[0], toInt(stage.K) - 1);
    return select(v[0] < toInt(stage.K), tensors.biasAt(stage, known), 0.0f);
  };
  packedBias = tensors.pack("bias" + number, {filled}, element);
}

/// [c, taps…, k], or k innermost; filled up with zero channels to a multiple of 64.
void StageFilter::packShared() {
  int64_t filled = (stage.K + 63) / 64 * 64;
  bool volume = stage.window.size() == 3;
  auto element = [&](const std::vector<Var> &v) {
    size_t first = channelsInnermost ? 1 : 0;
    const Var &k = channelsInnermost ? v.front() : v.back();
    Tap tap{volume ? Expr(v[first + 3]) : Expr(0), v[first + 2], v[first + 1]};
    Expr known = Halide::min(k, toInt(stage.K) - 1);
    return select(k < toInt(stage.K), tensors.filterAt(stage, known, v[first], tap), 0.0f);
  };
  std::vector<int64_t> dims = {stage.channelsRead()};
  for (size_t i = stage.window.size(); i-- > 0;)
    dims.push_back(stage.window[i].taps);
  dims.insert(channelsInnermost ? dims.begin() : dims.end(), filled);
  filter = tensors.pack("filter" + number, dims, element);
}

/// Channels innermost: [k in vector, c, taps…, vector, positions…]; otherwise [lane, taps…, c,
/// other positions, k] with the innermost dimension of the output in the lanes, filled up. So a sum
/// reads its weights, which nobody else reads, one after the other.
void StageFilter::packPerPosition() {
  size_t axes = stage.window.size();
  std::vector<int64_t> positions, taps; // innermost first
  for (size_t i = axes; i-- > 0;) {
    positions.push_back(stage.outputDims[2 + i].add);
    taps.push_back(stage.window[i].taps);
  }
  std::vector<int64_t> dims = {channelsInnermost ? channelBlock() : filledForVectors(positions[0])};
  append(dims, taps);
  dims.insert(channelsInnermost ? dims.begin() + 1 : dims.end(), stage.channelsRead());
  if (channelsInnermost)
    dims.insert(dims.end(), {(stage.K + channelBlock() - 1) / channelBlock(), positions[0]});
  dims.insert(dims.end(), positions.begin() + 1, positions.end());
  if (!channelsInnermost)
    dims.push_back(stage.K);
  size_t channel = channelsInnermost ? 1 : 1 + axes, firstTap = channelsInnermost ? 2 : 1;
  auto element = [&](const std::vector<Var> &v) {
    std::vector<Expr> all = expressions(v), at;
    std::vector<Expr> tapAt(all.begin() + firstTap, all.begin() + firstTap + axes);
    std::vector<Expr> place(all.begin() + 2 + axes, all.end());
    Expr k;
    if (channelsInnermost) {
      k = Halide::min(place.front() * toInt(channelBlock()) + v[0], toInt(stage.K) - 1);
      place.erase(place.begin());
    } else {
      k = place.back();
      place.pop_back();
      place.insert(place.begin(), Halide::min(v[0], toInt(positions[0]) - 1));
    }
    at.assign(place.rbegin(), place.rend());
    append(at, {k, all[channel]});
    at.insert(at.end(), tapAt.rbegin(), tapAt.rend());
    return tensors.filterElement(stage, at);
  };
  filter = tensors.pack("filter" + number, dims, element);
}

/// [taps…, grid…].
void StageFilter::packRegions() {
  std::vector<int64_t> dims;
  for (size_t i = stage.window.size(); i-- > 0;)
    dims.push_back(stage.window[i].taps);
  dims.insert(dims.end(), stage.grid.rbegin(), stage.grid.rend());
  auto element = [&](const std::vector<Var> &v) {
    std::vector<Expr> at = expressions(v);
    std::reverse(at.begin(), at.end());
    return tensors.filterElement(stage, at);
  };
  filter = tensors.pack("filter" + number, dims, element);
}

/// Channels of a vector.
int64_t StageFilter::channelBlock() const {
  return std::min(tensors.lanes(),
                  static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(stage.K))));
}

/// Tiles are rounded up, on a CPU to whole vectors.
Expr StageFilter::channel(const Expr &k) const {
  if (stage.K % 16 == 0 && !tensors.onGpu())
    return k;
  return Halide::min(k, toInt(stage.K) - 1);
}

Expr StageFilter::position(const Point &out, Axis axis) const {
  Point from = out, size = tensors.extents(stage.outputDims);
  return Halide::clamp(likely(along(from, axis)), 0, along(size, axis) - 1);
}

std::vector<Expr> StageFilter::tapIndices(const Tap &tap) const {
  std::vector<Expr> indices = {tap.s};
  if (stage.window.size() > 1)
    indices.push_back(tap.r);
  if (stage.window.size() > 2)
    indices.push_back(tap.t);
  return indices;
}

Expr StageFilter::sharedAt(const Point &out, const Expr &c, const Tap &tap) const {
  std::vector<Expr> at = {c};
  append(at, tapIndices(tap));
  at.insert(channelsInnermost ? at.begin() : at.end(), out.c);
  return filter(at);
}

Expr StageFilter::positionAt(const Point &out, const Expr &c, const Tap &tap, bool asPacked) const {
  std::vector<Axis> axes = spatialAxes(stage.outputDims.size());
  Expr first = channelsInnermost ? out.c : out.x;
  if (!asPacked)
    first = channelsInnermost ? channel(out.c) : position(out, Axis::W);
  int block = toInt(channelBlock());
  std::vector<Expr> at = {channelsInnermost ? first % block : first};
  append(at, tapIndices(tap));
  at.insert(channelsInnermost ? at.begin() + 1 : at.end(), c);
  if (channelsInnermost) {
    at.push_back(first / block);
    at.push_back(position(out, Axis::W));
  }
  for (size_t i = axes.size() - 1; i-- > 0;)
    at.push_back(position(out, axes[i]));
  if (!channelsInnermost)
    at.push_back(channel(out.c));
  return filter(at);
}

Expr StageFilter::pixelAt(const Point &out, const Tap &tap) const {
  std::vector<Axis> axes = spatialAxes(stage.outputDims.size());
  std::vector<Expr> at;
  for (size_t i = axes.size(); i-- > 0;)
    at.push_back(position(out, axes[i]));
  append(at, tapIndices(tap));
  at.push_back(stage.groups == 1 ? Expr(0) : channel(out.c) / toInt(stage.C / stage.groups));
  at.push_back(out.n);
  return tensors.readDense(stage.filter.root().index, at);
}

// (2 · position + 1) · grid / (2 · positions) − 1/2, between the first centre and the last. The
// quotient is guessed and put right by its remainder: vectors have no division of integers.
RegionPlace regionPlace(const Tensors &tensors, const Stage &stage, Axis axis,
                        const Expr &position) {
  const Extent along = schedules::along(stage.outputDims, axis);
  int64_t grid = stage.grid[*positionOf(axis, stage.outputDims.size()) - 2];
  constexpr int64_t beyond = 4096; // tiles are rounded up
  bool fits = 2 * (tensors.largest(along) + beyond) < (int64_t{1} << 31) / grid;
  Halide::Type type = fits ? Halide::Int(32) : Halide::Int(64);
  auto number = [&](int64_t value) { return Halide::Internal::make_const(type, value); };
  Expr positions = cast(type, tensors.extent(along)), step = 2 * positions;
  Expr part = Halide::clamp((2 * cast(type, position) + 1) * number(grid) - positions, number(0),
                            number(grid - 1) * step);
  Expr guess = cast(type, cast<float>(part) / cast<float>(step));
  Expr low = guess + select(part < guess * step, number(-1), part >= (guess + 1) * step, number(1),
                            number(0));
  Expr fraction = cast<float>(part - low * step) / cast<float>(step);
  low = Halide::clamp(cast<int>(low), 0, toInt(grid) - 1);
  return {low, Halide::min(low + 1, toInt(grid) - 1), fraction};
}

Expr StageFilter::regionAt(const Point &out, const Tap &tap) const {
  std::vector<Axis> axes = spatialAxes(stage.outputDims.size());
  Point from = out;
  std::vector<std::vector<Expr>> corners = {tapIndices(tap)};
  std::vector<Expr> weights = {1.0f};
  for (size_t i = axes.size(); i-- > 0;) {
    RegionPlace place = regionPlace(tensors, stage, axes[i], along(from, axes[i]));
    std::vector<std::vector<Expr>> both;
    std::vector<Expr> factors;
    for (size_t corner = 0; corner < corners.size(); ++corner)
      for (bool high : {false, true}) {
        both.push_back(corners[corner]);
        both.back().push_back(high ? place.high : place.low);
        factors.push_back(weights[corner] * (high ? place.fraction : 1.0f - place.fraction));
      }
    corners = both, weights = factors;
  }
  Expr sum = 0.0f;
  for (size_t corner = 0; corner < corners.size(); ++corner)
    sum += weights[corner] * filter(corners[corner]);
  return sum;
}

Expr StageFilter::at(const Point &out, const Expr &c, const Tap &tap, Lanes lanes) const {
  bool asPacked = (lanes == Lanes::Channels) == channelsInnermost && !tensors.onGpu();
  switch (stage.filterKind) {
  case FilterKind::Shared:
    return sharedAt(out, c, tap);
  case FilterKind::PerPosition:
    return positionAt(out, c, tap, asPacked);
  case FilterKind::PerPixel:
    return pixelAt(out, tap);
  case FilterKind::Regions:
    return regionAt(out, tap);
  case FilterKind::None:
    break;
  }
  return 1.0f;
}

Expr StageFilter::kernelOfGrid(const Tap &tap, const Expr &row, const Expr &column) const {
  return filter(tap.s, tap.r, column, row);
}

Expr StageFilter::bias(const Expr &k) const {
  return packedBias.defined() ? packedBias(k) : Expr(0.0f);
}

Expr StageFilter::start(const Expr &k) const {
  return stage.reduction == Reduction::Max ? outsideValue(stage) : bias(k);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

Expr inputChannel(const Stage &stage, const Expr &k, const Expr &c) {
  Expr known = Halide::min(k, toInt(stage.K) - 1); // tiles are rounded up
  if (stage.filterKind != FilterKind::Shared && stage.filterKind != FilterKind::PerPosition)
    return known;
  if (stage.groups == 1)
    return c;
  return known / toInt(stage.K / stage.groups) * toInt(stage.channelsRead()) + c;
}

namespace {

/// The element before a place along an axis and the one behind it.
struct Between {
  Expr inside; // the place is less than one element outside
  Expr low, lowInside, high, highInside, fraction;
};

// Offsets may be anything: comparisons are strict, so that NaN is nowhere, and only what has passed
// them is made an integer. They are taken apart before they are added to where the tap is, so that
// fractions are exact in images of any size.
Between between(const Expr &whole, const Expr &offset, const Expr &size) {
  constexpr float far = 1 << 30;
  Between result;
  Expr near = strict_float(offset > -far) && strict_float(offset < far);
  Expr known = select(near, offset, 0.0f);
  Expr floor = Halide::floor(known);
  Expr low = whole + cast<int>(floor);
  result.fraction = strict_float(known - floor);
  result.inside = near && low < size && (low >= 0 || (low == -1 && result.fraction > 0.0f));
  result.lowInside = low >= 0;
  result.highInside = low + 1 < size;
  result.low = Halide::clamp(low, 0, size - 1);
  result.high = Halide::clamp(low + 1, 0, size - 1);
  return result;
}

} // namespace

Expr displacedInput(Tensors &tensors, const Stage &stage, const Point &at, const Tap &tap) {
  const Displacement &displacement = *stage.displacement;
  Point size = tensors.extents(stage.inputDims), last = tensors.extents(stage.outputDims);
  Point from = at;
  from.y = Halide::clamp(likely(at.y), 0, last.y - 1);
  from.x = Halide::clamp(likely(at.x), 0, last.x - 1);
  WindowAxis height = stage.windowAlong(Axis::H), width = stage.windowAlong(Axis::W);
  Expr group = displacement.groups == 1 ? Expr(0) : at.c / toInt(stage.C / displacement.groups);
  Expr number = group * toInt(stage.taps()) + tap.r * toInt(width.taps) + tap.s;
  auto place = [&](const WindowAxis &window, const Expr &position, const Expr &t, int axis) {
    from.c = 2 * number + axis;
    Expr whole = underTap(window, position, t) - toInt(window.padBefore);
    return between(whole, tensors.lower(displacement.offsets, from), axis == 0 ? size.y : size.x);
  };
  Between y = place(height, from.y, tap.r, 0), x = place(width, from.x, tap.s, 1);
  auto corner = [&](const Expr &row, const Expr &rowInside, const Expr &column,
                    const Expr &columnInside) {
    Expr value = tensors.lower(stage.input, {at.n, at.c, 0, row, column});
    return select(rowInside && columnInside, value, 0.0f);
  };
  Expr top = (1.0f - x.fraction) * corner(y.low, y.lowInside, x.low, x.lowInside) +
             x.fraction * corner(y.low, y.lowInside, x.high, x.highInside);
  Expr bottom = (1.0f - x.fraction) * corner(y.high, y.highInside, x.low, x.lowInside) +
                x.fraction * corner(y.high, y.highInside, x.high, x.highInside);
  Expr value = select(y.inside && x.inside, (1.0f - y.fraction) * top + y.fraction * bottom, 0.0f);
  if (!displacement.mask)
    return value;
  from.c = number;
  return tensors.lower(*displacement.mask, from) * value;
}

Expr meanDivisor(const Tensors &tensors, const Stage &stage, Point at) {
  Point size = tensors.extents(stage.inputDims);
  Expr counted = 1;
  for (Axis axis : spatialAxes(stage.inputDims.size())) {
    WindowAxis window = stage.windowAlong(axis);
    Expr extent = along(size, axis);
    if (stage.wholeInput) {
      counted *= extent;
      continue;
    }
    bool borders = !stage.countPadding && window.padded();
    if (!borders && !stage.partialWindows) {
      counted *= toInt(window.taps);
      continue;
    }
    int64_t before = stage.countPadding ? window.padBefore : 0;
    int64_t after = stage.countPadding ? window.padAfter : 0;
    Expr begin = along(at, axis) * toInt(window.stride) - toInt(window.padBefore);
    counted *= Halide::max(1, Halide::min(begin + toInt(window.taps), extent + toInt(after)) -
                                  Halide::max(begin, -toInt(before)));
  }
  return cast<float>(counted);
}

} // namespace convwright::schedules
