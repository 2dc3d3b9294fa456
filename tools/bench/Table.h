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
#include <string>
#include <string_view>
#include <vector>

namespace convwright::bench {

/// One convolution with bias and ReLU, f32.
struct Row {
  std::string suite, name;
  int64_t N = 1, C = 1, H = 1, W = 1, K = 1, R = 1, S = 1;
  std::array<int64_t, 2> stride{1, 1}, pad{0, 0}, dilation{1, 1}; // h, w; both sides; 1 = dense
  int64_t groups = 1;

  int64_t outputHeight() const {
    return (H + 2 * pad[0] - (R - 1) * dilation[0] - 1) / stride[0] + 1;
  }
  int64_t outputWidth() const {
    return (W + 2 * pad[1] - (S - 1) * dilation[1] - 1) / stride[1] + 1;
  }
  int64_t outputElements() const { return N * K * outputHeight() * outputWidth(); }
  /// 2 x multiply-adds of the direct convolution, padded taps counted.
  double flops() const {
    int64_t each = C / groups * R * S; // groups divides C
    return 2.0 * outputElements() * each;
  }
};

/// Reads a table: a header line with the columns of tests/bench/layers.tsv in any order, then one
/// tab-separated row a line; empty lines and lines that begin with # are skipped.
/// Errors  name `origin`, the line, the column, what was found and what is allowed.
schedules::Result<std::vector<Row>> parseTable(std::string_view text, std::string_view origin);

/// The rows of these suites (none named: all) whose name contains `filter`. An error, which lists
/// the suites of `origin`, when there is none.
schedules::Result<std::vector<Row>> selectRows(const std::vector<Row> &rows,
                                               const std::vector<std::string> &suites,
                                               const std::string &filter, std::string_view origin);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_TABLE_H
