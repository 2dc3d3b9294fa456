//===- ConvVerify.h - what the verifiers share -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVVERIFY_H
#define CONVWRIGHT_COMPILER_IR_CONVVERIFY_H

#include "compiler/IR/ConvShape.h"

#include "mlir/IR/Operation.h"

namespace convwright::ir {

/// Reports the violation at `op`.
inline mlir::LogicalResult fail(mlir::Operation *op, const Violation &violation) {
  return op->emitOpError() << violation.text();
}

/// The violation of a tensor type on its own: element type, encoding, symbols, extents, size.
std::optional<Violation> checkTensorType(mlir::Type type, Symbols symbols);

/// All operands' and results' types are sound, so that specOf() may read them.
mlir::LogicalResult verifyTensorTypes(mlir::Operation *op, Symbols symbols);

/// The result's extents are `expected` (C22).
mlir::LogicalResult verifyResultDims(mlir::Operation *op, const TensorSpec &result,
                                     const Dims &expected, Symbols symbols);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVVERIFY_H
