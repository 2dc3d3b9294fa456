//===- Kernel.cpp - what one generated function computes -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Kernel.h"

#include <algorithm>

namespace convwright::schedules {

Extent along(const Dims &dims, Axis axis) {
  std::optional<size_t> position = positionOf(axis, dims.size());
  return position ? dims[*position] : Extent::constant(1);
}

std::vector<int64_t> likeSizes(const Kernel &kernel) {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.like);
  return sizes;
}

size_t denseDims(const Dims &dims, Layout layout) {
  std::vector<size_t> order = memoryOrder(layout, dims.size());
  size_t pixels = layout == Layout::ChannelsLast && dims.size() > 2 ? 2 : 1;
  auto innermost = std::find_if(order.begin(), order.end(), [&](size_t position) {
    return dims[position] != Extent::constant(1);
  });
  auto dense = static_cast<size_t>(innermost - order.begin()) + 1;
  return std::min(std::max(dense, pixels), order.size());
}

WindowAxis Stage::windowAlong(Axis axis) const {
  std::optional<size_t> position = positionOf(axis, 2 + window.size());
  return position ? window[*position - 2] : WindowAxis{};
}

std::optional<int64_t> outputSize(int64_t size, const WindowAxis &window) {
  int64_t reach, padded;
  if (__builtin_mul_overflow(window.dilation, window.taps - 1, &reach) ||
      __builtin_add_overflow(size, window.padBefore, &padded) ||
      __builtin_add_overflow(padded, window.padAfter, &padded) || padded - reach < 1)
    return std::nullopt;
  return (padded - reach - 1) / window.stride + 1;
}

std::optional<int64_t> partialOutputSize(int64_t size, const WindowAxis &window) {
  int64_t reach, end, padded;
  if (__builtin_mul_overflow(window.dilation, window.taps - 1, &reach) ||
      __builtin_add_overflow(size, window.padBefore, &end) ||
      __builtin_add_overflow(end, window.padAfter, &padded))
    return std::nullopt;
  int64_t beyond = padded - reach - 1; // where the last window that ends inside could start
  int64_t steps = beyond > 0 ? (beyond - 1) / window.stride + 1 : -(-beyond / window.stride);
  if (steps > (end - 1) / window.stride) // that one would start behind the input
    --steps;
  return steps < 0 ? std::nullopt : std::optional(steps + 1);
}

int64_t Stage::taps() const {
  int64_t product = 1;
  for (const WindowAxis &axis : window)
    product *= axis.taps;
  return product;
}

Dims Stage::filterDims() const {
  Dims taps, positions(outputDims.begin() + 2, outputDims.end());
  for (const WindowAxis &axis : window)
    taps.push_back(Extent::constant(axis.taps));
  auto joined = [](Dims first, const Dims &second, const Dims &third = {}) {
    first.insert(first.end(), second.begin(), second.end());
    first.insert(first.end(), third.begin(), third.end());
    return first;
  };
  Dims channels = {Extent::constant(K), Extent::constant(channelsRead())}, cells;
  for (int64_t count : grid)
    cells.push_back(Extent::constant(count));
  switch (filterKind) {
  case FilterKind::None:
    return {};
  case FilterKind::Shared:
    return joined(channels, taps);
  case FilterKind::PerPosition:
    return joined(positions, channels, taps);
  case FilterKind::PerPixel:
    return joined({outputDims[0], Extent::constant(groups)}, taps, positions);
  case FilterKind::Regions:
    return joined(cells, taps);
  }
  return {};
}

std::string spellTaps(const Stage &stage) {
  std::string text;
  for (const WindowAxis &axis : stage.window)
    text += (text.empty() ? "" : "x") + std::to_string(axis.taps);
  return text;
}

bool Stage::padded() const {
  return std::any_of(window.begin(), window.end(),
                     [](const WindowAxis &axis) { return axis.padded(); });
}

/// Of the tensor that it is, or is a part of. What is a part has no more pixels.
template <typename Tensor> static const Dims &wholeOf(const Tensor &tensor) {
  return tensor.part ? tensor.part->whole : tensor.dims;
}

bool hasOnePixelImages(const Kernel &kernel) {
  auto fits = [](const Dims &dims, Layout layout) {
    return layout == Layout::ChannelsLast && dims[1].isConstant() &&
           std::all_of(dims.begin() + 2, dims.end(),
                       [](const Extent &extent) { return extent == Extent::constant(1); });
  };
  return std::all_of(kernel.outputs.begin(), kernel.outputs.end(),
                     [&](const Output &output) { return fits(wholeOf(output), output.layout); }) &&
         std::all_of(kernel.operands.begin(), kernel.operands.end(), [&](const Operand &operand) {
           return operand.role != Operand::Role::Activation || operand.dims.size() == 1 ||
                  fits(wholeOf(operand), operand.layout);
         });
}

} // namespace convwright::schedules
