//===- DepthwiseCost.cpp - what a depthwise plan costs, by counting --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwiseCost.h"

#include <algorithm>

namespace convwright::schedules {

namespace {

// Fitted to 26 layers in up to 17 plans each (Zen 3, README.md). Cycles of a line from L2 where a
// tile takes one vector of many pixels, and where it takes all channels, one line after the other;
// what the parts of a line cost more than the line; bytes a cycle of the weights that each tile
// reads again.
constexpr double lineCycles = 1.9, neighbourLineCycles = 0.8, parts = 1.4;
constexpr double weightBytes = 26;
constexpr double l2Bytes = 28; // a cycle
constexpr int64_t mostTilesUnrolled = 3;
constexpr double fmaLatency = 4;
constexpr double copyCycles = 1.5; // a load and a store into the staged input
constexpr double tileCycles = 30;  // starting a tile, storing it

/// Of the padded rows under a strip of `plan.rows`, for one vector of channels. What L1 does not
/// hold goes to L2 and comes back.
double copyCyclesOfStrip(const DepthwiseShape &shape, const DepthwisePlan &plan,
                         const Target &target) {
  int64_t rows = (plan.rows - 1) * shape.strideH + shape.reachH;
  int64_t columns = (shape.Q - 1) * shape.strideW + shape.reachW;
  int64_t vectors = shape.maxT * rows * columns, bytes = 4 * plan.lanes;
  bool stays = vectors * bytes <= target.l1;
  double each = copyCycles + (stays ? 0 : 2 * static_cast<double>(bytes) / l2Bytes);
  return each * static_cast<double>(vectors);
}

/// One shape, plan and target, counted for one tile of one vector of channels.
struct Counter {
  const DepthwiseShape &shape;
  const DepthwisePlan &plan;
  const Target &target;

  double registers() const { return static_cast<double>(registersOf(plan, target)); }
  double vectorBytes() const { return 4.0 * static_cast<double>(plan.lanes); }
  /// A vector's part of the line that it lies in.
  double share() const { return std::min(1.0, vectorBytes() / Target::cacheLine); }
  /// ... for which a tile pays that passes all vectors.
  double insideShare() const { return nextVectorFindsNone() ? 1 : std::min(1.0, parts * share()); }
  int64_t newColumns() const { return plan.tileX * shape.strideW; }
  int64_t columns() const { return shape.imageColumnsUnder(plan.tileX); }
  int64_t rowColumns() const { return shape.columnsUnder(shape.Q); }
  int64_t tilesOfRow() const { return shape.tilesOfRow(plan.tileX); }

  bool tileEvictsItself() const { return evictsItself(shape, plan.tileX, target); }
  /// Whether even a tile's next vector of channels finds none of its lines.
  bool nextVectorFindsNone() const {
    return shape.maxR * columns() > 2 * target.l1LinesApart(4 * shape.C);
  }
  /// Whether the next vector of channels finds the lines that this one used, a row of tiles ago;
  /// outputs take their part of L1, too.
  bool rowEvictsItself() const {
    return 2 * shape.maxR * rowColumns() > target.l1LinesApart(4 * shape.C);
  }

  double rowTaps() const { return plan.stage ? shape.maxT * shape.maxR : shape.rowsUsed; }
  double columnTaps() const {
    return unrollsTiles(shape, plan) ? shape.columnsUsed : static_cast<double>(shape.maxS);
  }
  double taps() const { return rowTaps() * columnTaps(); }

  double arithmetic() const {
    double fmas = static_cast<double>(plan.tileX) * registers() / target.fmaPerCycle;
    return taps() * std::max(fmas, fmaLatency);
  }

  /// Weights and input of one tile, of all channels.
  double bytesOfTile() const {
    double pixels = static_cast<double>(shape.maxR * (columns() + shape.maxS));
    return 4 * pixels * static_cast<double>(shape.C);
  }

  double weights() const {
    if (!plan.channelsInside || bytesOfTile() < static_cast<double>(target.l1))
      return 0;
    return taps() * vectorBytes() / weightBytes;
  }

  /// Lines of the input, of which a staged one is read once.
  double inputLines() const {
    auto each = [](int64_t pixels) { return static_cast<double>(pixels); };
    if (plan.stage)
      return each(shape.maxT * newColumns() * shape.strideH) * (rowEvictsItself() ? 1 : share());
    if (plan.channelsInside) {
      bool stays = bytesOfTile() < static_cast<double>(target.l1);
      return rowTaps() * each(stays ? newColumns() : columns()) * insideShare();
    }
    return rowTaps() * each(tileEvictsItself() ? columns() : newColumns()) *
           (rowEvictsItself() ? 1 : share());
  }

  /// They come before they are written, and go.
  double outputLines() const {
    double used = plan.channelsInside ? insideShare() : rowEvictsItself() ? 1 : share();
    return 2.0 * static_cast<double>(plan.tileX) * used;
  }

  double copies() const {
    if (!plan.stage)
      return 0;
    return registers() * copyCyclesOfStrip(shape, plan, target) /
           static_cast<double>(plan.rows * tilesOfRow());
  }

  double tile() const {
    bool neighbours = plan.channelsInside && !nextVectorFindsNone();
    double line = neighbours ? neighbourLineCycles : lineCycles;
    return arithmetic() + weights() + (inputLines() + outputLines()) * line + copies() + tileCycles;
  }
};

} // namespace

int64_t registersOf(const DepthwisePlan &plan, const Target &target) {
  return (plan.lanes + target.lanes(4) - 1) / target.lanes(4);
}

bool evictsItself(const DepthwiseShape &shape, int64_t tileX, const Target &target) {
  return shape.maxR * shape.imageColumnsUnder(tileX) > target.l1LinesApart(4 * shape.C);
}

bool unrollsTiles(const DepthwiseShape &shape, const DepthwisePlan &plan) {
  return !plan.stage && shape.tilesOfRow(plan.tileX) <= mostTilesUnrolled;
}

double stagedVectorCycles(const DepthwiseShape &shape, const DepthwisePlan &plan,
                          const Target &target) {
  auto ceilDiv = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
  int64_t strips = shape.N * ceilDiv(shape.P, plan.rows) * ceilDiv(shape.K, plan.lanes);
  return static_cast<double>(strips) * copyCyclesOfStrip(shape, plan, target);
}

double channelLaneCycles(const DepthwiseShape &shape, const DepthwisePlan &plan,
                         const Target &target) {
  Counter count{shape, plan, target};
  int64_t vectors = (shape.K + plan.lanes - 1) / plan.lanes;
  return count.tile() * static_cast<double>(count.tilesOfRow() * vectors) *
         static_cast<double>(shape.P) * static_cast<double>(shape.N);
}

} // namespace convwright::schedules
