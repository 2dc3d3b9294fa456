//===- ConvTypes.h - between MLIR's types and plain structs ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The importer builds types with these, the verifiers, the passes and the lowering read them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVTYPES_H
#define CONVWRIGHT_COMPILER_IR_CONVTYPES_H

#include "compiler/IR/ConvDialect.h"
#include "compiler/IR/ConvShape.h"

#include <optional>

namespace convwright::ir {

/// f32, i32, ui8 (u8), i8; none for any other type.
std::optional<ElementType> elementTypeOf(mlir::Type type);
mlir::Type toMlir(mlir::MLIRContext *context, ElementType type);

/// The encoding; null for weights and constants.
TensorAttr encodingOf(mlir::Type type);
/// Whether the value is weight-side: a tensor without encoding.
bool isWeightSide(mlir::Value value);

SymbolAttr toMlir(mlir::MLIRContext *context, const Symbol &symbol);
/// The symbols of the layer that `op` is in (or is): its conv.symbols.
std::vector<Symbol> symbolsOf(mlir::Operation *op);

ExtentAttr toMlir(mlir::MLIRContext *context, const Extent &extent, Symbols symbols);
/// Symbol −1 and a named extent: the symbol is not declared.
std::optional<Extent> fromMlir(ExtentAttr extent, Symbols symbols);

/// The type of an activation.
mlir::RankedTensorType activationType(mlir::MLIRContext *context, ElementType element,
                                      const Dims &dims, schedules::Layout layout, Symbols symbols);
/// The type of a weight, a constant, or pointwise work on those. Requires constant extents.
mlir::RankedTensorType weightType(mlir::MLIRContext *context, ElementType element,
                                  const Dims &dims);

/// Type and extents of a tensor. Requires a verified type (element type known, symbols declared).
TensorSpec specOf(mlir::Type type, Symbols symbols);
/// One channel, or one pixel, lies alike in every layout.
bool hasOneLayout(TensorAttr encoding);
/// Whether a tensor's elements lie in logical order.
bool liesInOrder(mlir::Type type);
/// An activation's type with another layout.
mlir::Type withLayout(mlir::Type type, schedules::Layout layout);
/// The layout; NCHW for tensors without encoding.
schedules::Layout layoutOf(mlir::Type type);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVTYPES_H
