//===- Layout.cpp - axes by what they mean, and how they lie in memory --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Layout.h"

#include <algorithm>
#include <array>

namespace convwright::schedules {

namespace {

constexpr std::array axes = {Axis::N, Axis::C, Axis::D, Axis::H, Axis::W};
constexpr std::array<std::string_view, 5> axisNames = {"N", "C", "D", "H", "W"};

struct Row {
  std::string_view name;
  size_t rank;
  Layout layout;
};
constexpr Row rows[] = {
#define LAYOUT(spelling, rank, Value) {spelling, rank, Layout::Value},
#include "schedules/kernel/Layouts.def"
};

/// Axes are dropped from the outermost spatial one on: D first, then H, then W.
size_t dropped(size_t rank) { return axes.size() - rank; }

/// Ranks without words of their own (of weights, of one value per channel) are spelled as images.
size_t spelledRank(size_t rank) { return rank < 3 || rank > 5 ? 4 : rank; }

} // namespace

std::optional<size_t> positionOf(Axis axis, size_t rank) {
  auto index = static_cast<size_t>(axis);
  if (index < 2)
    return index < rank ? std::optional(index) : std::nullopt;
  if (index - 2 < dropped(rank))
    return std::nullopt;
  return index - dropped(rank);
}

Axis axisAt(size_t position, size_t rank) {
  return axes[position < 2 ? position : position + dropped(rank)];
}

std::string_view spell(Axis axis) { return axisNames[static_cast<size_t>(axis)]; }

std::vector<Axis> spatialAxes(size_t rank) {
  std::vector<Axis> spatial;
  for (size_t i = 2; i < rank; ++i)
    spatial.push_back(axisAt(i, rank));
  return spatial;
}

std::string_view spell(Layout layout, size_t rank) {
  return std::find_if(
             std::begin(rows), std::end(rows),
             [&](const Row &row) { return row.rank == spelledRank(rank) && row.layout == layout; })
      ->name;
}

std::optional<Layout> layoutFrom(std::string_view name, size_t rank) {
  for (const Row &row : rows)
    if (row.rank == spelledRank(rank) && row.name == name)
      return row.layout;
  return std::nullopt;
}

std::string layoutNames(size_t rank) {
  std::string names;
  for (const Row &row : rows)
    if (row.rank == spelledRank(rank))
      names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

std::vector<size_t> memoryOrder(Layout layout, size_t rank) {
  std::vector<size_t> order;
  for (size_t i = rank; i-- > 0;)
    order.push_back(i);
  if (layout == Layout::ChannelsLast && rank > 2)
    std::rotate(order.begin(), order.end() - 2, order.end() - 1);
  return order;
}

} // namespace convwright::schedules
