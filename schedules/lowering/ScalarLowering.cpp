//===- ScalarLowering.cpp - scalar expressions as Halide expressions -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/ScalarLowering.h"

#include "schedules/lowering/VectorMath.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace convwright::schedules {

using Halide::Expr;
using Halide::strict_float;
using Halide::Internal::Variable;

Halide::Type halideType(ElementType type) {
  DLDataType same = dlpackType(type); // Halide numbers kinds of numbers as DLPack does
  return {static_cast<halide_type_code_t>(same.code), same.bits, same.lanes};
}

Expr hideFastMath(const Expr &value) {
  // The user context is a pointer to a struct, so its lowest bit is 0; only we know that. One Expr
  // for all: each call of user_context_value() declares a parameter, and names must be unique.
  static const Expr &context = *new Expr(Halide::user_context_value());
  Expr zero =
      Halide::cast<uint32_t>(Halide::reinterpret<uint64_t>(context) & Halide::cast<uint64_t>(1));
  return Halide::reinterpret<float>(Halide::reinterpret<uint32_t>(value) ^ zero);
}

bool inspectsValues(const ScalarExpr &expr) {
  for (const ScalarNode &node : expr.nodes)
    if (node.op > ScalarOp::Neg || node.op == ScalarOp::Convert)
      return true;
  return false;
}

namespace {

bool isFloat(const Expr &e) { return e.type().is_float(); }

/// a <= b, false when either is NaN: Halide's own strict <= is true then.
Expr lessOrEqual(const Expr &a, const Expr &b) {
  return strict_float(a < b) || strict_float(a == b);
}

/// Half to even, saturated, NaN gives 0: it fails every comparison. Beside the numbers of the range
/// stand the floats next to them.
Expr roundToInt32(const Expr &value) {
  Expr rounded = strict_float(Halide::round(value));
  Expr high = strict_float(rounded > 2147483520.0f), low = strict_float(rounded < -2147483520.0f);
  Expr inRange = strict_float(rounded > -2147483648.0f) && strict_float(rounded < 2147483648.0f);
  Expr converted = Halide::cast<int32_t>(Halide::select(inRange, rounded, 0.0f));
  return Halide::select(high, std::numeric_limits<int32_t>::max(),
                        Halide::select(low, std::numeric_limits<int32_t>::min(), converted));
}

/// The same to bytes. Added to 1.5 * 2^23, a number of the byte's range is rounded half to even
/// into the last bits of the sum, which end in the byte.
Expr roundToByte(const Expr &value, ElementType to) {
  auto lo = static_cast<float>(lowestValue(to)), hi = static_cast<float>(highestValue(to));
  Expr known =
      to == ElementType::U8 ? value : Halide::select(strict_float(value == value), value, 0.0f);
  Expr above = Halide::select(strict_float(known > lo), known, lo);
  Expr within = Halide::select(strict_float(above < hi), above, hi);
  Expr bits = Halide::reinterpret<uint32_t>(strict_float(within + 12582912.0f));
  return Halide::cast(halideType(to), bits);
}

Expr roundToInteger(const Expr &value, ElementType to) {
  return to == ElementType::I32 ? roundToInt32(value) : roundToByte(value, to);
}

Expr convert(const Expr &value, ElementType to) {
  if (value.type() == halideType(to))
    return value;
  if (to == ElementType::F32)
    return Halide::cast<float>(value);
  return isFloat(value) ? roundToInteger(value, to)
                        : Halide::saturating_cast(halideType(to), value);
}

/// Modulo 2^32: Halide leaves signed overflow undefined, unsigned arithmetic wraps.
template <typename F> Expr wrapping(F operation, const Expr &a, const Expr &b) {
  return Halide::reinterpret<int32_t>(
      operation(Halide::reinterpret<uint32_t>(a), Halide::reinterpret<uint32_t>(b)));
}

template <typename F> Expr arithmetic(F operation, const Expr &a, const Expr &b) {
  return isFloat(a) ? strict_float(operation(a, b)) : wrapping(operation, a, b);
}

Expr minimum(const Expr &a, const Expr &b) {
  if (!isFloat(a))
    return Halide::min(a, b);
  if (Halide::Internal::is_const(a))
    return minimum(b, a);
  Expr smaller = Halide::select(strict_float(b < a), b, a);
  return Halide::Internal::is_const(b) ? smaller : Halide::select(strict_float(b == b), smaller, b);
}

Expr negate(const Expr &a) {
  if (!isFloat(a))
    return wrapping([](const Expr &x, const Expr &y) { return x - y; }, Halide::cast<int32_t>(0),
                    a);
  return Halide::reinterpret<float>(Halide::reinterpret<uint32_t>(a) ^
                                    Halide::Internal::make_const(Halide::UInt(32), 0x80000000));
}

Expr absolute(const Expr &a) {
  if (!isFloat(a))
    return Halide::select(a < 0, negate(a), a);
  return Halide::reinterpret<float>(Halide::reinterpret<uint32_t>(a) &
                                    Halide::Internal::make_const(Halide::UInt(32), 0x7fffffff));
}

/// Halide refuses to divide by the number 0; a product with an infinity is the same.
Expr quotient(const Expr &a, const Expr &b) {
  std::optional<double> number = Halide::Internal::as_const_float(b);
  if (number && *number == 0)
    return strict_float(
        a * Halide::Internal::make_const(Halide::Float(32), std::copysign(INFINITY, *number)));
  return strict_float(a / b);
}

Expr compare(ScalarOp op, const Expr &a, const Expr &b) {
  switch (op) {
  case ScalarOp::Less:
    return isFloat(a) ? strict_float(a < b) : a < b;
  case ScalarOp::LessEqual:
    return isFloat(a) ? lessOrEqual(a, b) : a <= b;
  case ScalarOp::Equal:
    return isFloat(a) ? strict_float(a == b) : a == b;
  default:
    return isFloat(a) ? !strict_float(a == b) : a != b;
  }
}

Expr apply(const ScalarNode &node, const Expr &a, const Expr &b, const Expr &c) {
  switch (node.op) {
  case ScalarOp::Convert:
    return convert(a, node.type);
  case ScalarOp::Add:
    return arithmetic([](const Expr &x, const Expr &y) { return x + y; }, a, b);
  case ScalarOp::Sub:
    return arithmetic([](const Expr &x, const Expr &y) { return x - y; }, a, b);
  case ScalarOp::Mul:
    return arithmetic([](const Expr &x, const Expr &y) { return x * y; }, a, b);
  case ScalarOp::Div:
    return quotient(a, b);
  case ScalarOp::Neg:
    return negate(a);
  case ScalarOp::Abs:
    return absolute(a);
  case ScalarOp::Min:
    return minimum(a, b);
  case ScalarOp::Max:
    return maximum(a, b);
  case ScalarOp::Sqrt:
    return strict_float(Halide::sqrt(a));
  case ScalarOp::Exp:
    return vectorExp(a);
  case ScalarOp::Log:
    return vectorLog(a);
  case ScalarOp::Log1p:
    return vectorLog1p(a);
  case ScalarOp::Expm1:
    return vectorExpm1(a);
  case ScalarOp::Tanh:
    return vectorTanh(a);
  case ScalarOp::Erf:
    return vectorErf(a);
  case ScalarOp::Less:
  case ScalarOp::LessEqual:
  case ScalarOp::Equal:
  case ScalarOp::NotEqual:
    return compare(node.op, a, b);
  case ScalarOp::Select:
    return Halide::select(a, b, c);
  case ScalarOp::Constant:
  case ScalarOp::Operand:
  case ScalarOp::Conv:
  case ScalarOp::Fraction:
  case ScalarOp::Fold:
    break;
  }
  assert(false && "leaves have no arguments to apply to");
  return {};
}

Expr constant(const ScalarNode &node) {
  if (node.type == ElementType::I32)
    return Halide::Internal::make_const(Halide::Int(32), static_cast<int64_t>(node.value));
  return Halide::Internal::make_const(Halide::Float(32), static_cast<float>(node.value));
}

} // namespace

