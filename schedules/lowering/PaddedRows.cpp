//===- PaddedRows.cpp - rows of padded input, copied by vectors of pixels --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/PaddedRows.h"

#include "schedules/lowering/Padding.h"

namespace convwright::schedules {

/// A border of so many columns is straight code, where what lies there is mostly known.
static constexpr int mostUnrolled = 8;

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::TailStrategy;
using Halide::Var;

PaddedRows::PaddedRows(Func rows, const std::vector<Var> &vars, const WindowAxis &window,
                       PaddingMode mode, const Expr &size,
                       const std::function<Expr(const Expr &column)> &value, const Expr &outside)
    : func(std::move(rows)) {
  func(vars) = Halide::undef(outside.type());
  int stride = toInt(window.stride), before = toInt(window.padBefore);
  std::vector<Expr> at(vars.begin(), vars.end());
  auto copy = [&](const Expr &extent, const Expr &first, int phase, bool inside) {
    RDom columns(0, extent);
    at[0] = first + columns.x;
    at[1] = phase;
    Expr padded = at[0] * stride + phase;
    if (inside) {
      func(at) = value(padded - before);
      interiors.emplace_back(updates, columns.x);
    } else {
      bool zeros = mode == PaddingMode::Zeros;
      func(at) = zeros ? outside : value(padCoordinate(mode, padded, window, size).index);
      borders.push_back(
          {updates, columns.x, static_cast<int>(*Halide::Internal::as_const_int(extent))});
    }
    ++updates;
  };
  for (int phase = 0; phase < stride; ++phase) {
    // The first column that is not before the input, of those with this remainder.
    int first = std::max(0, (before - phase + stride - 1) / stride);
    Expr last = (size - 1 + before - phase) / stride;
    Expr count = Halide::Internal::simplify(Halide::max(last - first + 1, 0));
    if (!Halide::Internal::is_const_zero(count)) // a stride may be longer than the image
      copy(count, first, phase, true);
    if (first > 0)
      copy(first, 0, phase, false);
    int after = (toInt(window.padAfter) + stride - 1) / stride;
    if (after > 0)
      copy(after, first + count, phase, false);
  }
}

void PaddedRows::vectorize(int lanes) {
  func.never_partition_all();
  for (const auto &[update, columns] : interiors) {
    Halide::RVar vector("vector"), lane("lane");
    func.update(update)
        .split(columns, vector, lane, lanes, TailStrategy::GuardWithIf)
        .vectorize(lane)
        .never_partition_all()
        .partition(vector, Halide::Partition::Auto);
  }
  for (const Border &border : borders)
    if (border.count <= mostUnrolled)
      func.update(border.update).unroll(border.columns);
    else
      func.update(border.update).unscheduled();
}

} // namespace convwright::schedules
