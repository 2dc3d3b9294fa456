//===- ScalarExpr.h - pointwise work as a small expression -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_SCALAREXPR_H
#define CONVWRIGHT_SCHEDULES_KERNEL_SCALAREXPR_H

#include "schedules/kernel/ElementType.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

enum class ScalarOp : uint8_t {
#define SCALAR_OP(Name, spelling, operands) Name,
#include "schedules/kernel/ScalarOps.def"
};

std::string_view spell(ScalarOp op);
unsigned operandCount(ScalarOp op);

/// One node. Children come before their parents in ScalarExpr::nodes.
struct ScalarNode {
  ScalarOp op = ScalarOp::Constant;
  /// The type of the value. Comparisons carry the type that they compare.
  ElementType type = ElementType::F32;
  /// Indices into ScalarExpr::nodes; the first operandCount(op) are used.
  std::array<int32_t, 3> args{-1, -1, -1};
  /// Constant: the value. i32 constants are integral.
  double value = 0;
  /// Operand: index into Kernel::operands. Conv: index into Kernel::stages. Fraction: index into
  /// Kernel::samplings, how far the position lies beyond the element before it, in [0, 1).
  /// Fold: index into Kernel::folds.
  int32_t index = 0;

  bool operator==(const ScalarNode &) const = default;
};

/// An expression DAG; the last node is its value.
/// Conversions: to u8, i8 and i32 from f32: round half to even, then saturate, NaN gives 0; between
/// integers: saturate; to f32: nearest.
/// i32 add, sub, mul and neg wrap modulo 2^32. Div is f32 only.
struct ScalarExpr {
  std::vector<ScalarNode> nodes;

  const ScalarNode &root() const { return nodes.back(); }
  ElementType type() const { return root().type; }
  int32_t push(const ScalarNode &node) {
    nodes.push_back(node);
    return static_cast<int32_t>(nodes.size()) - 1;
  }
  /// The expression that is one leaf.
  static ScalarExpr operand(int32_t index, ElementType type);
  static ScalarExpr conv(int32_t index);
  static ScalarExpr constant(double value, ElementType type);

  bool operator==(const ScalarExpr &) const = default;
};

/// Evaluates in double precision; `leaf` gives the value of a leaf that is no Constant. The
/// meaning that the Halide lowering and the reference interpreter share.
double evaluate(const ScalarExpr &expr, const std::function<double(const ScalarNode &)> &leaf);

/// One conversion as `Convert` defines it.
double convertValue(double value, ElementType to);

/// For messages, reports and tests: "max(add(conv0, operand1), 0)".
std::string print(const ScalarExpr &expr);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_SCALAREXPR_H
