//===- Expressions.h - expressions of the language become operations ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_EXPRESSIONS_H
#define CONVWRIGHT_COMPILER_IMPORT_EXPRESSIONS_H

#include "compiler/Import/Constants.h"
#include "compiler/Import/Maps.h"
#include "compiler/Import/Names.h"
#include "compiler/Import/Operations.h"

namespace convwright::compiler {

/// What names mean inside one body: a layer's, or that of a fn or layer that is being inlined.
struct Scope {
  /// No value: what computes it was faulty, and has been reported.
  llvm::StringMap<std::optional<Value>> values;
};

/// Imports expressions of one layer. Functions and other layers are inlined where they are called.
/// All names must have been resolved.
class ExpressionImporter {
public:
  ExpressionImporter(const LayerContext &context, const Names &names,
                     const ConstantTable &constants, llvm::ArrayRef<llvm::StringRef> algorithms)
      : context(context), names(names), constants(constants), maps(context),
        operations(context, algorithms) {}

  /// None: something was faulty, and has been reported.
  std::optional<Value> evaluate(const dsl::Expr &expr, const Scope &scope);
  void execute(const dsl::Assignment &assignment, Scope &scope);

private:
  std::optional<Value> evaluateName(const dsl::Name &name, const Scope &scope);
  std::optional<Value> evaluateConstant(llvm::StringRef name, llvm::SMRange range);
  std::optional<Value> evaluateCall(const dsl::CallExpr &call, const Scope &scope);
  std::optional<Value> evaluateBinary(const dsl::BinaryExpr &binary, const Scope &scope);
  std::optional<Value> applyOperation(const dsl::CallExpr &call, llvm::ArrayRef<Value> arguments,
                                      const Scope &scope);
  std::optional<Value> inlineFunction(const dsl::FunctionDecl &function, const dsl::CallExpr &call,
                                      llvm::ArrayRef<Value> arguments);
  std::optional<Value> inlineLayer(const dsl::LayerDecl &layer, const dsl::CallExpr &call,
                                   llvm::ArrayRef<Value> arguments);
  /// Each use of the budget is one expression; a file of a few lines can ask for billions.
  bool spend(llvm::SMRange range);

  const LayerContext &context;
  const Names &names;
  const ConstantTable &constants;
  MapImporter maps;
  OperationImporter operations;
  llvm::StringMap<Tensor> materialized; // constants that the layer has used
  unsigned depth = 0, spent = 0;
  bool exhausted = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_EXPRESSIONS_H
