//===- Padding.cpp - a convolution's input beyond its borders --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Padding.h"

#include "schedules/lowering/ScalarLowering.h"

#include <cmath>

namespace convwright::schedules {

using Halide::Expr;
using Halide::likely;
using Halide::select;

// Reflect and circular bounce once: pads are smaller than the size (C-constraints). The coordinate
// is clamped to the padded range first, so that rounded-up tiles stay within memory. What is inside
// is marked as likely for constant sizes only: Halide 21 would cut the loop at the wrong place when
// the size is symbolic (Conformance found column 1 of a padding of 2 taken for the interior).
PaddedCoordinate padCoordinate(PaddingMode mode, const Expr &at, const WindowAxis &window,
                               const Expr &size) {
  Expr i = at - toInt(window.padBefore);
  Expr clamped = Halide::clamp(likely(i), 0, size - 1);
  if (mode == PaddingMode::Zeros)
    return {clamped, i >= 0 && i < size};
  if (mode == PaddingMode::Replicate || !window.padded())
    return {clamped, Expr()};
  Expr known = Halide::clamp(i, -toInt(window.padBefore), size - 1 + toInt(window.padAfter));
  Expr before = mode == PaddingMode::Reflect ? -known : known + size;
  Expr after = mode == PaddingMode::Reflect ? 2 * (size - 1) - known : known - size;
  Expr inside = Halide::Internal::is_const(size) ? likely(known) : known;
  Expr index = select(known < 0, before, select(known >= size, after, inside));
  return {Halide::clamp(index, 0, size - 1), Expr()};
}

Expr outsideValue(const Stage &stage) {
  Halide::Type type = halideType(stage.type());
  if (stage.reduction != Reduction::Max)
    return Halide::Internal::make_zero(type);
  return type.is_float() ? Halide::Internal::make_const(type, -HUGE_VAL) : type.min();
}

/// Padded along these axes.
static Expr paddedAlong(const std::vector<Axis> &axes, Tensors &tensors, const Stage &stage,
                        const Point &at) {
  Point size = tensors.extents(stage.inputDims), from = at;
  Expr inside;
  for (Axis axis : axes) {
    WindowAxis window = stage.windowAlong(axis);
    PaddedCoordinate padded =
        padCoordinate(stage.paddingMode, along(from, axis), window, along(size, axis));
    along(from, axis) = padded.index;
    bool mayBeOutside = window.padded() || stage.partialWindows;
    if (padded.inside.defined() && mayBeOutside)
      inside = inside.defined() ? inside && padded.inside : padded.inside;
  }
  Expr value = tensors.lower(stage.input, from);
  if (!inside.defined())
    return value;
  // What sums read may be another type than they are: bytes that stay bytes.
  Expr outside = stage.reduction == Reduction::Max ? outsideValue(stage)
                                                   : Halide::Internal::make_zero(value.type());
  return select(inside, likely(value), outside);
}

Expr paddedInput(Tensors &tensors, const Stage &stage, const Point &at) {
  return paddedAlong(spatialAxes(stage.inputDims.size()), tensors, stage, at);
}

Expr inputInColumn(Tensors &tensors, const Stage &stage, const Point &at) {
  std::vector<Axis> axes = spatialAxes(stage.inputDims.size());
  axes.pop_back(); // W
  return paddedAlong(axes, tensors, stage, at);
}

Expr underTap(const WindowAxis &window, const Expr &position, const Expr &tap) {
  return position * toInt(window.stride) + tap * toInt(window.dilation);
}

} // namespace convwright::schedules
