//===- TensorBuilder.h - operations of the conv dialect from shapes -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_TENSORBUILDER_H
#define CONVWRIGHT_COMPILER_IMPORT_TENSORBUILDER_H

#include "compiler/Import/Value.h"

#include "compiler/IR/ConvDialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <span>
#include <vector>

namespace convwright::compiler {

/// Builds the operations of one layer. Shapes and types must have been checked: what it builds
/// passes the verifiers.
class TensorBuilder {
public:
  /// Activations lie as `layout` says.
  TensorBuilder(mlir::OpBuilder &builder, std::vector<schedules::Symbol> symbols,
                schedules::Layout layout)
      : builder(builder), symbols(std::move(symbols)), layout(layout) {}

  /// A tensor of known values, at the layer's beginning.
  Tensor constant(mlir::Location loc, llvm::StringRef name, const ir::TensorSpec &spec,
                  std::span<const std::byte> bytes);

  /// Pointwise work. Operand i of `expr` is operands[i]; `dims` is ir::mapShape of them.
  Tensor map(mlir::Location loc, const schedules::ScalarExpr &expr, llvm::ArrayRef<Tensor> operands,
             const ir::Dims &dims);

  /// The same values in another place, or lying in another way: what a layer returns.
  Tensor copy(mlir::Location loc, const Tensor &tensor, schedules::Layout resultLayout);

  /// The operation that the language calls `callee`. `operands` stand as in its operandNames, null
  /// where one is absent; `result` is ir::inferResult of them.
  Tensor operation(mlir::Location loc, llvm::StringRef callee,
                   llvm::ArrayRef<const Tensor *> operands, mlir::DictionaryAttr attributes,
                   const ir::TensorSpec &result);

  mlir::RankedTensorType typeOf(const ir::TensorSpec &spec) const;
  ir::Symbols allSymbols() const { return symbols; }
  schedules::Layout activationLayout() const { return layout; }
  mlir::OpBuilder &opBuilder() { return builder; }

private:
  mlir::OpBuilder &builder;
  std::vector<schedules::Symbol> symbols;
  schedules::Layout layout;
  mlir::Operation *lastConstant = nullptr; // constants stand first, in the order of their use
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_TENSORBUILDER_H
