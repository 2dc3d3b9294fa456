//===- DenseCost.cpp - what a dense plan costs, by counting ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DenseCost.h"

#include <algorithm>
#include <cmath>

namespace convwright::schedules {

namespace {

// Cycles an element, measured on Zen 4 with AVX-512 (README): a copy that keeps channels innermost,
// one that transposes, and a store that transposes.
constexpr double copyCycles = 0.35, transposedCopyCycles = 1.5, transposedStoreCycles = 1.5;
constexpr double fmaLatency = 5;      // four, and some slack for the scheduler, ...
constexpr double quickFmaLatency = 4; // ... which two loads a cycle (Zen 3) need not
// Cycles of the load ports for one input value, and where every second cache line costs double and
// more: one full-width load a cycle (Zen 4), and two (Zen 3: 0.5, next to nothing more).
constexpr double broadcast = 0.8, stridedBroadcast = 1.9;
constexpr double quickBroadcast = 0.5, quickStridedBroadcast = 0.8;
// Cycles a step for each sum above eight where each input value serves one vector alone (Zen 3,
// grouped 3x3, 8 channels a group: twelve sums ran at 0.82 to 0.97 of eight's speed).
constexpr double crowdedCycles = 0.3;
// Bytes a cycle that a core reads from L2 and from L3 (Zen 3 and Zen 4: 28 to 30, 16 to 20).
constexpr double l2Bandwidth = 28, l3Bandwidth = 16;
// Starting an inner loop over a block of channels; clearing, storing and addressing a tile.
constexpr double loopCycles = 6, tileCycles = 20, vectorCycles = 3;

double ceilDiv(int64_t a, int64_t b) {
  int64_t quotient = (a + b - 1) / b;
  return static_cast<double>(quotient);
}

/// One shape, plan and target, counted.
struct Counter {
  const DenseShape &shape;
  const DensePlan &plan;
  const Target &target;

  double strips() const {
    return ceilDiv(stripUnits(shape, plan.line, plan.alongRow), plan.strip());
  }
  /// Columns of input that are staged at once.
  double stagedColumns() const {
    int64_t outputs = plan.alongRow && !plan.parallelK ? plan.strip() : shape.Q;
    return static_cast<double>(outputs * shape.strideW + (shape.S - 1) * shape.dilationW);
  }

  /// The last strip and the last tile of a row are whole: they overlap those before them.
  double tilesOfImage() const {
    double inRow = plan.stripsInRow() ? 1 : ceilDiv(shape.Q, plan.tileX);
    return strips() * static_cast<double>(plan.stripTiles) * inRow;
  }

  /// Narrower vectors than the machine's issue twice as often where it splits the wide ones.
  double issue(double perCycle) const {
    bool narrow = plan.lanes < target.lanes(4);
    return narrow && target.fmaPerCycle == 1 && target.vectorBits == 512 ? 2 * perCycle : perCycle;
  }

  /// Whether the pixels of a tile are more than a cache line apart: few channels are staged as they
  /// lie; else a staged input is sorted by the stride.
  bool strided() const { return shape.strideW > 1 && plan.stage && shape.C < 8; }

  /// Zen 3 and its like: eight sums keep both units as busy as twelve.
  bool quick() const { return target.machine == Machine::X86 && target.loadsPerCycle >= 2; }

  double inputValue() const {
    if (strided())
      return quick() ? quickStridedBroadcast : stridedBroadcast;
    return quick() ? quickBroadcast : broadcast;
  }

