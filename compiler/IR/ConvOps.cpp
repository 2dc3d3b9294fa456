//===- ConvOps.cpp - verifiers of the operations ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/ConvVerify.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

#define GET_OP_CLASSES
#include "compiler/IR/ConvOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::verify() { return verifyTensorTypes(*this, {}); }

LogicalResult ir::verifyResultDims(Operation *op, const TensorSpec &result, const Dims &expected,
                                   Symbols symbols) {
  if (result.dims != expected) // C22
    return fail(op, violate(22, {print(result.dims, symbols), print(expected, symbols)}));
  return success();
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

/// "f32, i32".
template <typename Range> static std::string listTypes(Range &&types) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(types, stream);
  return text.empty() ? "nothing" : text;
}

static LogicalResult verifyMapBody(MapOp op) {
  Block &body = op.getBody().front();
  SmallVector<Type> elements;
  for (Type type : op.getInputs().getTypes())
    elements.push_back(cast<RankedTensorType>(type).getElementType());
  if (!llvm::equal(body.getArgumentTypes(), elements)) // C31
    return fail(op, violate(31, {listTypes(body.getArgumentTypes()), listTypes(elements)}));
  for (Operation &scalar : body.without_terminator())
    if (!scalarOpOf(&scalar)) // C32
      return fail(&scalar, violate(32, {scalar.getName().getStringRef().str()}));
  Type element = cast<RankedTensorType>(op.getResult().getType()).getElementType();
  auto yield = dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getNumOperands() != 1 || yield.getOperand(0).getType() != element) // C33
    return fail(
        op, violate(33, {listTypes(body.back().getOperandTypes()), listTypes(ArrayRef(element))}));
  return success();
}

LogicalResult MapOp::verify() {
  std::vector<Symbol> symbols = symbolsOf(*this);
  if (failed(verifyTensorTypes(*this, symbols)))
    return failure();
  std::vector<TensorSpec> operands;
  bool weightSide = true;
  for (Type type : getInputs().getTypes()) {
    operands.push_back(specOf(type, symbols));
    weightSide &= operands.back().weightSide;
  }
  TensorSpec result = specOf(getResult().getType(), symbols);
  if (result.weightSide && !weightSide) // C35
    return fail(*this, violate(35, {}));
  // Weights alone may still make an activation: then they broadcast as activations do.
  if (!operands.empty())
    operands.front().weightSide &= result.weightSide;
  Checked<Dims> dims = mapShape(operands, symbols);
  if (!dims)
    return fail(*this, dims.violation());
  if (failed(verifyResultDims(*this, result, *dims, symbols)))
    return failure();
  return verifyMapBody(*this);
}

Value MapOp::getYielded() { return getBody().front().back().getOperand(0); }

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static LogicalResult verifyKernelBody(KernelOp op) {
  Value input;
  for (Operation &inner : op.getBody().front().without_terminator()) {
    if (!isa<StageOp, MapOp, AccessOp>(inner)) // C48
      return fail(&inner, violate(48, {inner.getName().getStringRef().str()}));
    auto stage = dyn_cast<StageOp>(inner);
    if (!stage)
      continue;
    Value read = stage.windowedInput().get();
    if (input && input != read) // C49
      return fail(&inner, violate(49, {}));
    input = read;
  }
  return success();
}

LogicalResult KernelOp::verify() {
  std::vector<Symbol> symbols = symbolsOf(*this);
  if (failed(verifyTensorTypes(*this, symbols)))
    return failure();
  Block &body = getBody().front();
  if (!llvm::equal(body.getArgumentTypes(), getInputs().getTypes())) // C47
    return fail(*this, violate(47, {listTypes(body.getArgumentTypes()),
                                    listTypes(getInputs().getTypes())}));
  auto yield = dyn_cast<YieldOp>(body.back());
  if (!yield || !llvm::equal(yield.getOperandTypes(), getOutputs().getTypes())) // C50
    return fail(*this, violate(50, {listTypes(body.back().getOperandTypes()),
                                    listTypes(getOutputs().getTypes())}));
  return verifyKernelBody(*this);
}
