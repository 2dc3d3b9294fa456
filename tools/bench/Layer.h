//===- Layer.h - table rows as layers, and what they should give ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_LAYER_H
#define CONVWRIGHT_TOOLS_BENCH_LAYER_H

#include "schedules/kernel/Kernel.h"
#include "tools/bench/Table.h"
#include "tools/execute/Tensor.h"

#include <string>

namespace convwright::bench {

/// The `.conv` text of a row: relu(conv2d(x, w, b)), the filter and bias as weights.
std::string layerText(const Row &row, schedules::Layout layout);

/// What a check of numbers came to.
struct Check {
  double relativeError = 0; // L2 norm of the difference over that of the reference
  int64_t checked = 0;      // how many outputs
};

/// Compares y with relu(conv2d(x, w, b)) computed in double precision by plain loops: all outputs
/// when that is affordable, otherwise the corners and a fixed pseudo-random choice.
Check checkRow(const Row &row, const tools::Tensor &x, const tools::Tensor &w,
               const tools::Tensor &b, const tools::Tensor &y);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_LAYER_H
