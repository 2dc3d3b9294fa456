//===- Table.cpp - reads tables of layers ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields;
  size_t begin = 0;
  for (size_t end; (end = line.find(separator, begin)) != line.npos; begin = end + 1)
    fields.emplace_back(line.substr(begin, end - begin));
  fields.emplace_back(line.substr(begin));
  return fields;
}

/// The columns that hold numbers, and where they go.
std::map<std::string, int64_t *> numbersOf(Row &row) {
  return {{"N", &row.N},
          {"C", &row.C},
          {"H", &row.H},
          {"W", &row.W},
          {"K", &row.K},
          {"R", &row.R},
          {"S", &row.S},
          {"stride_h", &row.stride[0]},
          {"stride_w", &row.stride[1]},
          {"pad_h", &row.pad[0]},
          {"pad_w", &row.pad[1]},
          {"dil_h", &row.dilation[0]},
          {"dil_w", &row.dilation[1]},
          {"groups", &row.groups}};
}

std::optional<int64_t> parseNumber(const std::string &text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::string columnList() {
  Row row;
  std::string list = "suite, name";
  for (const auto &[column, value] : numbersOf(row))
    list += ", " + column;
  return list;
}

std::optional<std::string> headerProblem(const std::vector<std::string> &columns) {
  Row row;
  std::map<std::string, int> seen;
  for (const std::string &column : columns)
    ++seen[column];
  auto required = numbersOf(row);
  for (const auto &[column, count] : seen) {
    if (!required.count(column) && column != "suite" && column != "name")
      return "unknown column '" + column + "'; the columns are " + columnList();
    if (count > 1)
      return "column '" + column + "' appears " + std::to_string(count) + " times";
  }
  for (const auto &[column, value] : required)
    if (!seen.count(column))
      return "column '" + column + "' is missing; the columns are " + columnList();
  if (!seen.count("name"))
    return "column 'name' is missing; the columns are " + columnList();
  return std::nullopt;
}

/// What no compiler could make of the row.
std::optional<std::string> rowProblem(const Row &row) {
  if (row.C % row.groups || row.K % row.groups)
    return "groups = " + std::to_string(row.groups) +
           " does not divide C = " + std::to_string(row.C) + " and K = " + std::to_string(row.K);
  if (row.outputHeight() < 1 || row.outputWidth() < 1)
    return "the filter is larger than the padded input";
  double largest = std::max({1.0 * row.N * row.C * row.H * row.W,
                             1.0 * row.N * row.K * row.outputHeight() * row.outputWidth(),
                             1.0 * row.K * row.C * row.R * row.S});
  if (largest > std::exp2(31))
    return "a tensor has more than 2^31 elements";
  return std::nullopt;
}

struct TableReader {
  std::string origin;
  std::vector<std::string> columns;

  Error errorAt(int line, const std::string &message) const {
    return Error{origin + ":" + std::to_string(line) + ": error: " + message};
  }

  Result<Row> readRow(const std::vector<std::string> &fields, int line) const {
    if (fields.size() != columns.size())
      return errorAt(line, "the row has " + std::to_string(fields.size()) +
                               " tab-separated fields, the header " +
                               std::to_string(columns.size()));
    Row row;
    auto numbers = numbersOf(row);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] == "suite" || columns[i] == "name") {
        (columns[i] == "suite" ? row.suite : row.name) = fields[i];
        continue;
      }
      int64_t least = columns[i].starts_with("pad") ? 0 : 1;
      std::optional<int64_t> value = parseNumber(fields[i]);
      if (!value || *value < least || *value > (1 << 24))
        return errorAt(line, columns[i] + " = '" + fields[i] + "' is not an integer from " +
                                 std::to_string(least) + " to 2^24");
      *numbers.at(columns[i]) = *value;
    }
    if (auto problem = rowProblem(row))
      return errorAt(line, *problem);
    return row;
  }
};

} // namespace

Result<std::vector<Row>> parseTable(std::string_view text, std::string_view origin) {
  TableReader reader{std::string(origin), {}};
  std::vector<Row> rows;
  int number = 0;
  for (std::string line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r'))
      line.pop_back();
    if (line.empty() || line.starts_with('#'))
      continue;
    std::vector<std::string> fields = split(line, '\t');
    if (reader.columns.empty()) {
      if (auto problem = headerProblem(fields))
        return reader.errorAt(number, *problem);
      reader.columns = fields;
      continue;
    }
    Result<Row> row = reader.readRow(fields, number);
    if (!row)
      return row.error();
    rows.push_back(*row);
  }
  if (rows.empty())
    return Error{reader.origin + ": error: the table has no rows"};
  return rows;
}

Result<std::vector<Row>> selectRows(const std::vector<Row> &rows,
                                    const std::vector<std::string> &suites,
                                    const std::string &filter, std::string_view origin) {
  std::vector<Row> selected;
  std::vector<std::string> known;
  for (const Row &row : rows) {
    if (std::find(known.begin(), known.end(), row.suite) == known.end())
      known.push_back(row.suite);
    if ((suites.empty() || std::find(suites.begin(), suites.end(), row.suite) != suites.end()) &&
        row.name.find(filter) != row.name.npos)
      selected.push_back(row);
  }
  if (!selected.empty())
    return selected;
  std::string list;
  for (const std::string &suite : known)
    list += (list.empty() ? "" : ", ") + suite;
  return Error{"no row of " + std::string(origin) + " is selected; its suites are " + list};
}

} // namespace convwright::bench
