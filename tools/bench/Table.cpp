//===- Table.cpp - reads tables of layers ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Table.h"

#include "dsl/Operations.h"

#include <algorithm>
#include <cctype>
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

enum Axis : uint8_t { D, H, W };

struct Column {
  int64_t *value;
  bool required;
};

/// The columns that hold numbers, and where they go.
std::map<std::string, Column> numbersOf(Row &row) {
  return {{"N", {&row.N, true}},
          {"C", {&row.C, true}},
          {"D", {&row.size[D], false}},
          {"H", {&row.size[H], true}},
          {"W", {&row.size[W], true}},
          {"K", {&row.K, true}},
          {"T", {&row.taps[D], false}},
          {"R", {&row.taps[H], true}},
          {"S", {&row.taps[W], true}},
          {"stride_d", {&row.stride[D], false}},
          {"stride_h", {&row.stride[H], true}},
          {"stride_w", {&row.stride[W], true}},
          {"pad_d", {&row.pad[D], false}},
          {"pad_h", {&row.pad[H], true}},
          {"pad_w", {&row.pad[W], true}},
          {"out_pad_d", {&row.outputPad[D], false}},
          {"out_pad_h", {&row.outputPad[H], false}},
          {"out_pad_w", {&row.outputPad[W], false}},
          {"dil_d", {&row.dilation[D], false}},
          {"dil_h", {&row.dilation[H], true}},
          {"dil_w", {&row.dilation[W], true}},
          {"groups", {&row.groups, true}}};
}

/// The columns that hold words, and what they may be; empty: anything.
struct Words {
  std::string *value;
  std::vector<std::string> allowed;
};
std::map<std::string, Words> wordsOf(Row &row) {
  return {{"suite", {&row.suite, {}}},
          {"name", {&row.name, {}}},
          {"op", {&row.op, rowOperations()}},
          {"padding_mode", {&row.paddingMode, {"zeros", "reflect", "replicate", "circular"}}}};
}

