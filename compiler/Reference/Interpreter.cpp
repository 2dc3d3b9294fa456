//===- Interpreter.cpp - the conv dialect, executed in double precision ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Interpreter.h"

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Reference/Inputs.h"
#include "compiler/Reference/MapElements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstring>

namespace convwright::compiler {

using schedules::ElementType;
using schedules::Result;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

namespace {

/// The values of one layer at one choice of sizes.
class Interpreter {
public:
  Interpreter(std::vector<schedules::Symbol> symbols, std::vector<int64_t> sizes)
      : symbols(std::move(symbols)), sizes(std::move(sizes)) {}

  void bind(mlir::Value value, ExactTensor tensor) { values[value] = std::move(tensor); }
  const ExactTensor &valueOf(mlir::Value value) const { return values.find(value)->second; }
  void run(mlir::Block &block);

private:
  void run(ir::ConstantOp op);
  void run(ir::LanguageOp op);
  void run(ir::MapOp op);
  void run(ir::KernelOp op);
  std::vector<int64_t> shapeOf(mlir::Type type) const;

  std::vector<schedules::Symbol> symbols;
  std::vector<int64_t> sizes;
  llvm::DenseMap<mlir::Value, ExactTensor> values;
};

/// The body of a map: its block's arguments are the operands.
ScalarExpr bodyExpression(ir::MapOp map) {
  ScalarExpr expr;
  llvm::DenseMap<mlir::Value, int32_t> nodes;
  for (auto [index, argument] : llvm::enumerate(map.getBody().getArguments())) {
    auto leaf =
        ScalarExpr::operand(static_cast<int32_t>(index), *ir::elementTypeOf(argument.getType()));
    nodes[argument] = expr.push(leaf.root());
  }
  for (mlir::Operation &op : map.getBody().front().without_terminator()) {
    ScalarNode node;
    node.op = *ir::scalarOpOf(&op);
    // A comparison's result is i1; it carries the type that it compares.
    mlir::Value typed =
        ir::elementTypeOf(op.getResult(0).getType()) ? op.getResult(0) : op.getOperand(0);
    node.type = *ir::elementTypeOf(typed.getType());
    for (auto [index, operand] : llvm::enumerate(op.getOperands()))
      node.args[index] = nodes.lookup(operand);
    if (auto constant = llvm::dyn_cast<mlir::arith::ConstantOp>(op)) {
      if (auto number = llvm::dyn_cast<mlir::FloatAttr>(constant.getValue()))
        node.value = number.getValueAsDouble();
      else
        node.value =
            static_cast<double>(llvm::cast<mlir::IntegerAttr>(constant.getValue()).getInt());
    }
    nodes[op.getResult(0)] = expr.push(node);
  }
  // The value of an expression is its last node.
  int32_t yielded = nodes.lookup(map.getYielded());
  expr.nodes.resize(static_cast<size_t>(yielded) + 1);
  return expr;
}

ExactTensor readRaw(ElementType type, std::vector<int64_t> shape,
                    mlir::DenseElementsAttr attribute) {
  ExactTensor tensor{type, std::move(shape), {}};
  const auto *raw = reinterpret_cast<const std::byte *>(attribute.getRawData().data());
  const auto count = static_cast<size_t>(tensor.elementCount());
  size_t step = attribute.isSplat() ? 0 : schedules::byteWidth(type);
  for (size_t i = 0; i < count; ++i)
    tensor.values.push_back(schedules::readElement(type, raw + i * step));
  return tensor;
}

} // namespace

std::vector<int64_t> Interpreter::shapeOf(mlir::Type type) const {
  std::vector<int64_t> shape;
  for (const schedules::Extent &extent : ir::specOf(type, symbols).dims)
    shape.push_back(extent.at(sizes));
  return shape;
}

void Interpreter::run(mlir::Block &block) {
  for (mlir::Operation &op : block.without_terminator())
    llvm::TypeSwitch<mlir::Operation *>(&op)
        .Case<ir::ConstantOp, ir::LanguageOp, ir::MapOp, ir::KernelOp>(
            [&](auto typed) { run(typed); })
        .Default([](mlir::Operation *) { assert(false && "the verifiers allow no other"); });
}

void Interpreter::run(ir::ConstantOp op) {
  auto attribute = llvm::cast<mlir::DenseElementsAttr>(op.getValue());
  ElementType type = *ir::elementTypeOf(attribute.getElementType());
  bind(op, readRaw(type, shapeOf(op.getType()), attribute));
}

void Interpreter::run(ir::LanguageOp op) {
  llvm::SmallVector<const ExactTensor *> operands;
  for (mlir::Value operand : op.operandsInOrder())
    operands.push_back(operand ? &valueOf(operand) : nullptr);
  mlir::Value result = op->getResult(0);
  std::vector<int64_t> shape = shapeOf(result.getType());
  if (llvm::is_contained(shape, 0)) // definitions need not think of it
    bind(result, {ir::specOf(result.getType(), symbols).type, std::move(shape), {}});
  else
    bind(result, op.interpret(operands, std::move(shape)));
}

void Interpreter::run(ir::MapOp op) {
  std::vector<const ExactTensor *> operands;
  for (mlir::Value input : op.getInputs())
    operands.push_back(&valueOf(input));
  bind(op, mapElements(bodyExpression(op), operands, shapeOf(op.getType()),
                       ir::isWeightSide(op.getResult())));
}

void Interpreter::run(ir::KernelOp op) {
  mlir::Block &body = op.getBody().front();
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), op.getInputs())) {
    ExactTensor copy = valueOf(input);
    bind(argument, std::move(copy));
  }
  run(body);
  for (auto [output, yielded] :
       llvm::zip_equal(op.getOutputs(), body.getTerminator()->getOperands())) {
    ExactTensor copy = valueOf(yielded);
    bind(output, std::move(copy));
  }
}

Result<ExactTensors> interpret(mlir::func::FuncOp layer, const ExactTensors &inputs) {
  std::vector<schedules::Symbol> symbols = ir::symbolsOf(layer);
  auto sizes = bindSizes(layer, symbols, inputs);
  if (!sizes)
    return sizes.error();
  Interpreter interpreter(symbols, *sizes);
  for (mlir::BlockArgument argument : layer.getArguments())
    interpreter.bind(argument, inputs.at(argumentName(layer, argument.getArgNumber())));
  mlir::Block &body = layer.getBody().front();
  interpreter.run(body);

  ExactTensors results;
  auto names = layer->getAttrOfType<mlir::ArrayAttr>(ir::resultsAttrName);
  for (auto [name, value] : llvm::zip_equal(names.getAsValueRange<mlir::StringAttr>(),
                                            body.getTerminator()->getOperands()))
    results[name.str()] = interpreter.valueOf(value);
  return results;
}

} // namespace convwright::compiler
