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
  int before = toInt(window.padBefore), after = toInt(window.padAfter);
  std::vector<Expr> at(vars.begin(), vars.end());
  auto fill = [&](const Expr &extent, const Expr &first, bool inside) {
    RDom columns(0, extent);
    at[0] = first + columns.x;
    if (inside) {
      func(at) = value(at[0] - before);
      interior = columns.x;
      return;
    }
    std::vector<Expr> from = at; // what lies inside is there already
    from[0] = padCoordinate(mode, at[0], window, size).index + before;
    func(at) = mode == PaddingMode::Zeros ? outside : Expr(func(from));
    borders.emplace_back(columns.x, toInt(*Halide::Internal::as_const_int(extent)));
  };
  fill(size, before, true);
  if (before > 0)
    fill(before, 0, false);
  if (after > 0)
    fill(after, size + before, false);
}

void PaddedRows::vectorize(int lanes) {
  func.never_partition_all();
  Halide::RVar vector("vector"), lane("lane");
  func.update(0)
      .split(interior, vector, lane, lanes, TailStrategy::GuardWithIf)
      .vectorize(lane)
      .never_partition_all()
      .partition(vector, Halide::Partition::Auto);
  for (size_t i = 0; i < borders.size(); ++i) {
    Halide::Stage border = func.update(static_cast<int>(i) + 1);
    if (borders[i].second <= mostUnrolled)
      border.unroll(borders[i].first);
    else
      border.unscheduled();
  }
}

} // namespace convwright::schedules