std::optional<int64_t> parseNumber(const std::string &text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::string join(const std::vector<std::string> &words) {
  std::string list;
  for (const std::string &word : words)
    list += (list.empty() ? "" : ", ") + word;
  return list;
}

std::string columnList() {
  Row row;
  std::vector<std::string> needed{"name"}, optional;
  for (const auto &[column, where] : numbersOf(row))
    (where.required ? needed : optional).push_back(column);
  for (const auto &[column, where] : wordsOf(row))
    if (column != "name")
      optional.push_back(column);
  return join(needed) + "; and, when they are wanted, " + join(optional);
}

/// What is wrong, and in which column; none: nothing.
struct Problem {
  std::string message, column;
};

std::optional<Problem> headerProblem(const std::vector<std::string> &columns) {
  Row row;
  std::map<std::string, int> seen;
  for (const std::string &column : columns)
    ++seen[column];
  auto numbers = numbersOf(row);
  auto words = wordsOf(row);
  for (const auto &[column, count] : seen) {
    if (!numbers.count(column) && !words.count(column))
      return Problem{"unknown column '" + column + "'; the columns are " + columnList(), column};
    if (count > 1)
      return Problem{"column '" + column + "' appears " + std::to_string(count) + " times", column};
  }
  for (const auto &[column, where] : numbers)
    if (where.required && !seen.count(column))
      return Problem{"column '" + column + "' is missing; the columns are " + columnList(), ""};
  if (!seen.count("name"))
    return Problem{"column 'name' is missing; the columns are " + columnList(), ""};
  return std::nullopt;
}

/// Along axes that the operation does not have.
std::optional<Problem> unusedAxisProblem(const Row &given) {
  static constexpr const char *names[] = {"D", "H", "W"};
  Row row = given, plain;
  auto unused = numbersOf(row), defaults = numbersOf(plain);
  for (int i = 0; i < 3 - row.axes(); ++i) {
    const std::string axis = names[i], tap(1, "TRS"[i]), lower(1, "dhw"[i]);
    for (const std::string &column :
         {axis, tap, "stride_" + lower, "pad_" + lower, "out_pad_" + lower, "dil_" + lower})
      if (*unused.at(column).value != *defaults.at(column).value)
        return Problem{row.op + " has no axis " + axis + ": " + column + " is " +
                           std::to_string(*defaults.at(column).value) + " there, not " +
                           std::to_string(*unused.at(column).value),
                       column};
  }
  return std::nullopt;
}

/// What no compiler could make of the row.
std::optional<Problem> rowProblem(const Row &row) {
  if (auto problem = unusedAxisProblem(row))
    return problem;
  if (row.C % row.groups || row.K % row.groups)
    return Problem{"groups = " + std::to_string(row.groups) + " does not divide C = " +
                       std::to_string(row.C) + " and K = " + std::to_string(row.K),
                   "groups"};
  if (row.isPool() && (row.K != row.C || row.groups != 1))
    return Problem{row.op + " has as many outputs as inputs, and no groups: K = C, groups = 1",
                   row.K != row.C ? "K" : "groups"};
  if (!row.isTransposed() && row.outputPad != Spatial{})
    return Problem{row.op + " has no output padding: out_pad is 0", "op"};
  if ((row.isTransposed() || row.isPool()) && row.paddingMode != "zeros")
    return Problem{row.op + " has no padding mode but zeros", "padding_mode"};
  double in = row.N * row.C, filter = row.K * row.C, out = row.N * row.K;
  for (size_t i = 0; i < 3; ++i) {
    if (row.outputSize()[i] < 1 && row.isTransposed())
      return Problem{std::string("the padding leaves nothing of the result along ") + "dhw"[i],
                     std::string("pad_") + "dhw"[i]};
    if (row.outputSize()[i] < 1)
      return Problem{"the filter is larger than the padded input: it spans " +
                         std::to_string((row.taps[i] - 1) * row.dilation[i] + 1) + " along " +
                         "dhw"[i] + ", which has " + std::to_string(row.size[i] + 2 * row.pad[i]),
                     std::string(1, "TRS"[i])};
    in *= static_cast<double>(row.size[i]);
    filter *= static_cast<double>(row.taps[i]);
    out *= static_cast<double>(row.outputSize()[i]);
  }
  double most = std::exp2(31);
  for (auto [elements, what] : {std::pair(in, "input"), {filter, "filter"}, {out, "result"}})
    if (elements > most)
      return Problem{std::string("the ") + what + " has more than 2^31 elements", ""};
  return std::nullopt;
}

struct TableReader {
  std::string origin;
  std::vector<std::string> columns;

  std::string placeOf(int line) const { return origin + ":" + std::to_string(line); }

  std::optional<Error> readHeader(const std::vector<std::string> &fields, int line) {
    std::optional<Problem> problem = headerProblem(fields);
    columns = fields;
    if (!problem)
      return std::nullopt;
    Row header;
    header.place = placeOf(line);
    header.fields = fieldsOf(fields);
    return Error{messageAt(header, {problem->column}, problem->message)};
  }

  /// At which character each column's field begins, counted from 1.
  std::map<std::string, size_t> fieldsOf(const std::vector<std::string> &fields) const {
    std::map<std::string, size_t> begins;
    size_t begin = 1;
    for (size_t i = 0; i < columns.size(); ++i) {
      begins.emplace(columns[i], begin);
      begin += fields[i].size() + 1;
    }
    return begins;
  }

  Result<Row> readRow(const std::vector<std::string> &fields, int line) const {
    Row row;
    row.place = placeOf(line);
    if (fields.size() != columns.size())
      return Error{messageAt(row, {},
                             "the row has " + std::to_string(fields.size()) +
                                 " tab-separated fields, the header " +
                                 std::to_string(columns.size()))};
    row.fields = fieldsOf(fields);
    for (size_t i = 0; i < columns.size(); ++i)
      if (auto problem = readField(row, columns[i], fields[i]))
        return Error{messageAt(row, {columns[i]}, *problem)};
    if (auto problem = rowProblem(row))
      return Error{messageAt(row, {problem->column}, problem->message)};
    return row;
  }

  static std::optional<std::string> readField(Row &row, const std::string &column,
                                              const std::string &field) {
    auto words = wordsOf(row);
    if (auto word = words.find(column); word != words.end()) {
      const std::vector<std::string> &allowed = word->second.allowed;
      if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), field) == allowed.end())
        return column + " = '" + field + "' is none of " + join(allowed);
      *word->second.value = field;
      return std::nullopt;
    }
    int64_t least = column.find("pad_") != std::string::npos ? 0 : 1;
    std::optional<int64_t> value = parseNumber(field);
    if (!value || *value < least || *value > (1 << 24))
      return column + " = '" + field + "' is not an integer from " + std::to_string(least) +
             " to 2^24";
    *numbersOf(row).at(column).value = *value;
    return std::nullopt;
  }
};

} // namespace

