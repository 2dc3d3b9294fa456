//===- ConvInterfaces.h - what an operation says of itself -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVINTERFACES_H
#define CONVWRIGHT_COMPILER_IR_CONVINTERFACES_H

#include "compiler/IR/ConvShape.h"
#include "compiler/Reference/ExactTensor.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace convwright::ir {

/// What an operation's result follows from, whether it exists already or not.
struct OpShape {
  /// As the language spells it: "conv2d".
  llvm::StringRef name;
  /// In the order of LanguageOp::operandNames; none where one is absent.
  std::vector<std::optional<TensorSpec>> operands;
  mlir::DictionaryAttr attributes;
  Symbols symbols;

  /// Null when it is absent.
  const TensorSpec *operand(size_t index) const {
    return index < operands.size() && operands[index] ? &*operands[index] : nullptr;
  }
  OperandName nameOf(llvm::StringRef operand) const { return {operand.str(), name.str()}; }
};

/// An attribute's value, or what it is when it is not given.
std::vector<int64_t> numbersOf(mlir::DictionaryAttr attributes, llvm::StringRef name,
                               std::vector<int64_t> fallback);
int64_t integerOf(mlir::DictionaryAttr attributes, llvm::StringRef name, int64_t fallback);
double numberOf(mlir::DictionaryAttr attributes, llvm::StringRef name, double fallback);
bool flagOf(mlir::DictionaryAttr attributes, llvm::StringRef name, bool fallback);

/// The window of these taps that stride, dilation, pad_before, pad_after and padding_mode describe.
/// Where its extent is given as kernel_size, that is its stride unless another is given.
Window windowOf(mlir::DictionaryAttr attributes, std::vector<int64_t> taps);
/// Those of its lists that are given have one number for each of `spatialRank` axes (C55).
std::optional<Violation> checkLists(mlir::DictionaryAttr attributes, size_t spatialRank);

/// The operands' values, null where one is absent.
using HostOperands = llvm::ArrayRef<const compiler::ExactTensor *>;

/// The scalar expression of one element of a tensor.
using ExpressionOf = llvm::function_ref<schedules::ScalarExpr(mlir::Value)>;

/// The operands, by number in LanguageOp::operandNames, that can absorb a factor and a term for
/// each output channel: a filter whose dimension 0 is the output channels, and a bias.
struct ChannelAffine {
  unsigned filter, bias;
};

/// One element of an AccessOp's result: `value`, whose operand i is the input through reads[i], and
/// whose fraction i is that of samplings[i]; folds are of the same leaves.
struct AccessForm {
  std::vector<schedules::Access> reads;
  schedules::ScalarExpr value;
  std::vector<schedules::Sampling> samplings = {};
  std::vector<schedules::Fold> folds = {};
  /// The elements are all of the input's, in the same order: with the channels before the spatial
  /// axes in memory, the tensor is the input.
  bool keepsOrder = false;

  /// The element itself.
  static AccessForm of(schedules::Access access, ElementType type) {
    return {{std::move(access)}, schedules::ScalarExpr::operand(0, type)};
  }
  bool isOneElement() const { return value.nodes.size() == 1; }
};

/// Every operation of the language verifies itself so: its types are sound, and its result is what
/// inferResult says.
mlir::LogicalResult verifyLanguageOp(mlir::Operation *op);

} // namespace convwright::ir

#include "compiler/IR/ConvInterfaces.h.inc"

namespace convwright::ir {

/// The rules of the operation that the language calls `callee`; null: there is none.
const LanguageOp::Concept *findLanguageOp(mlir::MLIRContext *context, llvm::StringRef callee);
/// As the language spells it.
inline llvm::StringRef spellingOf(mlir::Operation *op) { return op->getName().stripDialect(); }

/// The result of an operation with these rules, or the first constraint that does not hold (of all
/// operations C27, and those of its result's type).
Checked<TensorSpec> inferResult(const LanguageOp::Concept &rules, const OpShape &shape);

/// Builds the operation that the language calls `callee`. `operands` as in operandsInOrder.
LanguageOp createOperation(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef callee,
                           llvm::ArrayRef<mlir::Value> operands, mlir::DictionaryAttr attributes,
                           mlir::Type result);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVINTERFACES_H
