//===- DenseCost.cpp - what a dense plan costs, by counting ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//


#include "schedules/dense/DenseCost.h"

#include <algorithm>

namespace convwright::schedules {

static double ceilDiv(double a, double b) { return static_cast<double>((static_cast<int64_t>(a) + static_cast<int64_t>(b) - 1) / static_cast<int64_t>(b)); }

double nominalMs(double cycles) { return cycles / 3e6; }

namespace {

struct Counts {
  const DenseShape &shape;
  const DensePlan &plan;
  const Target &target;

  double pixels() const { return static_cast<double>(shape.P * shape.Q); }

  double tiles() const {
    if (plan.line)
      return ceilDiv(pixels(), static_cast<double>(plan.tileX));
    return ceilDiv(static_cast<double>(shape.P), static_cast<double>(plan.tileY)) *
           ceilDiv(static_cast<double>(shape.Q), static_cast<double>(plan.tileX));
  }

  /// One step of the reduction for one tile: FMAs against loads of weights and broadcasts.
  double stepCycles() const {
    double vectors = static_cast<double>(plan.tileX * plan.tileY * plan.tileK);
    double ratio = static_cast<double>(target.lanes(4)) / static_cast<double>(plan.lanes);
    double fma = vectors / (target.fmaPerCycle * (target.fmaPerCycle == 1 ? std::min(2.0, ratio) : 1.0));
    double loads = static_cast<double>(plan.tileK) / target.loadsPerCycle +
                   static_cast<double>(plan.tileX * plan.tileY) / 2;
    if (!target.hasFma)
      fma *= 2;
    // A short chain of accumulators waits for the FMA's latency.
    double latency = 4.0;
    return std::max({fma + 0.15 * loads, loads, latency});
  }

  double reduction() const {
    double steps = static_cast<double>(shape.C * shape.R * shape.S);
    double blocks = ceilDiv(static_cast<double>(shape.C), static_cast<double>(plan.blockC));
    return std::max(steps, blocks * static_cast<double>(plan.blockC * shape.R * shape.S));
  }

  /// Clearing, epilogue and store of a tile, and its loop overhead.
  double tileCycles() const {
    double vectors = static_cast<double>(plan.tileX * plan.tileY * plan.tileK);
    double perVector = shape.out == Layout::NHWC ? 3.0 : 2.0 * static_cast<double>(plan.lanes);
    return vectors * perVector + 20.0;
  }
};

} // namespace

double denseCycles(const DenseShape &shape, const DensePlan &plan, const Target &target) {
  Counts counts{shape, plan, target};
  double blocksK = ceilDiv(static_cast<double>(shape.K), static_cast<double>(plan.blockK()));
  double tiles = counts.tiles() * blocksK * static_cast<double>(shape.G * shape.N);
  double cycles = tiles * (counts.stepCycles() * counts.reduction() + counts.tileCycles());
  return cycles;
}

} // namespace convwright::schedules
