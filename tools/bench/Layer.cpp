//===- Layer.cpp - table rows as layers -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Layer.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

namespace convwright::bench {
namespace {

/// Of the axes that the row has, outermost first.
std::vector<int64_t> ofAxes(const Row &row, const Spatial &values) {
  return {values.end() - row.axes(), values.end()};
}

std::string list(const std::vector<int64_t> &values) {
  std::string text;
  for (int64_t value : values)
    text += (text.empty() ? "[" : ", ") + std::to_string(value);
  return text + "]";
}

std::string attribute(const char *name, const std::vector<int64_t> &values) {
  return std::string(", ") + name + " = " + list(values);
}

/// A size, or the symbol that stands for it.
struct Size {
  std::string text, range;
};

/// From the least size that the window bears to twice as much.
Size sizeOf(const Row &row, const std::string &name, int64_t value, int64_t least) {
  if (!row.symbolic || value == 1)
    return {std::to_string(value), ""};
  return {name, name + " in " + std::to_string(std::min(least, value)) + ".." +
                    std::to_string(2 * value) + " like " + std::to_string(value)};
}

std::string window(const Row &row) {
  std::string text =
      attribute("stride", ofAxes(row, row.stride)) + attribute("padding", ofAxes(row, row.pad));
  if (row.outputPad != Spatial{})
    text += attribute("output_padding", ofAxes(row, row.outputPad));
  if (row.dilation != Spatial{1, 1, 1})
    text += attribute("dilation", ofAxes(row, row.dilation));
  if (row.groups != 1)
    text += ", groups = " + std::to_string(row.groups);
  if (row.paddingMode != "zeros")
    text += ", padding_mode = " + row.paddingMode;
  return text;
}

/// The name that stands at a place of the text, counted from 1; of a weight's declaration its own.
std::string wordAt(const std::string &text, int line, int column) {
  size_t begin = 0;
  for (int i = 1; i < line && begin != text.npos; ++i)
    begin = text.find('\n', begin) + 1;
  begin = std::min(begin + static_cast<size_t>(std::max(column, 1)) - 1, text.size());
  if (text.compare(begin, 7, "weight ") == 0)
    begin += 7;
  size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzDHNW_", begin);
  return text.substr(begin, end - begin);
}

/// The axes that the message is about, as indices of Spatial; all that the row has when it names
/// none.
std::vector<size_t> axesNamed(const Row &row, const std::string &message) {
  static const std::vector<std::string> words[] = {{"along d", "the front", "the back"},
                                                   {"along h", "the top", "the bottom"},
                                                   {"along w", "the left", "the right"}};
  std::vector<size_t> named, all;
  for (size_t i = 3 - static_cast<size_t>(row.axes()); i < 3; ++i) {
    all.push_back(i);
    if (std::any_of(words[i].begin(), words[i].end(),
                    [&](const std::string &word) { return message.find(word) != message.npos; }))
      named.push_back(i);
  }
  return named.empty() ? all : named;
}

/// The columns that the word stands for.
std::vector<std::string> columnsOf(const std::string &word, const std::vector<size_t> &axes) {
  static const std::map<std::string, std::string> attributes = {{"stride", "stride_"},
                                                                {"padding", "pad_"},
                                                                {"output_padding", "out_pad_"},
                                                                {"dilation", "dil_"}};
  static const std::map<std::string, std::vector<std::string>> whole = {
      {"x", {"N", "C"}},
      {"w", {"K", "C"}},
      {"b", {"K"}},
      {"groups", {"groups"}},
      {"padding_mode", {"padding_mode"}},
      {"N", {"N"}},
      {"D", {"D"}},
      {"H", {"H"}},
      {"W", {"W"}}};
  std::vector<std::string> columns;
  if (auto found = whole.find(word); found != whole.end())
    columns = found->second;
  auto attribute = attributes.find(word);
  for (size_t i : axes) {
    if (attribute != attributes.end())
      columns.push_back(attribute->second + "dhw"[i]);
    if (word == "x")
      columns.emplace_back(1, "DHW"[i]);
    if (word == "w" || word == "kernel_size")
      columns.emplace_back(1, "TRS"[i]);
  }
  return columns;
}

} // namespace

std::string inTable(const Row &row, const std::string &text, const std::string &message) {
  std::string_view rest = message;
  int place[2] = {0, 0};
  if (rest.starts_with(std::string(layerOrigin) + ":")) {
    rest.remove_prefix(std::string_view(layerOrigin).size() + 1);
    for (int &number : place) {
      auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
      rest.remove_prefix(std::min<size_t>(end - rest.data() + 1, rest.size()));
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  if (rest.starts_with("error: "))
    rest.remove_prefix(7);
  std::string what(rest);
  std::vector<std::string> columns;
  if (place[0] > 0)
    columns = columnsOf(wordAt(text, place[0], place[1]), axesNamed(row, what));
  return messageAt(row, columns, what);
}

std::string layerText(const Row &row, schedules::Layout layout) {
  std::vector<Size> sizes{sizeOf(row, "N", row.N, 1), {std::to_string(row.C), ""}};
  for (size_t i = 3 - static_cast<size_t>(row.axes()); i < 3; ++i) {
    int64_t reach = (row.taps[i] - 1) * row.dilation[i] + 1;
    sizes.push_back(
        sizeOf(row, std::string(1, "DHW"[i]), row.size[i], std::max(reach, row.pad[i] + 1)));
  }
  std::ostringstream text, ranges;
  text << "layer row(x: f32[";
  for (const Size &size : sizes) {
    text << (&size == sizes.data() ? "" : ", ") << size.text;
    if (!size.range.empty())
      ranges << (ranges.tellp() == 0 ? " for " : ", ") << size.range;
  }
  text << "] " << schedules::spell(layout, sizes.size());
  if (row.isPool()) {
    text << ")" << ranges.str() << " {\n  return " << row.op
         << "(x, kernel_size = " << list(ofAxes(row, row.taps)) << window(row) << ");\n}\n";
    return text.str();
  }
  std::vector<int64_t> filter = ofAxes(row, row.taps);
  if (row.isTransposed())
    filter.insert(filter.begin(), {row.C, row.K / row.groups});
  else
    filter.insert(filter.begin(), {row.K, row.C / row.groups});
  text << ", weight w: f32" << list(filter) << ", weight b: f32[" << row.K << "])" << ranges.str()
       << " {\n  return relu(" << row.op << "(x, w, b" << window(row) << "));\n}\n";
  return text.str();
}

} // namespace convwright::bench
