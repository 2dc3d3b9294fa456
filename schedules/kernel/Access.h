//===- Access.h - the arithmetic of accesses, once for numbers and for code ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference reads with numbers, the lowering writes the same index as an expression: both take
// it from here. `Arithmetic` says what they compute with:
//   value(n)  extent(e)  at(axis)             an integer, an Extent, the reading point
//   floorDivide(v, n)  modulo(v, n)           of integers, n >= 1
//   select(c, a, b)  clamp(v, lo, hi)
//   real(v)  literal(x)  floorOf(r)           to and from f32
//   sum(a, b)  product(a, b)  quotient(a, b)  maximum(a, b)    in f32, rounded each time
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_ACCESS_H
#define CONVWRIGHT_SCHEDULES_KERNEL_ACCESS_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules {

/// The index that is the reading point's own along that axis.
AxisAccess sameIndex(Axis axis);
/// An access that sees every element where it is.
Access identityAccess(const Dims &dims);
/// The extents of what access `index` of the operand reads.
const Dims &dimsBehind(const Operand &operand, size_t index);
/// Whether the access moves nothing along the spatial axes.
bool keepsPixels(const Operand &operand, size_t index);

/// The distance between neighbours, as the result's positions see it.
template <typename Arithmetic> auto samplingStep(const Sampling &sampling, const Arithmetic &a) {
  bool corners = sampling.grid == Sampling::Grid::Corners;
  if (sampling.factor != 0 && !corners)
    return a.literal(static_cast<float>(1.0 / sampling.factor));
  int64_t less = corners ? 1 : 0;
  auto in = a.extent(sampling.in) - a.value(less), out = a.extent(sampling.out) - a.value(less);
  auto some = a.select(out > a.value(0), out, a.value(1));
  return a.select(out > a.value(0), a.quotient(a.real(in), a.real(some)), a.literal(0.0f));
}

/// Where the reading point lies on the sampled axis.
template <typename Arithmetic> auto sampledPosition(const Sampling &sampling, const Arithmetic &a) {
  auto step = samplingStep(sampling, a);
  bool onePosition = sampling.out == Extent::constant(1); // broadcasts
  auto at = a.real(onePosition ? a.value(0) : a.at(sampling.axis));
  if (sampling.grid != Sampling::Grid::Halves)
    return a.product(step, at);
  auto position = a.sum(a.product(step, a.sum(at, a.literal(0.5f))), a.literal(-0.5f));
  return sampling.atLeastZero ? a.maximum(position, a.literal(0.0f)) : position;
}

/// The index along one axis, before the border has its say.
template <typename Arithmetic> auto indexAlong(const AxisAccess &axis, const Arithmetic &a) {
  auto index = a.extent(axis.offset);
  for (const AccessTerm &term : axis.terms) {
    auto value = a.floorDivide(a.at(term.axis) * a.value(term.scale), term.div);
    if (term.modulus != 0)
      value = a.modulo(value, term.modulus);
    index = index + value * a.value(term.mul);
  }
  if (axis.sampling)
    index = index + a.floorOf(sampledPosition(*axis.sampling, a));
  return index;
}

/// The element that stands for `index` of `size` of them; within [0, size) wherever the reading
/// point is one that the access has.
template <typename Arithmetic, typename Value>
Value withinBorder(Border border, const Value &index, const Value &size, const Arithmetic &a) {
  Value zero = a.value(0), last = size - a.value(1);
  switch (border) {
  case Border::Inside:
    return index;
  case Border::Constant:
  case Border::Clamp:
    return a.clamp(index, zero, last);
  case Border::Reflect:
    return a.clamp(
        a.select(index < zero, zero - index, a.select(index > last, last + last - index, index)),
        zero, last);
  case Border::Wrap:
    return a.clamp(
        a.select(index < zero, index + size, a.select(index > last, index - size, index)), zero,
        last);
  }
  return index;
}

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_ACCESS_H
