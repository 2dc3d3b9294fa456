//===- VectorMath.cpp - transcendental functions that vectorise ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Polynomials: exp and log by their Taylor series on a reduced argument (below half an ulp with the
// terms kept); erf by its series up to 1, beyond by a polynomial for erfc(x) exp(x²) in 1 / (1 +
// x), interpolated at Chebyshev nodes on [1, 4] (1.6e-8 relative).
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/VectorMath.h"

#include <initializer_list>
#include <limits>

namespace convwright::schedules {

using Halide::Expr;
using Halide::select;
using Halide::strict_float;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
// ln 2 in two parts: multiples of the first by |n| < 2^11 are exact.
constexpr float ln2High = 0x1.62ep-1f, ln2Low = 0x1.0bfbe8p-15f;

Expr add(const Expr &a, const Expr &b) { return strict_float(a + b); }
Expr sub(const Expr &a, const Expr &b) { return strict_float(a - b); }
Expr mul(const Expr &a, const Expr &b) { return strict_float(a * b); }
Expr div(const Expr &a, const Expr &b) { return strict_float(a / b); }
Expr less(const Expr &a, const Expr &b) { return strict_float(a < b); }
Expr sameValue(const Expr &a, const Expr &b) { return strict_float(a == b); }

/// Names the values that are used more than once, so that expressions stay small.
class Lets {
public:
  Expr operator()(const Expr &value) {
    names.emplace_back("math" + std::to_string(names.size()), value);
    return Halide::Internal::Variable::make(value.type(), names.back().first);
  }
  Expr around(Expr body) const {
    for (size_t i = names.size(); i-- > 0;)
      body = Halide::Internal::Let::make(names[i].first, names[i].second, body);
    return body;
  }

private:
  std::vector<std::pair<std::string, Expr>> names;
};

/// c0 + x (c1 + x (c2 + ...)).
Expr polynomial(const Expr &x, std::initializer_list<float> coefficients) {
  Expr sum;
  for (auto c = std::rbegin(coefficients); c != std::rend(coefficients); ++c)
    sum = sum.defined() ? add(mul(sum, x), *c) : Expr(*c);
  return sum;
}

/// 2^n for n in [-126, 127].
Expr powerOfTwo(const Expr &n) { return Halide::reinterpret<float>((n + 127) << 23); }

Expr notANumber(const Expr &x) { return !sameValue(x, x); }

/// x limited to [lo, hi]; NaN gives lo.
Expr limited(const Expr &x, float lo, float hi) {
  Expr above = select(less(lo, x), x, lo);
  return select(less(above, hi), above, hi);
}

/// x = n ln 2 + rest with |rest| <= ln 2 / 2.
struct Reduced {
  Expr n, rest;
};

Reduced reduce(Lets &let, const Expr &x) {
  Expr n = let(strict_float(Halide::round(mul(x, 1.44269504f))));
  return {let(Halide::cast<int32_t>(n)), let(sub(sub(x, mul(n, ln2High)), mul(n, ln2Low)))};
}

/// exp(r) - 1 for |r| <= ln 2 / 2.
Expr expm1Near0(const Expr &r) {
  Expr tail =
      polynomial(r, {1.f / 2, 1.f / 6, 1.f / 24, 1.f / 120, 1.f / 720, 1.f / 5040, 1.f / 40320});
  return add(r, mul(mul(r, r), tail));
}

Expr expm1Of(Lets &let, const Expr &x) {
  Reduced reduced = reduce(let, limited(x, -18.0f, 89.0f));
  // Half of 2^n throughout, since 2^128 is no f32.
  Expr half = let(powerOfTwo(reduced.n - 1));
  Expr result = mul(2.0f, add(mul(half, expm1Near0(reduced.rest)), sub(half, 0.5f)));
  // Tiny arguments (and -0) are their own result; NaN passes through.
  Expr tiny = less(Halide::abs(x), 1e-7f);
  return select(tiny || notANumber(x), x, result);
}

Expr expOf(Lets &let, const Expr &x) {
  Reduced reduced = reduce(let, limited(x, -105.0f, 89.0f));
  // In two factors: 2^128 and denormal powers are no normal f32.
  Expr first = let(reduced.n >> 1);
  Expr scaled = mul(mul(add(1.0f, expm1Near0(reduced.rest)), powerOfTwo(first)),
                    powerOfTwo(reduced.n - first));
  return select(notANumber(x), x, scaled);
}

/// log(x) for finite normal x > 0.
Expr logOfNormal(Lets &let, const Expr &x) {
  // The exponent that leaves a mantissa in [sqrt(1/2), sqrt(2)).
  Expr bits = let(Halide::reinterpret<int32_t>(x) - 0x3f3504f3);
  Expr n = let(Halide::cast<float>(bits >> 23));
  Expr mantissa = Halide::reinterpret<float>((bits & 0x007fffff) + 0x3f3504f3);
  Expr f = let(sub(mantissa, 1.0f));
  Expr s = let(div(f, add(2.0f, f)));
  Expr z = let(mul(s, s));
  Expr half = let(mul(0.5f, mul(f, f)));
  Expr series = mul(z, polynomial(z, {2.f / 3, 2.f / 5, 2.f / 7, 2.f / 9, 2.f / 11}));
  Expr small = add(mul(s, add(half, series)), mul(n, ln2Low));
  return sub(mul(n, ln2High), sub(sub(half, small), f));
}

Expr logOf(Lets &let, const Expr &x) {
  Expr denormal = let(less(x, 1.17549435e-38f));
  Expr normal = let(select(denormal, mul(x, 8388608.0f), x));
  Expr usable = let(less(0.0f, normal) && less(normal, infinity));
  Expr shift = select(denormal, 15.942385152878742f, 0.0f); // 23 ln 2
  Expr value = sub(logOfNormal(let, select(usable, normal, 1.0f)), shift);
  // Of what is left: 0 gives -Inf, Inf and NaN give themselves, negative numbers NaN.
  Expr special = select(sameValue(x, 0.0f), -infinity,
                        select(less(x, 0.0f), std::numeric_limits<float>::quiet_NaN(), x));
  return select(usable, value, special);
}

Expr withSignOf(const Expr &magnitude, const Expr &x) {
  Expr sign =
      Halide::reinterpret<uint32_t>(x) & Halide::Internal::make_const(Halide::UInt(32), 0x80000000);
  return Halide::reinterpret<float>(Halide::reinterpret<uint32_t>(magnitude) | sign);
}

Expr magnitude(const Expr &x) {
  return Halide::reinterpret<float>(Halide::reinterpret<uint32_t>(x) &
                                    Halide::Internal::make_const(Halide::UInt(32), 0x7fffffff));
}

} // namespace

