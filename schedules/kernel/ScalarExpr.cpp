//===- ScalarExpr.cpp - pointwise work as a small expression ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/ScalarExpr.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>

namespace convwright::schedules {

std::string_view spell(ScalarOp op) {
  switch (op) {
#define SCALAR_OP(Name, spelling, operands)                                                        \
  case ScalarOp::Name:                                                                             \
    return spelling;
#include "schedules/kernel/ScalarOps.def"
  }
  return {};
}

unsigned operandCount(ScalarOp op) {
  switch (op) {
#define SCALAR_OP(Name, spelling, operands)                                                        \
  case ScalarOp::Name:                                                                             \
    return operands;
#include "schedules/kernel/ScalarOps.def"
  }
  return 0;
}

static ScalarExpr leafExpr(ScalarOp op, ElementType type, int32_t index, double value) {
  ScalarExpr expr;
  ScalarNode node;
  node.op = op;
  node.type = type;
  node.index = index;
  node.value = value;
  expr.push(node);
  return expr;
}

ScalarExpr ScalarExpr::operand(int32_t index, ElementType type) {
  return leafExpr(ScalarOp::Operand, type, index, 0);
}
ScalarExpr ScalarExpr::conv(int32_t index) {
  return leafExpr(ScalarOp::Conv, ElementType::F32, index, 0);
}
ScalarExpr ScalarExpr::constant(double value, ElementType type) {
  return leafExpr(ScalarOp::Constant, type, 0, value);
}

double convertValue(double value, ElementType to) {
  if (to == ElementType::F32)
    return static_cast<double>(static_cast<float>(value));
  if (std::isnan(value))
    return 0;
  return std::clamp(std::nearbyint(value), lowestValue(to), highestValue(to));
}

namespace {

/// Modulo 2^32, as two's complement. The products of two i32 need more than a double's 53 bits, so
/// i32 arithmetic is done in 64-bit integers.
double wrap(uint64_t value) {
  return static_cast<double>(static_cast<int32_t>(static_cast<uint32_t>(value)));
}

uint64_t bits(double value) { return static_cast<uint64_t>(static_cast<int64_t>(value)); }

double minimum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return std::min(a, b);
}

double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return std::max(a, b);
}

/// Everything but leaves. Values of i32 nodes are integers within i32.
double apply(const ScalarNode &node, double a, double b, double c) {
  bool integral = node.type == ElementType::I32;
  switch (node.op) {
  case ScalarOp::Convert:
    return convertValue(a, node.type);
  case ScalarOp::Add:
    return integral ? wrap(bits(a) + bits(b)) : a + b;
  case ScalarOp::Sub:
    return integral ? wrap(bits(a) - bits(b)) : a - b;
  case ScalarOp::Mul:
    return integral ? wrap(bits(a) * bits(b)) : a * b;
  case ScalarOp::Div:
    return a / b;
  case ScalarOp::Neg:
    return integral ? wrap(uint64_t{0} - bits(a)) : -a;
  case ScalarOp::Abs:
    return integral && a < 0 ? wrap(uint64_t{0} - bits(a)) : std::fabs(a);
  case ScalarOp::Min:
    return minimum(a, b);
  case ScalarOp::Max:
    return maximum(a, b);
  case ScalarOp::Sqrt:
    return std::sqrt(a);
  case ScalarOp::Exp:
    return std::exp(a);
  case ScalarOp::Log:
    return std::log(a);
  case ScalarOp::Log1p:
    return std::log1p(a);
  case ScalarOp::Expm1:
    return std::expm1(a);
  case ScalarOp::Tanh:
    return std::tanh(a);
  case ScalarOp::Erf:
    return std::erf(a);
  case ScalarOp::Less:
    return a < b;
  case ScalarOp::LessEqual:
    return a <= b;
  case ScalarOp::Equal:
    return a == b;
  case ScalarOp::NotEqual:
    return a != b;
  case ScalarOp::Select:
    return a != 0 ? b : c;
  case ScalarOp::Constant:
  case ScalarOp::Operand:
  case ScalarOp::Conv:
  case ScalarOp::Fraction:
  case ScalarOp::Fold:
    break;
  }
  assert(false && "leaves have no arguments to apply to");
  return std::numeric_limits<double>::quiet_NaN();
}

} // namespace

double evaluate(const ScalarExpr &expr, const std::function<double(const ScalarNode &)> &leaf) {
  std::vector<double> values;
  values.reserve(expr.nodes.size());
  for (const ScalarNode &node : expr.nodes) {
    if (node.op == ScalarOp::Constant) {
      values.push_back(node.value);
    } else if (operandCount(node.op) == 0) {
      values.push_back(leaf(node));
    } else {
      std::array<double, 3> args{};
      for (unsigned i = 0; i < operandCount(node.op); ++i)
        args[i] = values[static_cast<size_t>(node.args[i])];
      values.push_back(apply(node, args[0], args[1], args[2]));
    }
  }
  return values.back();
}

static std::string spellNumber(double value) {
  std::array<char, 32> text;
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

static std::string printLeaf(const ScalarNode &node) {
  if (node.op == ScalarOp::Constant)
    return spellNumber(node.value);
  return std::string(spell(node.op)) + std::to_string(node.index);
}

// A node used more than once is named, so that the text grows with the DAG and not with the tree
// that it stands for: "let t0 = exp(conv0) in div(t0, add(t0, 1))".
std::string print(const ScalarExpr &expr) {
  std::vector<int> uses(expr.nodes.size());
  for (const ScalarNode &node : expr.nodes)
    for (unsigned i = 0; i < operandCount(node.op); ++i)
      ++uses[static_cast<size_t>(node.args[i])];

  std::string lets;
  std::vector<std::string> texts;
  int named = 0;
  for (size_t index = 0; index < expr.nodes.size(); ++index) {
    const ScalarNode &node = expr.nodes[index];
    unsigned count = operandCount(node.op);
    if (count == 0) {
      texts.push_back(printLeaf(node));
      continue;
    }
    std::string text(node.op == ScalarOp::Convert ? spell(node.type) : spell(node.op));
    for (unsigned i = 0; i < count; ++i)
      text += (i == 0 ? "(" : ", ") + texts[static_cast<size_t>(node.args[i])];
    text += ")";
    if (uses[index] > 1) {
      std::string name = "t" + std::to_string(named++);
      lets += "let " + name + " = " + text + " in ";
      text = name;
    }
    texts.push_back(text);
  }
  return lets + texts.back();
}

} // namespace convwright::schedules
