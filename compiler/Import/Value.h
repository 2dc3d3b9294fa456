//===- Value.h - what an expression of the language stands for ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_VALUE_H
#define CONVWRIGHT_COMPILER_IMPORT_VALUE_H

#include "compiler/IR/ConvShape.h"

#include "mlir/IR/Value.h"
#include "llvm/Support/SMLoc.h"

#include <memory>
#include <string>
#include <variant>

namespace convwright::compiler {

/// A number, exact until it meets a tensor and takes that one's type.
struct Scalar {
  double value = 0;
};

/// A tensor in the IR.
struct Tensor {
  mlir::Value value;
  ir::TensorSpec spec;
  /// Weight-side: the size of a [K] operand that ran along dimension 0 of it; 0: none did. Such a
  /// tensor cannot stand beside activations, where [C] means channels (C36).
  int64_t alongOutputs = 0;
};

struct Value;

/// A comparison, which only `where` takes. It becomes part of that map: no tensor of truth values
/// is ever made.
struct Condition {
  schedules::ScalarOp op = schedules::ScalarOp::Less;
  std::shared_ptr<const Value> lhs, rhs;
};

/// The value of an expression.
struct Value {
  std::variant<Scalar, Tensor, Condition> content;
  /// The expression.
  llvm::SMRange range;
  /// Where its shape and type come from, for notes: the declared type of a parameter or constant,
  /// or the expression that computes it. `name` is empty for an expression without one.
  llvm::SMRange origin;
  std::string name;

  const Scalar *scalar() const { return std::get_if<Scalar>(&content); }
  const Tensor *tensor() const { return std::get_if<Tensor>(&content); }
  const Condition *condition() const { return std::get_if<Condition>(&content); }
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_VALUE_H
