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

/// What layerText's text is called when it is compiled.
inline constexpr const char *layerOrigin = "row";

/// The compiler's message on layerText's `text`, "row:2:61: error: …", in terms of the table: at
/// the fields that the words at that place were made of.
std::string inTable(const Row &row, const std::string &text, const std::string &message);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_LAYER_H
