//===- Progress.h - the best so far, trial by trial ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_PROGRESS_H
#define CONVWRIGHT_TOOLS_REPORT_PROGRESS_H

#include "tools/report/LayerRun.h"

#include <optional>

namespace convwright::report {

/// For each trial, the time of the best known after it over the default's (1: nothing better yet,
/// 0: nothing timed yet). What the tuner accepted counts, not the smallest number; where there were
/// no races, the smallest number.
std::vector<double> bestSoFar(const LayerRun &run);

/// The first trial (its number) after which at least `fraction` of the final speed was reached;
/// none when nothing was timed. Requires 0 < fraction <= 1.
std::optional<int> trialsTo(double fraction, const std::vector<double> &bestSoFar);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_PROGRESS_H
