//===- Layer.h - table rows as layers -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_LAYER_H
#define CONVWRIGHT_TOOLS_BENCH_LAYER_H

#include "schedules/kernel/Layout.h"
#include "tools/bench/Table.h"

#include <string>

namespace convwright::bench {

/// The `.conv` text of a row: relu(conv2d(x, w, b)), the filter and bias as weights; or a pool. The
/// layout is that of the row's rank.
std::string layerText(const Row &row, schedules::Layout layout);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_LAYER_H
