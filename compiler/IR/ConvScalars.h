//===- ConvScalars.h - scalar operations and ScalarOps.def -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVSCALARS_H
#define CONVWRIGHT_COMPILER_IR_CONVSCALARS_H

#include "compiler/IR/ConvDialect.h"
#include "schedules/kernel/ScalarExpr.h"

#include "mlir/IR/Builders.h"

#include <optional>

namespace convwright::ir {

/// The row of ScalarOps.def that `op` stands for: arith.constant is Constant; none when `op` is not
/// scalar work. (Operand and Conv are block arguments, not operations.)
std::optional<schedules::ScalarOp> scalarOpOf(mlir::Operation *op);

/// Builds the operation of that row at the builder's insertion point; its result. For Convert use
/// buildConvert, for Constant buildLiteral. Comparisons give i1, the others their last operand's
/// type.
mlir::Value buildScalar(mlir::OpBuilder &builder, mlir::Location loc, schedules::ScalarOp op,
                        mlir::ValueRange operands);
/// The value itself when it has that type already.
mlir::Value buildConvert(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                         mlir::Type type);
/// An f32 or i32 literal. Requires an integral value for i32.
mlir::Value buildLiteral(mlir::OpBuilder &builder, mlir::Location loc, double value,
                         mlir::Type type);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVSCALARS_H
