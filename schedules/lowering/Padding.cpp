//===- Padding.cpp - a convolution's input beyond its borders --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Padding.h"

namespace convwright::schedules {

using Halide::Expr;
using Halide::likely;
using Halide::select;

// Reflect and circular bounce once: pads are smaller than the size (C-constraints). The coordinate
// is clamped to the padded range first, so that rounded-up tiles stay within memory. Nothing is
// marked as likely there: Halide 21 would cut the loop at the wrong place when the size is symbolic
// (Conformance found column 1 of a padding of 2 taken for the interior).
PaddedCoordinate padCoordinate(PaddingMode mode, const Expr &at, int64_t padBefore,
                               int64_t padAfter, const Expr &size) {
  Expr i = at - static_cast<int>(padBefore);
  Expr clamped = Halide::clamp(likely(i), 0, size - 1);
  if (mode == PaddingMode::Zeros)
    return {clamped, i >= 0 && i < size};
  if (mode == PaddingMode::Replicate || (padBefore == 0 && padAfter == 0))
    return {clamped, Expr()};
  Expr known =
      Halide::clamp(i, -static_cast<int>(padBefore), size - 1 + static_cast<int>(padAfter));
  Expr before = mode == PaddingMode::Reflect ? -known : known + size;
  Expr after = mode == PaddingMode::Reflect ? 2 * (size - 1) - known : known - size;
  Expr index = select(known < 0, before, select(known >= size, after, known));
  return {Halide::clamp(index, 0, size - 1), Expr()};
}

Expr paddedInput(Tensors &tensors, const Convolution &conv, const Point &at) {
  std::array<Expr, 4> size = tensors.extents(conv.inputDims);
  PaddedCoordinate y =
      padCoordinate(conv.paddingMode, at.y, conv.padBefore[0], conv.padAfter[0], size[2]);
  PaddedCoordinate x =
      padCoordinate(conv.paddingMode, at.x, conv.padBefore[1], conv.padAfter[1], size[3]);
  Expr value = tensors.lower(conv.input, {at.n, at.c, y.index, x.index});
  if (y.inside.defined())
    value = select(y.inside && x.inside, likely(value), Halide::Internal::make_zero(value.type()));
  return value;
}

} // namespace convwright::schedules
