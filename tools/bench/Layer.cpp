//===- Layer.cpp - table rows as layers -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Layer.h"

#include <algorithm>
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

} // namespace

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
