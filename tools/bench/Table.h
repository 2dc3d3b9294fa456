//===- Table.h - tables of layers, one convolution a row ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_TABLE_H
#define CONVWRIGHT_TOOLS_BENCH_TABLE_H

#include "schedules/kernel/Result.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::bench {

/// Sizes along depth, height and width; what an operation has no axis for is 1 (padding: 0).
using Spatial = std::array<int64_t, 3>;

/// One layer, f32: a convolution or transposed convolution with bias and ReLU, or a pool (K = C).
struct Row {
  std::string suite, name;
  std::string op = "conv2d"; // as the language spells it: one of rowOperations()
  std::string paddingMode = "zeros";
  int64_t N = 1, C = 1, K = 1, groups = 1;
  Spatial size{1, 1, 1}, taps{1, 1, 1}, stride{1, 1, 1}, pad{}, outputPad{};
  Spatial dilation{1, 1, 1}; // 1 = dense
  /// N and the sizes are symbols of the layer, with these as their `like`.
  bool symbolic = false;
  /// Where it stands, "t.tsv:4", and at which character of the line the fields of its columns
  /// begin.
  std::string place;
  std::map<std::string, size_t> fields;

  /// Spatial axes: 1, 2 or 3.
  int axes() const { return op[op.size() - 2] - '0'; }
  bool isPool() const { return op.find("pool") != op.npos; }
  bool isTransposed() const { return op.starts_with("conv_transpose"); }
  Spatial outputSize() const;
  int64_t outputElements() const;
  /// 2 x multiply-adds of the direct convolution, padded taps counted; of a pool, its taps.
  double flops() const;
};

/// conv1d and so on: the language's operations that there are for one, two and three axes.
const std::vector<std::string> &rowOperations();

/// "t.tsv:4:23: <message>", at the first of these columns that the row's table has, and, when the
/// message does not name it, which they are.
std::string messageAt(const Row &row, const std::vector<std::string> &columns,
                      const std::string &message);

/// Reads a table: a header line with columns in any order, then one tab-separated row a line; empty
/// lines and lines that begin with # are skipped. Columns: name N C H W K R S stride_h stride_w
/// pad_h pad_w dil_h dil_w groups, and, when they are wanted, suite, op, D T stride_d pad_d dil_d,
/// out_pad_d out_pad_h out_pad_w, padding_mode.
/// Errors  begin with `origin`, the line and the character; they say which column it is, what was
/// found and what is allowed.
schedules::Result<std::vector<Row>> parseTable(std::string_view text, std::string_view origin);

/// The rows of these suites (none named: all) whose name contains `filter`. An error, which lists
/// the suites of `origin`, when there is none.
schedules::Result<std::vector<Row>> selectRows(const std::vector<Row> &rows,
                                               const std::vector<std::string> &suites,
                                               const std::string &filter, std::string_view origin);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_TABLE_H
