//===- StageTaps.h - what stands under a stage's taps, and what multiplies it ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The words of Stage beyond a shared filter at fixed places, each as one Halide expression.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_STAGETAPS_H
#define CONVWRIGHT_SCHEDULES_LOWERING_STAGETAPS_H

#include "schedules/lowering/Tensors.h"

namespace convwright::schedules {

/// What a vector of sums runs along.
enum class Lanes { Channels, Pixels };
/// What lies together in memory.
Lanes lanesOf(Layout layout);

/// One stage's filter and bias, packed for vectors of channels or of pixels. Positions and channels
/// beyond the output's, of tiles that are rounded up, are safe to ask for.
class StageFilter {
public:
  StageFilter(const Kernel &kernel, Tensors &tensors, size_t index, Lanes lanes);

  /// What multiplies the tap's input for the output at `out`, one of such a vector; `c` counts the
  /// channels read.
  Halide::Expr at(const Point &out, const Halide::Expr &c, const Tap &tap, Lanes lanes) const;
  /// Whether a tap's channels lie one after the other.
  bool channelsTogether() const {
    return stage.filterKind == FilterKind::PerPosition && channelsInnermost;
  }
  /// Regions along two axes: the tap of one of the grid's kernels.
  Halide::Expr kernelOfGrid(const Tap &tap, const Halide::Expr &row,
                            const Halide::Expr &column) const;
  Halide::Expr bias(const Halide::Expr &k) const;
  /// A sum starts with the bias, a maximum with what is below everything.
  Halide::Expr start(const Halide::Expr &k) const;

private:
  void packShared();
  void packPerPosition();
  int64_t channelBlock() const;
  void packRegions();
  Halide::Expr channel(const Halide::Expr &k) const;
  Halide::Expr sharedAt(const Point &out, const Halide::Expr &c, const Tap &tap) const;
  Halide::Expr positionAt(const Point &out, const Halide::Expr &c, const Tap &tap,
                          bool asPacked) const;
  Halide::Expr pixelAt(const Point &out, const Tap &tap) const;
  Halide::Expr regionAt(const Point &out, const Tap &tap) const;
  Halide::Expr position(const Point &out, Axis axis) const;
  std::vector<Halide::Expr> tapIndices(const Tap &tap) const;

  const Stage &stage;
  Tensors &tensors;
  bool channelsInnermost;
  std::string number;
  Halide::ImageParam filter, packedBias;
};

/// Where a position of an output lies among the kernels of a grid along an axis: between `low` and
/// `high`. In integers, so that the fraction is as exact for many regions as for few.
struct RegionPlace {
  Halide::Expr low, high, fraction;
};
RegionPlace regionPlace(const Tensors &tensors, const Stage &stage, Axis axis,
                        const Halide::Expr &position);

/// The input channel that output channel k reads as its c-th.
Halide::Expr inputChannel(const Stage &stage, const Halide::Expr &k, const Halide::Expr &c);

/// The input under a displaced tap of the output position `at`, whose c is the input's channel.
Halide::Expr displacedInput(Tensors &tensors, const Stage &stage, const Point &at, const Tap &tap);

/// How many elements a mean counts at a position.
Halide::Expr meanDivisor(const Tensors &tensors, const Stage &stage, Point at);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_STAGETAPS_H
