//===- Padding.h - a convolution's input beyond its borders ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_PADDING_H
#define CONVWRIGHT_SCHEDULES_LOWERING_PADDING_H

#include "schedules/lowering/Tensors.h"

namespace convwright::schedules {

/// Where one coordinate of a padded tensor comes from.
struct PaddedCoordinate {
  Halide::Expr index;  // always within [0, size)
  Halide::Expr inside; // false where the value is 0; undefined: always inside
};

/// `at` counts from the first padded row or column; it may lie anywhere, beyond the padding too
/// (tiles are rounded up), where the value means nothing but is safe to read.
PaddedCoordinate padCoordinate(PaddingMode mode, const Halide::Expr &at, const WindowAxis &window,
                               const Halide::Expr &size);

/// What a window finds outside of the input: 0 in a sum, less than everything in a maximum.
Halide::Expr outsideValue(const Stage &stage);
/// The value of the stage's input at a point whose spatial coordinates count from the padded
/// origin.
Halide::Expr paddedInput(Tensors &tensors, const Stage &stage, const Point &at);
/// The same in a column of the input, which is known to lie inside: at.x counts from the input's
/// first.
Halide::Expr inputInColumn(Tensors &tensors, const Stage &stage, const Point &at);
/// The padded position under a tap, of an output position.
Halide::Expr underTap(const WindowAxis &window, const Halide::Expr &position,
                      const Halide::Expr &tap);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_PADDING_H
