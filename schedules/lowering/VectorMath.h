//===- VectorMath.h - transcendental functions that vectorise --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_VECTORMATH_H
#define CONVWRIGHT_SCHEDULES_LOWERING_VECTORMATH_H

#include <Halide.h>

namespace convwright::schedules {

/// f32 functions in plain arithmetic, so that they vectorise and need no libm.
/// Accuracy  relative error below 2.5e-7 (about 2 ulp) over all of f32,
/// tests/schedules/VectorMathTest NaN and Inf as in C's functions of the same names; denormal
/// arguments and results are kept.
Halide::Expr vectorExp(const Halide::Expr &x);
Halide::Expr vectorLog(const Halide::Expr &x);
Halide::Expr vectorLog1p(const Halide::Expr &x);
Halide::Expr vectorExpm1(const Halide::Expr &x);
Halide::Expr vectorTanh(const Halide::Expr &x);
Halide::Expr vectorErf(const Halide::Expr &x);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_VECTORMATH_H
