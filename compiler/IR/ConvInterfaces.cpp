//===- ConvInterfaces.cpp - what operations of the language have in common --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvInterfaces.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/ConvVerify.h"

#include "llvm/Support/Format.h"

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

#include "compiler/IR/ConvInterfaces.cpp.inc"

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

std::vector<int64_t> ir::numbersOf(DictionaryAttr attributes, StringRef name,
                                   std::vector<int64_t> fallback) {
  auto list = attributes.getAs<DenseI64ArrayAttr>(name);
  return list && !list.empty() ? std::vector<int64_t>(list.asArrayRef()) : std::move(fallback);
}

int64_t ir::integerOf(DictionaryAttr attributes, StringRef name, int64_t fallback) {
  auto number = attributes.getAs<IntegerAttr>(name);
  return number ? number.getInt() : fallback;
}

double ir::numberOf(DictionaryAttr attributes, StringRef name, double fallback) {
  auto number = attributes.getAs<FloatAttr>(name);
  return number ? number.getValueAsDouble() : fallback;
}

bool ir::flagOf(DictionaryAttr attributes, StringRef name, bool fallback) {
  auto flag = attributes.getAs<BoolAttr>(name);
  return flag ? flag.getValue() : fallback;
}

Window ir::windowOf(DictionaryAttr attributes, std::vector<int64_t> taps) {
  Window window = Window::of(std::move(taps));
  window.stride = numbersOf(attributes, "kernel_size", window.stride);
  window.stride = numbersOf(attributes, "stride", window.stride);
  window.dilation = numbersOf(attributes, "dilation", window.dilation);
  window.padBefore = numbersOf(attributes, "pad_before", window.padBefore);
  window.padAfter = numbersOf(attributes, "pad_after", window.padAfter);
  if (auto mode = attributes.getAs<PaddingModeAttr>("padding_mode"))
    window.paddingMode = static_cast<schedules::PaddingMode>(mode.getValue());
  return window;
}

std::optional<Violation> ir::checkLists(DictionaryAttr attributes, size_t spatialRank) {
  for (StringRef name : {"kernel_size", "stride", "dilation", "pad_before", "pad_after"}) {
    auto list = attributes.getAs<DenseI64ArrayAttr>(name);
    if (!list || list.empty() || list.size() == static_cast<int64_t>(spatialRank))
      continue;
    return violate(55, {name.str(), std::to_string(list.size()), // C55
                        std::to_string(spatialRank)});
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static OperationName nameOf(MLIRContext *context, StringRef callee) {
  return OperationName((ConvDialect::getDialectNamespace() + "." + callee).str(), context);
}

const LanguageOp::Concept *ir::findLanguageOp(MLIRContext *context, StringRef callee) {
  return nameOf(context, callee).getInterface<LanguageOp>();
}

static std::string textOf(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.7g", number);
  return text;
}

Checked<TensorSpec> ir::inferResult(const LanguageOp::Concept &rules, const OpShape &shape) {
  double tolerance = numberOf(shape.attributes, "tolerance", 1);
  if (!(tolerance > 0)) // C27
    return violate(27, {textOf(tolerance)});
  Checked<TensorSpec> result = rules.inferShape(shape);
  if (!result)
    return result;
  if (auto violation = checkTensor(*result, shape.symbols))
    return *violation;
  for (const std::optional<TensorSpec> &operand : shape.operands)
    if (operand && !operand->weightSide)
      if (auto violation = checkEmptyOperand(*operand, result->dims, shape.symbols))
        return *violation;
  return result;
}

static OpShape shapeOf(LanguageOp op, Symbols symbols) {
  OpShape shape{spellingOf(op), {}, op->getAttrDictionary(), symbols};
  for (Value operand : op.operandsInOrder())
    shape.operands.push_back(operand ? std::optional(specOf(operand.getType(), symbols))
                                     : std::nullopt);
  return shape;
}

LogicalResult ir::verifyLanguageOp(Operation *operation) {
  auto op = cast<LanguageOp>(operation);
  std::vector<Symbol> symbols = symbolsOf(op);
  if (failed(verifyTensorTypes(op, symbols)))
    return failure();
  auto expected = inferResult(*op->getName().getInterface<LanguageOp>(), shapeOf(op, symbols));
  if (!expected)
    return fail(op, expected.violation());
  TensorSpec result = specOf(op->getResult(0).getType(), symbols);
  if (result.type != expected->type) // C54
    return fail(op, violate(54, {std::string(schedules::spell(result.type)),
                                 std::string(schedules::spell(expected->type))}));
  if (result.weightSide) // C35
    return fail(op, violate(35, {}));
  return verifyResultDims(op, result, expected->dims, symbols);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// How many operands each name stands for: the last takes what is left.
static SmallVector<int32_t> segmentSizes(ArrayRef<StringRef> names, ArrayRef<Value> operands) {
  SmallVector<int32_t> sizes(names.size(), 0);
  for (size_t i = 0; i < operands.size(); ++i)
    if (operands[i])
      ++sizes[std::min(i, names.size() - 1)];
  return sizes;
}

LanguageOp ir::createOperation(OpBuilder &builder, Location loc, StringRef callee,
                               ArrayRef<Value> operands, DictionaryAttr attributes, Type result) {
  OperationState state(loc, nameOf(builder.getContext(), callee));
  for (Value operand : operands)
    if (operand)
      state.operands.push_back(operand);
  state.addTypes(result);
  state.addAttributes(attributes.getValue());
  if (state.name.hasTrait<OpTrait::AttrSizedOperandSegments>()) {
    auto names = state.name.getInterface<LanguageOp>()->operandNames();
    state.attributes.set("operandSegmentSizes",
                         builder.getDenseI32ArrayAttr(segmentSizes(names, operands)));
  }
  return cast<LanguageOp>(builder.create(state));
}
