//===- Layers.h - a layer becomes a function ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_LAYERS_H
#define CONVWRIGHT_COMPILER_IMPORT_LAYERS_H

#include "compiler/Import/Expressions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace convwright::compiler {

/// Imports layers one by one at the builder's insertion point.
class LayerImporter {
public:
  LayerImporter(mlir::OpBuilder &builder, const Names &names, const ConstantTable &constants,
                Reporter &reporter, llvm::ArrayRef<std::string> algorithms)
      : builder(builder), names(names), constants(constants), reporter(reporter),
        algorithms(algorithms.begin(), algorithms.end()) {}

  /// Reports what is wrong; the function is left half-built then.
  void import(const dsl::LayerDecl &layer);

private:
  /// A parameter with its type checked.
  struct Argument {
    const dsl::Parameter *decl;
    llvm::SMRange typeRange;
    ir::TensorSpec spec;
    schedules::Layout layout;
  };
  struct Result {
    std::string name;
    Tensor tensor;
  };

  std::optional<std::vector<Argument>> importArguments(const dsl::LayerDecl &layer,
                                                       const Sizes &sizes);
  bool checkSizesUsed(const dsl::LayerDecl &layer);
  mlir::func::FuncOp createFunction(const dsl::LayerDecl &layer, const LayerContext &context,
                                    llvm::ArrayRef<Argument> arguments);
  void importBody(const dsl::LayerDecl &layer, const LayerContext &context,
                  llvm::ArrayRef<Argument> arguments, mlir::func::FuncOp function);
  std::optional<std::vector<Result>>
  importResults(const dsl::LayerDecl &layer, const dsl::Return &returned,
                const LayerContext &context, ExpressionImporter &expressions, const Scope &scope);
  std::optional<std::string> resultName(const dsl::LayerDecl &layer, const dsl::Return &returned,
                                        size_t index);
  bool checkResult(const dsl::ResultDecl &declared, const Value &value,
                   const LayerContext &context);
  void finish(const dsl::LayerDecl &layer, const dsl::Return &returned, const LayerContext &context,
              llvm::ArrayRef<Result> results, mlir::func::FuncOp function);

  mlir::OpBuilder &builder;
  const Names &names;
  const ConstantTable &constants;
  Reporter &reporter;
  llvm::SmallVector<llvm::StringRef> algorithms;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_LAYERS_H