const std::vector<std::string> &rowOperations() {
  static const std::vector<std::string> operations = [] {
    std::vector<std::string> all;
    for (const dsl::OperationInfo &row : dsl::allOperations()) {
      std::string family = row.spelling.str();
      if (!family.ends_with("1d"))
        continue;
      family.resize(family.size() - 2);
      for (const char *axes : {"1d", "2d", "3d"})
        if (const dsl::OperationInfo *found = dsl::findOperation(family + axes);
            found && found->available)
          all.push_back(family + axes);
    }
    return all;
  }();
  return operations;
}

/// Whether the text names the column.
static bool hasWord(const std::string &text, const std::string &word) {
  auto isInName = [&](size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_');
  };
  for (size_t at = 0; (at = text.find(word, at)) != text.npos; ++at)
    if (!isInName(at - 1) && !isInName(at + word.size()))
      return true;
  return false;
}

std::string messageAt(const Row &row, const std::vector<std::string> &columns,
                      const std::string &message) {
  std::string place = row.place, names;
  bool named = false;
  for (const std::string &column : columns) {
    auto field = row.fields.find(column);
    if (field == row.fields.end())
      continue;
    if (names.empty() && !place.empty())
      place += ":" + std::to_string(field->second);
    names += (names.empty() ? "" : ", ") + column;
    named = named || hasWord(message, column);
  }
  std::string where = names.empty() || named ? "" : " (" + names + ")";
  return (place.empty() ? "" : place + ": ") + message + where;
}

Spatial Row::outputSize() const {
  Spatial out;
  for (size_t i = 0; i < 3; ++i) {
    int64_t reach = (taps[i] - 1) * dilation[i];
    out[i] = isTransposed() ? (size[i] - 1) * stride[i] - 2 * pad[i] + reach + outputPad[i] + 1
                            : (size[i] + 2 * pad[i] - reach - 1 + stride[i]) / stride[i];
    if (!isTransposed() && size[i] + 2 * pad[i] < reach + 1)
      out[i] = 0;
  }
  return out;
}

int64_t Row::outputElements() const {
  Spatial out = outputSize();
  return N * K * out[D] * out[H] * out[W];
}

double Row::flops() const {
  Spatial positions = isTransposed() ? size : outputSize();
  int64_t each = taps[D] * taps[H] * taps[W] * (isPool() ? 1 : C / groups);
  return 2.0 * static_cast<double>(N * K * positions[D] * positions[H] * positions[W]) *
         static_cast<double>(each);
}

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
      if (std::optional<Error> problem = reader.readHeader(fields, number))
        return *problem;
      continue;
    }
    Result<Row> row = reader.readRow(fields, number);
    if (!row)
      return row.error();
    rows.push_back(*row);
  }
  if (rows.empty())
    return Error{reader.origin + ": the table has no rows" +
                 (reader.columns.empty() ? ", and no header: " + columnList() : "")};
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
