//===- Noise.h - how steady the machine was while a layer was tuned -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_NOISE_H
#define CONVWRIGHT_TOOLS_REPORT_NOISE_H

#include "tools/report/LayerRun.h"

namespace convwright::report {

/// The incumbent's samples beside one trial, over the median of all samples of that incumbent in
/// that session: 1 when the machine ran as fast as usual.
struct Beside {
  int trial = 0; // its number
  double lowerQuartile = 0, median = 0, upperQuartile = 0;
};

struct Noise {
  int timed = 0;            // trials with samples
  double spread = 0;        // median over trials of the interquartile range over the median
  double spoiltShare = 0;   // samples thrown away / samples taken
  double intervalWidth = 0; // median over raced trials of high / low - 1; 0: no races
  int drifting = 0;         // trials whose canary said so
  std::vector<Beside> incumbent;
  double steadyLow = 1, steadyHigh = 1; // 5th and 95th percentile of the medians in `incumbent`
};

Noise noiseOf(const LayerRun &run);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_NOISE_H
