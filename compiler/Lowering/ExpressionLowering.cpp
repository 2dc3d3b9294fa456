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
using schedules::ElementType;
using schedules::ScalarExpr;
using schedules::ScalarNode;

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

int32_t ExpressionLowering::append(const ScalarExpr &part) {
  auto first = static_cast<int32_t>(expr.nodes.size());
  for (ScalarNode node : part.nodes) {
    for (unsigned i = 0; i < schedules::operandCount(node.op); ++i)
      node.args[i] += first;
    expr.push(node);
  }
  return static_cast<int32_t>(expr.nodes.size()) - 1;
}

int32_t ExpressionLowering::nodeOfTensor(mlir::Value tensor) {
  if (auto found = tensors.find(tensor); found != tensors.end())
    return found->second;
  int32_t index;
  if (std::optional<ScalarExpr> element = leaf(tensor)) {
    index = append(*element);
  } else {
    auto map = tensor.getDefiningOp<ir::MapOp>();
    checkBroadcast(map);
    index = nodeOfScalar(map.getYielded());
  }
  tensors[tensor] = index;
  return index;
}

static ScalarNode literal(mlir::arith::ConstantOp constant) {
  if (auto number = llvm::dyn_cast<mlir::FloatAttr>(constant.getValue()))
    return ScalarExpr::constant(number.getValueAsDouble(), ElementType::F32).root();
  auto number = llvm::cast<mlir::IntegerAttr>(constant.getValue());
  return ScalarExpr::constant(static_cast<double>(number.getInt()), ElementType::I32).root();
}

ScalarNode ExpressionLowering::nodeOf(mlir::Operation *op) {
  if (auto constant = llvm::dyn_cast<mlir::arith::ConstantOp>(op))
    return literal(constant);
  ScalarNode node;
  node.op = *ir::scalarOpOf(op);
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    node.args[i] = nodeOfScalar(operand);
  // Comparisons carry the type that they compare.
  mlir::Type type = op->getResult(0).getType();
  node.type = *ir::elementTypeOf(type.isInteger(1) ? op->getOperand(0).getType() : type);
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
    ScalarNode node = nodeOf(scalar.getDefiningOp()); // pushes its operands first
    index = expr.push(node);
  }
  scalars[scalar] = index;
  return index;
}
