//===- ConvLayers.cpp - verifiers of types, layers and scalars -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/ConvVerify.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Tensor types
//===----------------------------------------------------------------------===//

template <typename T> static std::string textOf(T value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

/// The encoding's dims agree with the type's sizes, and their symbols are declared.
static std::optional<Violation> checkEncoding(RankedTensorType type, TensorAttr encoding,
                                              Symbols symbols) {
  bool agrees = encoding.getDims().size() == static_cast<size_t>(type.getRank());
  for (size_t i = 0; agrees && i < encoding.getDims().size(); ++i)
    agrees = encoding.getDims()[i].getStaticSize() == type.getDimSize(i);
  if (!agrees) { // C40
    Type bare = RankedTensorType::get(type.getShape(), type.getElementType());
    return violate(40, {textOf(bare), textOf(encoding)});
  }
  for (ExtentAttr extent : encoding.getDims())
    if (!fromMlir(extent, symbols)) // C41
      return violate(41, {extent.getSymbol().str()});
  return std::nullopt;
}

std::optional<Violation> ir::checkTensorType(Type type, Symbols symbols) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !elementTypeOf(tensor.getElementType())) // C1
    return violate(1, {textOf(tensor ? tensor.getElementType() : type)});
  TensorAttr encoding = encodingOf(type);
  if (encoding)
    if (auto violation = checkEncoding(tensor, encoding, symbols))
      return violation;
  for (int64_t i = 0; !encoding && i < tensor.getRank(); ++i)
    if (tensor.isDynamicDim(i)) // C6
      return violate(6, {std::to_string(i), "?"});
  return checkTensor(specOf(type, symbols), symbols);
}

LogicalResult ir::verifyTensorTypes(Operation *op, Symbols symbols) {
  auto check = [&](TypeRange types) -> LogicalResult {
    for (Type type : types)
      if (auto violation = checkTensorType(type, symbols))
        return fail(op, *violation);
    return success();
  };
  return failure(failed(check(op->getOperandTypes())) || failed(check(op->getResultTypes())));
}

//===----------------------------------------------------------------------===//
// Scalar work
//===----------------------------------------------------------------------===//

/// As the language spells it.
static std::string nameOf(Type type) {
  std::optional<ElementType> element = elementTypeOf(type);
  return element ? std::string(schedules::spell(*element)) : textOf(type);
}

static LogicalResult verifyScalar(Operation *op) {
  using schedules::ScalarOp;
  std::string name = op->getName().stripDialect().str();
  ScalarOp row = *scalarOpOf(op);
  bool floatOnly = row == ScalarOp::Div || (row >= ScalarOp::Sqrt && row <= ScalarOp::Erf);
  for (Type type : op->getOperandTypes()) {
    if (type.isInteger(1) && row == ScalarOp::Select)
      continue;
    if (!type.isF32() && !type.isSignlessInteger(32)) // C29
      return fail(op, violate(29, {name, nameOf(type)}));
    if (floatOnly && !type.isF32()) // C30
      return fail(op, violate(30, {name, nameOf(type)}));
  }
  return success();
}

#define VERIFY_SCALAR(Name)                                                                        \
  LogicalResult Name##Op::verify() { return verifyScalar(*this); }
VERIFY_SCALAR(Add)
VERIFY_SCALAR(Sub)
VERIFY_SCALAR(Mul)
VERIFY_SCALAR(Div)
VERIFY_SCALAR(Min)
VERIFY_SCALAR(Max)
VERIFY_SCALAR(Neg)
VERIFY_SCALAR(Abs)
VERIFY_SCALAR(Sqrt)
VERIFY_SCALAR(Exp)
VERIFY_SCALAR(Log)
VERIFY_SCALAR(Log1p)
VERIFY_SCALAR(Expm1)
VERIFY_SCALAR(Tanh)
VERIFY_SCALAR(Erf)
VERIFY_SCALAR(Less)
VERIFY_SCALAR(LessEqual)
VERIFY_SCALAR(Equal)
VERIFY_SCALAR(NotEqual)
VERIFY_SCALAR(Select)
#undef VERIFY_SCALAR

LogicalResult ConvertOp::verify() {
  for (Type type : {getValue().getType(), getResult().getType()})
    if (!elementTypeOf(type)) // C1
      return fail(*this, violate(1, {textOf(type)}));
  return success();
}

//===----------------------------------------------------------------------===//
// Layers: the attributes on func.func
//===----------------------------------------------------------------------===//

static LogicalResult verifySymbols(func::FuncOp layer, Attribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute);
  if (!list || !llvm::all_of(list, llvm::IsaPred<SymbolAttr>))
    return layer->emitOpError("conv.symbols is an array of #conv.symbol");
  llvm::StringSet<> seen;
  for (const Symbol &symbol : symbolsOf(layer)) {
    if (auto violation = checkSymbol(symbol))
      return fail(layer, *violation);
    if (!seen.insert(symbol.name).second) // C44
      return fail(layer, violate(44, {symbol.name}));
  }
  return success();
}

static LogicalResult verifyArguments(func::FuncOp layer, Symbols symbols) {
  llvm::StringSet<> seen;
  for (unsigned i = 0; i < layer.getNumArguments(); ++i) {
    auto name = layer.getArgAttrOfType<StringAttr>(i, nameAttrName);
    auto role = layer.getArgAttrOfType<StringAttr>(i, roleAttrName);
    Type type = layer.getArgumentTypes()[i];
    if (auto violation = checkTensorType(type, symbols))
      return fail(layer, *violation);
    StringRef expected = encodingOf(type) ? activationRole : weightRole;
    if (!name || !role || role.getValue() != expected) // C43
      return fail(layer, violate(43, {std::to_string(i), expected.str()}));
    if (!seen.insert(name.getValue()).second) // C44
      return fail(layer, violate(44, {name.str()}));
  }
  return success();
}

static LogicalResult verifyResults(func::FuncOp layer, Attribute attribute, Symbols symbols) {
  auto names = dyn_cast<ArrayAttr>(attribute);
  if (!names || !llvm::all_of(names, llvm::IsaPred<StringAttr>))
    return layer->emitOpError("conv.results is an array of strings");
  ArrayRef<Type> types = layer.getResultTypes();
  if (names.size() != types.size()) // C45
    return fail(layer, violate(45, {std::to_string(names.size()), std::to_string(types.size())}));
  for (size_t i = 0; i < types.size(); ++i) {
    if (!encodingOf(types[i])) // C46
      return fail(layer, violate(46, {cast<StringAttr>(names[i]).str()}));
    if (auto violation = checkTensorType(types[i], symbols))
      return fail(layer, *violation);
    if (auto violation = checkNoPixelFilter(specOf(types[i], symbols)))
      return fail(layer, *violation);
  }
  return success();
}

LogicalResult ConvDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == targetAttrName) {
    if (!isa<StringAttr>(attribute.getValue()))
      return op->emitOpError("conv.target is a string");
    return success();
  }
  auto layer = dyn_cast<func::FuncOp>(op);
  if (!layer)
    return success();
  if (attribute.getName() == symbolsAttrName)
    return verifySymbols(layer, attribute.getValue());
  // Every layer has conv.results, so that its arguments are checked with it.
  if (attribute.getName() == resultsAttrName) {
    std::vector<Symbol> symbols = symbolsOf(layer);
    if (failed(verifyArguments(layer, symbols)))
      return failure();
    return verifyResults(layer, attribute.getValue(), symbols);
  }
  return success();
}
