//===- Phases.cpp - transposed convolutions as forward ones --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Phases.h"

#include "schedules/kernel/Extents.h"

#include <algorithm>
#include <numeric>

namespace convwright::schedules {

namespace {

/// One phase along one axis.
struct AxisPhase {
  int64_t start, step; // of its outputs
  Extent outputs;
  WindowAxis window;
  int64_t firstTap, tapStep; // in the filter
};

/// Of every symbol.
struct Sizes {
  std::vector<int64_t> smallest, largest;
};

int64_t floorMod(int64_t a, int64_t b) { return (a % b + b) % b; }

/// There are ceil((whole - start) / stride) outputs, start + q · stride. Each sees input q + (start
/// + padBefore - t · dilation) / stride for those taps t where that is whole. They are a
/// progression, last one first along the input.
AxisPhase phaseAlong(const WindowAxis &axis, const Extent &input, const Extent &whole,
                     int64_t start, const Sizes &sizes) {
  int64_t shared = std::gcd(axis.stride, axis.dilation), every = axis.stride / shared;
  AxisPhase phase{start, axis.stride, *addThenDivide(whole, axis.stride - 1 - start, axis.stride),
                  {},    0,           1};
  int64_t first = 0;
  while (first < std::min(every, axis.taps) &&
         floorMod(start + axis.padBefore - first * axis.dilation, axis.stride) != 0)
    ++first;
  // They grow by one with the input's, so that this difference is the same at every size.
  int64_t grown = phase.outputs.at(sizes.smallest) - input.at(sizes.smallest);
  if (first >= std::min(every, axis.taps)) { // no tap: one that never meets the input
    int64_t beyond = input.at(sizes.largest);
    phase.window = {.taps = 1, .padBefore = -beyond, .padAfter = grown + beyond};
    return phase;
  }
  int64_t taps = (axis.taps - 1 - first) / every + 1, dilation = axis.dilation / shared;
  int64_t nearest = (start + axis.padBefore - first * axis.dilation) / axis.stride;
  int64_t before = (taps - 1) * dilation - nearest;
  phase.window = {.taps = taps,
                  .dilation = dilation,
                  .padBefore = before,
                  .padAfter = grown + (taps - 1) * dilation - before};
  phase.firstTap = first + (taps - 1) * every;
  phase.tapStep = -every;
  return phase;
}

} // namespace

std::vector<Phase> phasesOf(const Stage &transposed, const std::vector<Symbol> &symbols) {
  Sizes sizes;
  for (const Symbol &symbol : symbols) {
    sizes.smallest.push_back(symbol.lo);
    sizes.largest.push_back(symbol.hi);
  }
  size_t axes = transposed.window.size();
  std::vector<Phase> phases;
  std::vector<int64_t> start(axes, 0);
  for (bool more = true; more;) {
    Phase phase{transposed, {transposed.outputDims, {}, {}}};
    phase.part.start.assign(2, Extent::constant(0));
    phase.part.step.assign(2, 1);
    PhaseFilter filter;
    bool any = true; // outputs; of a result shorter than the stride some phases have none
    for (size_t i = 0; i < axes; ++i) {
      AxisPhase along = phaseAlong(transposed.window[i], transposed.inputDims[2 + i],
                                   transposed.outputDims[2 + i], start[i], sizes);
      phase.stage.window[i] = along.window;
      phase.stage.outputDims[2 + i] = along.outputs;
      any &= along.outputs != Extent::constant(0);
      phase.part.start.push_back(Extent::constant(along.start));
      phase.part.step.push_back(along.step);
      filter.first.push_back(along.firstTap);
      filter.step.push_back(along.tapStep);
    }
    phase.stage.phase = filter;
    phase.stage.transposed = false;
    if (any)
      phases.push_back(std::move(phase));
    more = false;
    for (size_t i = axes; i-- > 0 && !more;) {
      more = ++start[i] < transposed.window[i].stride;
      if (!more)
        start[i] = 0;
    }
  }
  return phases;
}

} // namespace convwright::schedules
