//===- ConvScalarsTest.cpp - the dialect covers ScalarOps.def --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvScalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <gtest/gtest.h>

using namespace convwright;
using namespace convwright::ir;
using schedules::ScalarOp;

namespace {

struct ConvScalars : testing::Test {
  ConvScalars() : builder(&context) {
    context.loadDialect<ConvDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
    builder.setInsertionPointToStart(&block);
  }

  mlir::MLIRContext context;
  mlir::Block block;
  mlir::OpBuilder builder;
};

TEST_F(ConvScalars, EveryRowButTheLeavesHasAnOperationOfItsName) {
  auto loc = builder.getUnknownLoc();
  mlir::Value f32 = buildLiteral(builder, loc, 1, builder.getF32Type());
  mlir::Value truth = buildScalar(builder, loc, ScalarOp::Less, {f32, f32});
  auto check = [&](ScalarOp op) {
    if (op == ScalarOp::Operand || op == ScalarOp::Conv || op == ScalarOp::Fraction ||
        op == ScalarOp::Fold || op == ScalarOp::Constant)
      return;
    mlir::Value value;
    if (op == ScalarOp::Convert) {
      value = buildConvert(builder, loc, f32, builder.getI32Type());
    } else {
      llvm::SmallVector<mlir::Value> operands(schedules::operandCount(op), f32);
      if (op == ScalarOp::Select)
        operands[0] = truth;
      value = buildScalar(builder, loc, op, operands);
    }
    EXPECT_EQ(scalarOpOf(value.getDefiningOp()), op) << std::string(schedules::spell(op));
  };
#define SCALAR_OP(Name, spelling, operands) check(ScalarOp::Name);
#include "schedules/kernel/ScalarOps.def"
}

TEST_F(ConvScalars, LiteralsAreConstantsAndTensorsAreNot) {
  auto loc = builder.getUnknownLoc();
  mlir::Value literal = buildLiteral(builder, loc, 7, builder.getI32Type());
  EXPECT_EQ(scalarOpOf(literal.getDefiningOp()), ScalarOp::Constant);
  auto value =
      mlir::DenseElementsAttr::get(mlir::RankedTensorType::get({2}, builder.getF32Type()), 1.0f);
  auto tensor =
      ConstantOp::create(builder, loc, value.getType(), builder.getStringAttr("t"), value);
  EXPECT_EQ(scalarOpOf(tensor), std::nullopt);
}

TEST_F(ConvScalars, ConvertingToTheSameTypeIsNothing) {
  auto loc = builder.getUnknownLoc();
  mlir::Value literal = buildLiteral(builder, loc, 7, builder.getI32Type());
  EXPECT_EQ(buildConvert(builder, loc, literal, builder.getI32Type()), literal);
}

} // namespace
