//===- ExpressionLowering.h - maps to scalar expressions -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H
#define CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H

#include "compiler/IR/ConvDialect.h"
#include "schedules/kernel/ScalarExpr.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace convwright::compiler {

/// Inlines the maps that lead to one tensor into one expression. Use a fresh object for each.
class ExpressionLowering {
public:
  /// What stands for an element of a tensor: a leaf, or a few of them put together; none for a map,
  /// which is inlined.
  using Leaf = llvm::function_ref<std::optional<schedules::ScalarExpr>(mlir::Value)>;

  explicit ExpressionLowering(Leaf leaf) : leaf(leaf) {}

  /// One element of the tensor. Fails with a diagnostic.
  llvm::FailureOr<schedules::ScalarExpr> lower(mlir::Value tensor);

private:
  int32_t nodeOfTensor(mlir::Value tensor);
  int32_t append(const schedules::ScalarExpr &part);
  int32_t nodeOfScalar(mlir::Value scalar);
  schedules::ScalarNode nodeOf(mlir::Operation *op);
  void checkBroadcast(ir::MapOp map);

  Leaf leaf;
  schedules::ScalarExpr expr;
  llvm::DenseMap<mlir::Value, int32_t> tensors, scalars;
  bool isWeightSide = false, failed = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H