/// a < b ? b : a, and NaN when either is NaN. A constant operand needs no check of its own.
Expr maximum(const Expr &a, const Expr &b) {
  if (!isFloat(a))
    return Halide::max(a, b);
  if (Halide::Internal::is_const(a))
    return maximum(b, a);
  Expr larger = Halide::select(strict_float(a < b), b, a);
  return Halide::Internal::is_const(b) ? larger : Halide::select(strict_float(b == b), larger, b);
}

// Each operation that is no leaf becomes a let, so that the Halide expression grows with the DAG
// and not with the tree that it stands for; Halide's passes walk trees.
Expr lowerScalar(const ScalarExpr &expr, const ScalarLeaf &leaf) {
  std::vector<Expr> values;
  std::vector<std::pair<std::string, Expr>> lets;
  for (const ScalarNode &node : expr.nodes) {
    unsigned count = operandCount(node.op);
    if (count == 0 && node.op == ScalarOp::Constant) {
      values.push_back(constant(node));
      continue;
    }
    Expr value;
    if (count == 0) {
      value = leaf(node);
    } else {
      std::array<Expr, 3> args;
      for (unsigned i = 0; i < count; ++i)
        args[i] = values[static_cast<size_t>(node.args[i])];
      value = apply(node, args[0], args[1], args[2]);
    }
    lets.emplace_back("scalar" + std::to_string(lets.size()), value);
    values.push_back(Variable::make(value.type(), lets.back().first));
  }
  Expr result = values.back();
  for (size_t i = lets.size(); i-- > 0;)
    result = Halide::Internal::Let::make(lets[i].first, lets[i].second, result);
  return result;
}

} // namespace convwright::schedules
