//===- HostWindows.cpp - images and windows of the reference ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/HostWindows.h"

#include <algorithm>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

int64_t ir::sourcePosition(int64_t position, int64_t size, schedules::PaddingMode mode) {
  using schedules::PaddingMode;
  if (position >= 0 && position < size)
    return position;
  switch (mode) {
  case PaddingMode::Zeros:
    return -1;
  case PaddingMode::Reflect: // without repeating the border
    return position < 0 ? -position : 2 * (size - 1) - position;
  case PaddingMode::Replicate:
    return position < 0 ? 0 : size - 1;
  case PaddingMode::Circular:
    return position < 0 ? position + size : position - size;
  }
  return -1;
}

std::array<int64_t, 3> ir::alongThreeAxes(std::span<const int64_t> numbers, int64_t missing) {
  std::array<int64_t, 3> result;
  result.fill(missing);
  std::copy(numbers.begin(), numbers.end(), result.end() - static_cast<ptrdiff_t>(numbers.size()));
  return result;
}

std::array<int64_t, 5> ir::imageShape(std::span<const int64_t> shape) {
  auto [D, H, W] = alongThreeAxes(shape.subspan(2), 1);
  return {shape[0], shape[1], D, H, W};
}

ExactTensor ir::padded(const ExactTensor &x, const Window &window, double outside) {
  const auto [N, C, D, H, W] = imageShape(x.shape);
  const auto [front, top, left] = alongThreeAxes(window.padBefore, 0);
  const auto [back, bottom, right] = alongThreeAxes(window.padAfter, 0);
  ExactTensor result{x.type, x.shape, {}};
  for (size_t i = 0; i < window.padBefore.size(); ++i)
    result.shape[2 + i] += window.padBefore[i] + window.padAfter[i];
  result.values.reserve(static_cast<size_t>(result.elementCount()));
  for (int64_t image = 0; image < N * C; ++image)
    for (int64_t d = -front; d < D + back; ++d)
      for (int64_t h = -top; h < H + bottom; ++h)
        for (int64_t w = -left; w < W + right; ++w) {
          const int64_t slice = sourcePosition(d, D, window.paddingMode);
          const int64_t row = sourcePosition(h, H, window.paddingMode);
          const int64_t column = sourcePosition(w, W, window.paddingMode);
          const bool inside = slice >= 0 && row >= 0 && column >= 0;
          result.values.push_back(inside ? x.values[((image * D + slice) * H + row) * W + column]
                                         : outside);
        }
  return result;
}
