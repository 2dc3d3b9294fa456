//===- LineDiff.h - two texts side by side ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_LINEDIFF_H
#define CONVWRIGHT_TOOLS_REPORT_LINEDIFF_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::report {

/// A row of a comparison: the same line on both sides, or what differs (one side may be empty).
struct DiffRow {
  bool same = false;
  std::optional<std::string> left, right;
  bool operator==(const DiffRow &) const = default;
};

/// A longest common subsequence of lines decides what is the same; between two such lines, what
/// differs stands in pairs. Indentation does not count: a loop more around them changes no lines.
/// Takes time and space of the product of the numbers of lines.
std::vector<DiffRow> diffLines(std::string_view left, std::string_view right);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_LINEDIFF_H
