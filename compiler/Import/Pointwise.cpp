//===- Pointwise.cpp - pointwise functions in terms of scalar operations ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Pointwise.h"

#include <cassert>
#include <numbers>

namespace convwright::compiler {

using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

Term Term::apply(ScalarOp op, std::initializer_list<Term> arguments) {
  const Term *typed = nullptr;
  for (const Term &argument : arguments)
    if (argument.expr)
      typed = &argument;
  assert(typed && "an expression of literals alone has no type");
  ScalarExpr &expr = *typed->expr;
  ScalarNode result;
  result.op = op;
  result.type = expr.nodes[static_cast<size_t>(typed->node)].type;
  size_t next = 0;
  for (const Term &argument : arguments) {
    ScalarNode constant;
    constant.type = result.type;
    constant.value = argument.literal;
    result.args[next++] = argument.expr ? argument.node : expr.push(constant);
  }
  return {expr, expr.push(result)};
}

Term operator+(Term a, Term b) { return Term::apply(ScalarOp::Add, {a, b}); }
Term operator-(Term a, Term b) { return Term::apply(ScalarOp::Sub, {a, b}); }
Term operator*(Term a, Term b) { return Term::apply(ScalarOp::Mul, {a, b}); }
Term operator/(Term a, Term b) { return Term::apply(ScalarOp::Div, {a, b}); }
Term operator-(Term a) { return Term::apply(ScalarOp::Neg, {a}); }

namespace {

Term abs(Term a) { return Term::apply(ScalarOp::Abs, {a}); }
Term min(Term a, Term b) { return Term::apply(ScalarOp::Min, {a, b}); }
Term max(Term a, Term b) { return Term::apply(ScalarOp::Max, {a, b}); }
Term sqrt(Term a) { return Term::apply(ScalarOp::Sqrt, {a}); }
Term exp(Term a) { return Term::apply(ScalarOp::Exp, {a}); }
Term log(Term a) { return Term::apply(ScalarOp::Log, {a}); }
Term log1p(Term a) { return Term::apply(ScalarOp::Log1p, {a}); }
Term expm1(Term a) { return Term::apply(ScalarOp::Expm1, {a}); }
Term tanh(Term a) { return Term::apply(ScalarOp::Tanh, {a}); }
Term erf(Term a) { return Term::apply(ScalarOp::Erf, {a}); }
Term less(Term a, Term b) { return Term::apply(ScalarOp::Less, {a, b}); }
Term select(Term condition, Term a, Term b) {
  return Term::apply(ScalarOp::Select, {condition, a, b});
}

constexpr double sqrtHalf = std::numbers::sqrt2 / 2;
constexpr double sqrtTwoOverPi = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;

/// 1 / (1 + exp(-v)) for v >= 0, exp(v) / (1 + exp(v)) below.
Term sigmoid(Term v) {
  Term small = exp(-abs(v));
  return select(less(v, 0), small, 1) / (small + 1);
}

/// log(1 + exp(v)); v itself beyond PyTorch's threshold of 20.
Term softplus(Term v) { return select(less(20, v), v, log1p(exp(min(v, 20)))); }

enum TypeDomain { Numeric, Float };
constexpr std::optional<double> none;

constexpr PointwiseFunction functions[] = {
#define POINTWISE(name, types, operands, fallback, definition)                                     \
  {name, types == Float, operands, fallback,                                                       \
   [](Term v, [[maybe_unused]] Term p, [[maybe_unused]] Term q) { return definition; }},
#include "compiler/Import/Pointwise.def"
};

} // namespace

const PointwiseFunction *findPointwise(std::string_view name) {
  for (const PointwiseFunction &function : functions)
    if (function.name == name)
      return &function;
  return nullptr;
}

} // namespace convwright::compiler
