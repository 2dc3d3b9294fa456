//===- ConvTypes.cpp - between MLIR's types and plain structs --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace convwright;
using namespace convwright::ir;

std::optional<ElementType> ir::elementTypeOf(mlir::Type type) {
  for (ElementType known : schedules::allElementTypes)
    if (type == toMlir(type.getContext(), known))
      return known;
  return std::nullopt;
}

mlir::Type ir::toMlir(mlir::MLIRContext *context, ElementType type) {
  DLDataType same = schedules::dlpackType(type);
  if (same.code == kDLFloat)
    return mlir::Float32Type::get(context);
  return mlir::IntegerType::get(context, same.bits,
                                same.code == kDLUInt ? mlir::IntegerType::Unsigned
                                                     : mlir::IntegerType::Signless);
}

TensorAttr ir::encodingOf(mlir::Type type) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  return tensor ? llvm::dyn_cast_or_null<TensorAttr>(tensor.getEncoding()) : TensorAttr();
}

bool ir::isWeightSide(mlir::Value value) { return !encodingOf(value.getType()); }

SymbolAttr ir::toMlir(mlir::MLIRContext *context, const Symbol &symbol) {
  return SymbolAttr::get(context, mlir::StringAttr::get(context, symbol.name), symbol.lo, symbol.hi,
                         symbol.step, symbol.like);
}

std::vector<Symbol> ir::symbolsOf(mlir::Operation *op) {
  auto layer = llvm::dyn_cast<mlir::func::FuncOp>(op);
  if (!layer)
    layer = op->getParentOfType<mlir::func::FuncOp>();
  std::vector<Symbol> symbols;
  auto list = layer ? layer->getAttrOfType<mlir::ArrayAttr>(symbolsAttrName) : mlir::ArrayAttr();
  if (list)
    for (auto symbol : list.getAsRange<SymbolAttr>())
      symbols.push_back({symbol.getName().str(), symbol.getLo(), symbol.getHi(), symbol.getStep(),
                         symbol.getLike()});
  return symbols;
}

ExtentAttr ir::toMlir(mlir::MLIRContext *context, const Extent &extent, Symbols symbols) {
  if (extent.isConstant())
    return ExtentAttr::get(context, extent.add);
  return ExtentAttr::get(context, mlir::StringAttr::get(context, symbols[extent.symbol].name),
                         extent.mul, extent.add, extent.div);
}

std::optional<Extent> ir::fromMlir(ExtentAttr extent, Symbols symbols) {
  if (extent.isConstant())
    return Extent::constant(extent.getAdd());
  for (size_t i = 0; i < symbols.size(); ++i)
    if (symbols[i].name == extent.getSymbol().getValue())
      return Extent{static_cast<int32_t>(i), extent.getMul(), extent.getAdd(), extent.getDiv()};
  return std::nullopt;
}

mlir::RankedTensorType ir::activationType(mlir::MLIRContext *context, ElementType element,
                                          const Dims &dims, schedules::Layout layout,
                                          Symbols symbols) {
  llvm::SmallVector<ExtentAttr> extents;
  llvm::SmallVector<int64_t> sizes;
  for (const Extent &extent : dims) {
    extents.push_back(toMlir(context, extent, symbols));
    sizes.push_back(extents.back().getStaticSize());
  }
  return mlir::RankedTensorType::get(sizes, toMlir(context, element),
                                     TensorAttr::get(context, layout, extents));
}

mlir::RankedTensorType ir::weightType(mlir::MLIRContext *context, ElementType element,
                                      const Dims &dims) {
  llvm::SmallVector<int64_t> sizes;
  for (const Extent &extent : dims) {
    assert(extent.isConstant() && "weights have constant extents");
    sizes.push_back(extent.add);
  }
  return mlir::RankedTensorType::get(sizes, toMlir(context, element));
}

TensorSpec ir::specOf(mlir::Type type, Symbols symbols) {
  auto tensor = llvm::cast<mlir::RankedTensorType>(type);
  TensorSpec spec;
  spec.type = *elementTypeOf(tensor.getElementType());
  TensorAttr encoding = encodingOf(type);
  spec.weightSide = !encoding;
  if (!encoding) {
    spec.dims = constantDims({tensor.getShape().data(), tensor.getShape().size()});
    return spec;
  }
  for (ExtentAttr extent : encoding.getDims())
    spec.dims.push_back(*fromMlir(extent, symbols));
  return spec;
}

schedules::Layout ir::layoutOf(mlir::Type type) {
  TensorAttr encoding = encodingOf(type);
  return encoding ? encoding.getLayout() : schedules::Layout::ChannelsFirst;
}

bool ir::hasOneLayout(TensorAttr encoding) {
  llvm::ArrayRef<ExtentAttr> dims = encoding.getDims();
  auto isOne = [](ExtentAttr extent) { return extent.getStaticSize() == 1; };
  return dims.size() < 3 || isOne(dims[1]) || llvm::all_of(dims.drop_front(2), isOne);
}

bool ir::liesInOrder(mlir::Type type) {
  return layoutOf(type) == schedules::Layout::ChannelsFirst || hasOneLayout(encodingOf(type));
}

mlir::Type ir::withLayout(mlir::Type type, schedules::Layout layout) {
  auto tensor = llvm::cast<mlir::RankedTensorType>(type);
  auto encoding = TensorAttr::get(type.getContext(), layout, encodingOf(type).getDims());
  return mlir::RankedTensorType::get(tensor.getShape(), tensor.getElementType(), encoding);
}
