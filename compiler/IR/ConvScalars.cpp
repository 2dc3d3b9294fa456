//===- ConvScalars.cpp - scalar operations and ScalarOps.def ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace convwright;
using namespace convwright::ir;
using schedules::ScalarOp;

std::optional<ScalarOp> ir::scalarOpOf(mlir::Operation *op) {
  if (llvm::isa<mlir::arith::ConstantOp>(op))
    return ScalarOp::Constant;
  llvm::StringRef name = op->getName().getStringRef();
  // conv.constant is a tensor, and operand and conv are block arguments: all have other classes.
  if (llvm::isa<ConstantOp>(op) || !name.consume_front("conv."))
    return std::nullopt;
#define SCALAR_OP(Name, spelling, operands)                                                        \
  if (name == (spelling))                                                                          \
    return ScalarOp::Name;
#include "schedules/kernel/ScalarOps.def"
  return std::nullopt;
}

static bool isComparison(ScalarOp op) {
  return op == ScalarOp::Less || op == ScalarOp::LessEqual || op == ScalarOp::Equal ||
         op == ScalarOp::NotEqual;
}

mlir::Value ir::buildScalar(mlir::OpBuilder &builder, mlir::Location loc, ScalarOp op,
                            mlir::ValueRange operands) {
  assert(op != ScalarOp::Constant && op != ScalarOp::Convert && "these have their own builders");
  assert(operands.size() == schedules::operandCount(op));
  mlir::OperationState state(loc, ("conv." + llvm::StringRef(schedules::spell(op))).str());
  state.addOperands(operands);
  state.addTypes(isComparison(op) ? builder.getI1Type() : operands.back().getType());
  return builder.create(state)->getResult(0);
}

mlir::Value ir::buildConvert(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                             mlir::Type type) {
  if (value.getType() == type)
    return value;
  return ConvertOp::create(builder, loc, type, value);
}

mlir::Value ir::buildLiteral(mlir::OpBuilder &builder, mlir::Location loc, double value,
                             mlir::Type type) {
  mlir::TypedAttr literal =
      type.isF32() ? mlir::TypedAttr(builder.getF32FloatAttr(static_cast<float>(value)))
                   : mlir::TypedAttr(builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  return mlir::arith::ConstantOp::create(builder, loc, literal);
}