  /// Each tile reads the weights of its block once: from where they stay beside the input of a row
  /// of tiles. Cycles a step.
  double weightStream() const {
    double block = 4.0 * static_cast<double>(plan.blockK() * shape.C * shape.T * shape.R * shape.S);
    double columns = plan.line ? static_cast<double>(plan.tileX) : stagedColumns();
    double rows =
        static_cast<double>((plan.tileY - 1) * shape.strideH + 1 + (shape.R - 1) * shape.dilationH);
    double input = 4.0 * static_cast<double>(shape.C * shape.T) * columns * rows;
    double bytes = 4.0 * static_cast<double>(plan.blockK());
    if (block < 0.5 * static_cast<double>(target.l1))
      return 0;
    return bytes /
           (block + input < 0.8 * static_cast<double>(target.l2) ? l2Bandwidth : l3Bandwidth);
  }

  /// One step of the reduction in one tile.
  double step() const {
    auto pixels = static_cast<double>(plan.tileX * plan.tileY);
    double fma = static_cast<double>(plan.accumulators()) / issue(target.fmaPerCycle);
    double loads =
        static_cast<double>(plan.tileK) / issue(target.loadsPerCycle) + pixels * inputValue();
    double registers = static_cast<double>(plan.accumulators() + plan.tileK + 2);
    double spilled = std::max(0.0, registers - target.vectorRegisters);
    double crowded = quick() && plan.tileK == 1 && 2 * plan.lanes >= target.lanes(4)
                         ? crowdedCycles * std::max<double>(0, plan.accumulators() - 8)
                         : 0;
    return std::max({fma, loads, quick() ? quickFmaLatency : fmaLatency, weightStream()}) +
           0.05 * loads + 0.5 + 4 * spilled + crowded;
  }

  /// With one row to a tile, DenseBuild leaves out what lies in the zero padding.
  double rowsUsed() const { return plan.tileY == 1 && !plan.line ? shape.rowsUsed : 1; }

  double compute() const {
    double blocksC = ceilDiv(shape.C, plan.blockC);
    auto taps = static_cast<double>(shape.T * shape.R * shape.S);
    double tile =
        taps * rowsUsed() * blocksC * (static_cast<double>(plan.blockC) * step() + loopCycles) +
        tileCycles + static_cast<double>(plan.accumulators()) * vectorCycles;
    double blocksK = ceilDiv(shape.K, plan.blockK());
    // Blocks that cross borders of groups are computed for a whole group at once (DenseBuild).
    bool whole = shape.G == 1 || shape.K % plan.blockK() == 0;
    return tile * tilesOfImage() * blocksK * (whole ? 1 : blocksK);
  }

  double staging() const {
    if (!plan.stage)
      return 0;
    auto stripRows = static_cast<double>((plan.strip() - 1) * shape.strideH + 1 +
                                         (shape.R - 1) * shape.dilationH);
    double pixels = plan.line ? static_cast<double>(shape.P * shape.Q)
                              : strips() * (plan.alongRow ? 1 : stripRows) * stagedColumns();
    double each = shape.in == Layout::ChannelsLast ? copyCycles : transposedCopyCycles;
    return pixels * static_cast<double>(shape.C * shape.T) * each;
  }

  double stores() const {
    double elements = static_cast<double>(shape.K) * static_cast<double>(shape.P * shape.Q);
    return shape.out == Layout::ChannelsLast ? 0 : elements * transposedStoreCycles;
  }

  /// Weights that do not stay in L2 come once a strip, mostly behind the arithmetic; where a strip
  /// is one tile, read in place, they are its stream.
  double weights() const {
    double bytes = 4.0 * static_cast<double>(shape.K * shape.C * shape.T * shape.R * shape.S);
    bool streamed = plan.parallelK || (plan.line && !plan.stage && plan.stripTiles == 1);
    if (streamed || bytes < 0.5 * static_cast<double>(target.l2))
      return bytes / 64;
    return strips() * bytes / 64;
  }
};

} // namespace

double denseCycles(const DenseShape &shape, const DensePlan &plan, const Target &target) {
  Counter count{shape, plan, target};
  double group = count.compute() + count.staging() + count.stores() + count.weights();
  return group * static_cast<double>(shape.G * shape.planes());
}

} // namespace convwright::schedules
