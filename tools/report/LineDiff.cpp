//===- LineDiff.cpp - two texts side by side ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/LineDiff.h"

#include <algorithm>
#include <cstdint>

namespace convwright::report {

namespace {

using Lines = std::vector<std::string_view>;

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool sameLine(std::string_view left, std::string_view right) {
  auto text = [](std::string_view line) {
    return line.substr(std::min(line.find_first_not_of(' '), line.size()));
  };
  return text(left) == text(right);
}

/// common[i][j]: length of the longest common subsequence of left from i and right from j.
std::vector<std::vector<uint32_t>> commonLengths(const Lines &left, const Lines &right) {
  std::vector<std::vector<uint32_t>> common(left.size() + 1,
                                            std::vector<uint32_t>(right.size() + 1));
  for (size_t i = left.size(); i-- > 0;)
    for (size_t j = right.size(); j-- > 0;)
      common[i][j] = sameLine(left[i], right[j]) ? common[i + 1][j + 1] + 1
                                                 : std::max(common[i + 1][j], common[i][j + 1]);
  return common;
}

/// Lines that stand against each other between two common ones.
void pairUp(std::vector<DiffRow> &rows, Lines &removed, Lines &added) {
  for (size_t i = 0; i < std::max(removed.size(), added.size()); ++i) {
    DiffRow &row = rows.emplace_back();
    if (i < removed.size())
      row.left = removed[i];
    if (i < added.size())
      row.right = added[i];
  }
  removed.clear();
  added.clear();
}

} // namespace

std::vector<DiffRow> diffLines(std::string_view leftText, std::string_view rightText) {
  Lines left = split(leftText), right = split(rightText);
  auto common = commonLengths(left, right);
  std::vector<DiffRow> rows;
  Lines removed, added;
  size_t i = 0, j = 0;
  while (i < left.size() || j < right.size()) {
    if (i < left.size() && j < right.size() && sameLine(left[i], right[j])) {
      pairUp(rows, removed, added);
      rows.push_back({true, std::string(left[i++]), std::string(right[j++])});
    } else if (j == right.size() || (i < left.size() && common[i + 1][j] >= common[i][j + 1])) {
      removed.push_back(left[i++]);
    } else {
      added.push_back(right[j++]);
    }
  }
  pairUp(rows, removed, added);
  return rows;
}

} // namespace convwright::report
