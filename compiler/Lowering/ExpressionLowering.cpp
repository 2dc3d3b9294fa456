//===- ExpressionLowering.cpp - maps to scalar expressions -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/ExpressionLowering.h"

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace convwright;
using namespace convwright::compiler;
using schedules::ScalarNode;
using schedules::ScalarOp;

llvm::FailureOr<schedules::ScalarExpr> ExpressionLowering::lower(mlir::Value tensor) {
  isWeightSide = ir::isWeightSide(tensor);
  nodeOfTensor(tensor);
  if (failed)
    return llvm::failure();
  return expr;
}

/// Beside activations [C] runs along the channels, on the weight side along dimension 0:
/// weight-side work that has done the latter cannot be inlined into the former.
void ExpressionLowering::checkBroadcast(ir::MapOp map) {
  auto result = llvm::cast<mlir::RankedTensorType>(map.getResult().getType());
  if (isWeightSide || !ir::isWeightSide(map.getResult()) || result.getRank() == 1)
    return;
  for (mlir::Type type : map.getInputs().getTypes()) {
    auto tensor = llvm::cast<mlir::RankedTensorType>(type);
    if (tensor.getRank() != 1 || tensor.getDimSize(0) == 1)
      continue;
    map.emitError() << ir::violate(36, {std::to_string(tensor.getDimSize(0))}).text(); // C36
    failed = true;
    return;
  }
}

int32_t ExpressionLowering::nodeOfTensor(mlir::Value tensor) {
  if (auto found = tensors.find(tensor); found != tensors.end())
    return found->second;
  auto type = llvm::cast<mlir::RankedTensorType>(tensor.getType());
  ScalarNode leaf;
  leaf.type = *ir::elementTypeOf(type.getElementType());
  int32_t node;
  if (auto argument = llvm::dyn_cast<mlir::BlockArgument>(tensor)) {
    leaf.op = ScalarOp::Operand;
    leaf.index = static_cast<int32_t>(argument.getArgNumber());
    node = expr.push(leaf);
  } else if (auto found = convolutions.find(tensor); found != convolutions.end()) {
    leaf.op = ScalarOp::Conv;
    leaf.index = found->second;
    node = expr.push(leaf);
  } else {
    auto map = tensor.getDefiningOp<ir::MapOp>();
    checkBroadcast(map);
    node = nodeOfScalar(map.getYielded());
  }
  tensors[tensor] = node;
  return node;
}

ScalarNode ExpressionLowering::literal(mlir::Operation *constant) {
  ScalarNode node;
  mlir::Attribute value = llvm::cast<mlir::arith::ConstantOp>(constant).getValue();
  if (auto number = llvm::dyn_cast<mlir::FloatAttr>(value)) {
    node.value = number.getValueAsDouble();
  } else {
    node.value = static_cast<double>(llvm::cast<mlir::IntegerAttr>(value).getInt());
    node.type = schedules::ElementType::I32;
  }
  return node;
}

int32_t ExpressionLowering::nodeOfScalar(mlir::Value scalar) {
  if (auto found = scalars.find(scalar); found != scalars.end())
    return found->second;
  int32_t index;
  if (auto element = llvm::dyn_cast<mlir::BlockArgument>(scalar)) {
    auto map = llvm::cast<ir::MapOp>(element.getOwner()->getParentOp());
    index = nodeOfTensor(map.getInputs()[element.getArgNumber()]);
  } else {
    mlir::Operation *op = scalar.getDefiningOp();
    ScalarNode node;
    node.op = *ir::scalarOpOf(op);
    if (node.op == ScalarOp::Constant) {
      node = literal(op);
    } else {
      for (auto [i, operand] : llvm::enumerate(op->getOperands()))
        node.args[i] = nodeOfScalar(operand);
      // Comparisons carry the type that they compare.
      mlir::Type type =
          scalar.getType().isInteger(1) ? op->getOperand(0).getType() : scalar.getType();
      node.type = *ir::elementTypeOf(type);
    }
    index = expr.push(node);
  }
  scalars[scalar] = index;
  return index;
}
