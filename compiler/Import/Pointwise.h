//===- Pointwise.h - pointwise functions in terms of scalar operations -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of the language (relu, gelu ...) are definitions over the primitive operations of
// schedules/kernel/ScalarOps.def. Pointwise.def lists them. No MLIR here.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_POINTWISE_H
#define CONVWRIGHT_COMPILER_IMPORT_POINTWISE_H

#include "schedules/kernel/ScalarExpr.h"

#include <optional>
#include <string_view>

namespace convwright::compiler {

/// A node of an expression under construction, or a literal that takes the type of what it meets.
class Term {
public:
  Term(double literal) : literal(literal) {}
  Term(schedules::ScalarExpr &expr, int32_t node) : expr(&expr), node(node) {}

  /// `op` over `arguments`, at least one of which is a node; the result's type is that of the last
  /// argument that is one.
  static Term apply(schedules::ScalarOp op, std::initializer_list<Term> arguments);

  int32_t index() const { return node; }

private:
  schedules::ScalarExpr *expr = nullptr;
  int32_t node = -1;
  double literal = 0;
};

Term operator+(Term a, Term b);
Term operator-(Term a, Term b);
Term operator*(Term a, Term b);
Term operator/(Term a, Term b);
Term operator-(Term a);

/// A function of Pointwise.def.
struct PointwiseFunction {
  std::string_view name;
  bool floatOnly; // f32; otherwise i32 too
  unsigned operands;
  std::optional<double> fallback; // of the last operand, when a call leaves it out
  Term (*define)(Term v, Term p, Term q);
};

/// The function of that name, or null.
const PointwiseFunction *findPointwise(std::string_view name);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_POINTWISE_H
