//===- TensorBuilder.cpp - operations of the conv dialect from shapes -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/TensorBuilder.h"

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"

namespace convwright::compiler {

using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

mlir::RankedTensorType TensorBuilder::typeOf(const ir::TensorSpec &spec) const {
  mlir::MLIRContext *context = builder.getContext();
  if (spec.weightSide)
    return ir::weightType(context, spec.type, spec.dims);
  return ir::activationType(context, spec.type, spec.dims, layout, symbols);
}

Tensor TensorBuilder::constant(mlir::Location loc, llvm::StringRef name, const ir::TensorSpec &spec,
                               std::span<const std::byte> bytes) {
  mlir::OpBuilder::InsertionGuard guard(builder);
  if (lastConstant)
    builder.setInsertionPointAfter(lastConstant);
  else
    builder.setInsertionPointToStart(builder.getInsertionBlock());
  auto values = mlir::DenseElementsAttr::getFromRawBuffer(
      typeOf(spec), llvm::ArrayRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
  auto op = ir::ConstantOp::create(builder, loc, name, values);
  lastConstant = op;
  return {op, spec};
}

/// Builds the body's operations; `arguments` are the operands' elements.
static mlir::Value buildBody(mlir::OpBuilder &builder, mlir::Location loc, const ScalarExpr &expr,
                             mlir::ValueRange arguments) {
  std::vector<mlir::Value> values;
  for (const ScalarNode &node : expr.nodes) {
    if (node.op == ScalarOp::Operand) {
      values.push_back(arguments[static_cast<size_t>(node.index)]);
      continue;
    }
    mlir::Type type = ir::toMlir(builder.getContext(), node.type);
    llvm::SmallVector<mlir::Value, 3> operands;
    for (unsigned i = 0; i < schedules::operandCount(node.op); ++i)
      operands.push_back(values[static_cast<size_t>(node.args[i])]);
    if (node.op == ScalarOp::Constant)
      values.push_back(ir::buildLiteral(builder, loc, node.value, type));
    else if (node.op == ScalarOp::Convert)
      values.push_back(ir::buildConvert(builder, loc, operands.front(), type));
    else
      values.push_back(ir::buildScalar(builder, loc, node.op, operands));
  }
  return values.back();
}

static ir::MapOp buildMap(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type resultType,
                          const ScalarExpr &expr, llvm::ArrayRef<Tensor> operands) {
  llvm::SmallVector<mlir::Value> inputs;
  llvm::SmallVector<mlir::Type> elements;
  for (const Tensor &operand : operands) {
    inputs.push_back(operand.value);
    elements.push_back(ir::toMlir(builder.getContext(), operand.spec.type));
  }
  auto map = ir::MapOp::create(builder, loc, resultType, inputs);
  mlir::OpBuilder::InsertionGuard guard(builder);
  mlir::Block *block = builder.createBlock(&map.getBody(), {}, elements,
                                           llvm::SmallVector<mlir::Location>(elements.size(), loc));
  mlir::Value yielded = buildBody(builder, loc, expr, block->getArguments());
  ir::YieldOp::create(builder, loc, yielded);
  return map;
}

Tensor TensorBuilder::map(mlir::Location loc, const ScalarExpr &expr,
                          llvm::ArrayRef<Tensor> operands, const ir::Dims &dims) {
  bool weightSide =
      llvm::all_of(operands, [](const Tensor &operand) { return operand.spec.weightSide; });
  ir::TensorSpec spec{expr.type(), dims, weightSide};
  return {buildMap(builder, loc, typeOf(spec), expr, operands).getResult(), spec};
}

Tensor TensorBuilder::copy(mlir::Location loc, const Tensor &tensor,
                           schedules::Layout resultLayout) {
  mlir::Type type = ir::activationType(builder.getContext(), tensor.spec.type, tensor.spec.dims,
                                       resultLayout, symbols);
  return {
      buildMap(builder, loc, type, ScalarExpr::operand(0, tensor.spec.type), tensor).getResult(),
      tensor.spec};
}

Tensor TensorBuilder::operation(mlir::Location loc, llvm::StringRef callee,
                                llvm::ArrayRef<const Tensor *> operands,
                                mlir::DictionaryAttr attributes, const ir::TensorSpec &result) {
  llvm::SmallVector<mlir::Value> values;
  for (const Tensor *operand : operands)
    values.push_back(operand ? operand->value : mlir::Value());
  ir::LanguageOp op = ir::createOperation(builder, loc, callee, values, attributes, typeOf(result));
  return {op->getResult(0), result};
}

} // namespace convwright::compiler
