//===- ExpressionLowering.h - maps to scalar expressions -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H
#define CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H

#include "compiler/IR/ConvDialect.h"
#include "schedules/ScalarExpr.h"

#include "llvm/ADT/DenseMap.h"

namespace convwright::compiler {

/// Inlines the maps of a kernel that lead to one tensor into one expression. Use a fresh object for
/// each expression.
class ExpressionLowering {
public:
  /// What the kernel's convolutions are called, by their results.
  using ConvolutionIndices = llvm::DenseMap<mlir::Value, int32_t>;

  explicit ExpressionLowering(const ConvolutionIndices &convolutions)
      : convolutions(convolutions) {}

  /// The tensor's element as an expression over the kernel's block arguments (Operand leaves, by
  /// argument number) and convolutions. Fails with a diagnostic.
  llvm::FailureOr<schedules::ScalarExpr> lower(mlir::Value tensor);

private:
  int32_t nodeOfTensor(mlir::Value tensor);
  int32_t nodeOfScalar(mlir::Value scalar);
  schedules::ScalarNode literal(mlir::Operation *constant);
  void checkBroadcast(ir::MapOp map);

  const ConvolutionIndices &convolutions;
  schedules::ScalarExpr expr;
  llvm::DenseMap<mlir::Value, int32_t> tensors, scalars;
  bool isWeightSide = false, failed = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_EXPRESSIONLOWERING_H
