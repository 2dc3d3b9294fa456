//===- PaddedRows.h - rows of padded input, copied by vectors of pixels ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_PADDEDROWS_H
#define CONVWRIGHT_SCHEDULES_LOWERING_PADDEDROWS_H

#include "schedules/lowering/Tensors.h"

#include <functional>
#include <vector>

namespace convwright::schedules {

/// A Func whose rows hold padded columns, one after the other: what lies inside of the input is
/// copied by dense vectors, the few columns around it one by one. Had every vector that meets a
/// border to ask which of its columns lie inside, short rows would consist of such vectors. Columns
/// beyond the padding hold anything, so that vectors with a stride may be read to the row's end
/// without asking; from the input itself, they would be put together element by element.
class PaddedRows {
public:
  /// `value` gives column 0 ≤ i < size of the input in the row that the Vars say; `outside` is what
  /// lies beside it if the mode is zeros. `vars`: x and the others, innermost first.
  PaddedRows(Halide::Func func, const std::vector<Halide::Var> &vars, const WindowAxis &window,
             PaddingMode mode, const Halide::Expr &size,
             const std::function<Halide::Expr(const Halide::Expr &column)> &value,
             const Halide::Expr &outside);

  void vectorize(int lanes);

private:
  Halide::Func func;
  Halide::RVar interior;
  std::vector<std::pair<Halide::RVar, int>> borders; // and how many columns each has
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_PADDEDROWS_H