Expr vectorExp(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr result = expOf(let, argument);
  return let.around(result);
}

Expr vectorLog(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr result = logOf(let, argument);
  return let.around(result);
}

Expr vectorExpm1(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr result = expm1Of(let, argument);
  return let.around(result);
}

// log(u) x / (u - 1) with u = 1 + x rounded: the rounding of u cancels.
Expr vectorLog1p(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr u = let(add(1.0f, argument));
  Expr correction = div(argument, sub(u, 1.0f));
  Expr logarithm = let(logOf(let, u));
  Expr result = mul(logarithm, correction);
  Expr itself = sameValue(u, 1.0f) || sameValue(argument, infinity);
  return let.around(select(itself, argument, select(sameValue(u, 0.0f), logarithm, result)));
}

// t / (t + 2) with t = exp(2 |x|) - 1.
Expr vectorTanh(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr size = let(magnitude(argument));
  Expr t = let(expm1Of(let, let(mul(2.0f, limited(size, 0.0f, 10.0f)))));
  Expr result = withSignOf(div(t, add(t, 2.0f)), argument);
  return let.around(select(notANumber(argument), argument, result));
}

Expr vectorErf(const Expr &x) {
  Lets let;
  Expr argument = let(x);
  Expr size = let(limited(magnitude(argument), 0.0f, 4.0f));
  Expr square = let(mul(size, size));
  Expr inner =
      polynomial(square, {1.1283791671f, -0.37612638903f, 0.11283791671f, -0.026866170645f,
                          0.0052239776254f, -8.5483270235e-4f, 1.2055332982e-4f, -1.4925650358e-5f,
                          1.6462114366e-6f, -1.6365844691e-7f, 1.4807192816e-8f});
  Expr t = let(div(1.0f, add(1.0f, size)));
  Expr scaled = polynomial(t, {-1.308242113010977e-4f, 0.5672638044229303f, 0.5344549641744207f,
                               0.42959742885465113f, -0.6362528798002379f, -0.6082527077932128f,
                               1.2948187716863597f, -0.6001618699529379f});
  Expr decay = let(expOf(let, let(sub(0.0f, square))));
  Expr result = select(less(size, 1.0f), mul(size, inner), sub(1.0f, mul(decay, scaled)));
  return let.around(select(notANumber(argument), argument, withSignOf(result, argument)));
}

} // namespace convwright::schedules
