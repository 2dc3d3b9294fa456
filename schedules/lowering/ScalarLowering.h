//===- ScalarLowering.h - scalar expressions as Halide expressions ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_SCALARLOWERING_H
#define CONVWRIGHT_SCHEDULES_LOWERING_SCALARLOWERING_H

#include "schedules/kernel/ScalarExpr.h"

#include <Halide.h>

#include <functional>

namespace convwright::schedules {

/// Gives the value of an Operand or Conv node, of the node's type.
using ScalarLeaf = std::function<Halide::Expr(const ScalarNode &)>;

/// The expression with the meaning that `evaluate` gives it, in f32 and i32. Every operation is
/// strict: nothing is reassociated or contracted, NaN and Inf go where IEEE and PyTorch send them.
/// A node that is used twice is computed once.
Halide::Expr lowerScalar(const ScalarExpr &expr, const ScalarLeaf &leaf);

/// Halide's type of an element.
Halide::Type halideType(ElementType type);

/// `value`, such that LLVM knows nothing of it: convolutions accumulate under fast-math flags, from
/// which it would conclude that their results are never NaN and drop checks for it. One integer
/// operation for each result. CPU code only.
Halide::Expr hideFastMath(const Halide::Expr &value);

/// The larger of two values; NaN when either is. A node of kind Max.
Halide::Expr maximum(const Halide::Expr &a, const Halide::Expr &b);

/// Whether an expression can tell NaN from other values other than by passing it on.
bool inspectsValues(const ScalarExpr &expr);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_SCALARLOWERING_H
