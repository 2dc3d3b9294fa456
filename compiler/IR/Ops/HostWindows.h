//===- HostWindows.h - images and windows of the reference -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the definitions of windowed operations share. Images of one or two spatial axes are taken as
// ones of three, so that each definition is one nest of loops. No MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_HOSTWINDOWS_H
#define CONVWRIGHT_COMPILER_IR_OPS_HOSTWINDOWS_H

#include "compiler/IR/ConvShape.h"
#include "compiler/Reference/ExactTensor.h"

#include <array>

namespace convwright::ir {

/// Where element `position` of an axis of `size` elements comes from, when it lies outside as
/// padding does. −1: nowhere. Requires what C19 and C20 ask of the padding.
int64_t sourcePosition(int64_t position, int64_t size, schedules::PaddingMode mode);

/// One number for each of d, h and w: `missing` for the axes that `numbers` does not have.
std::array<int64_t, 3> alongThreeAxes(std::span<const int64_t> numbers, int64_t missing);
/// [N, C, spatial …] as [N, C, D, H, W].
std::array<int64_t, 5> imageShape(std::span<const int64_t> shape);

/// x, [N, C, spatial …], with its padding made explicit; zeros mode pads with `outside`.
compiler::ExactTensor padded(const compiler::ExactTensor &x, const Window &window,
                             double outside = 0);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_HOSTWINDOWS_H
