//===- Convolutions.h - convolutions and batch norms of the language ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_CONVOLUTIONS_H
#define CONVWRIGHT_COMPILER_IMPORT_CONVOLUTIONS_H

#include "compiler/Import/AttributeValues.h"
#include "compiler/Import/LayerContext.h"

namespace convwright::compiler {

/// Imports conv2d and batch_norm. Asks the rules of ConvShape and says what to change where one
/// does not hold.
class ConvolutionImporter {
public:
  /// `algorithms`: the names that `algorithm =` may take.
  ConvolutionImporter(const LayerContext &context, llvm::ArrayRef<llvm::StringRef> algorithms)
      : context(context), algorithms(algorithms) {}

  /// `operands`: x, w and perhaps b.
  std::optional<Value> conv2d(const dsl::CallExpr &call, llvm::ArrayRef<Value> operands);
  /// `operands`: y, mean, var, gamma, beta.
  std::optional<Value> batchNorm(const dsl::CallExpr &call, llvm::ArrayRef<Value> operands);

private:
  bool checkOperands(const dsl::CallExpr &call, llvm::ArrayRef<Value> operands);
  bool checkFloat(llvm::StringRef callee, const Value &operand);
  std::optional<ir::ConvAttributes> readAttributes(AttributeValues &values, const Value &filter);
  std::optional<double> readTolerance(AttributeValues &values);
  void explain(const ir::Violation &violation, const AttributeValues &values,
               llvm::ArrayRef<Value> operands, const ir::ConvAttributes &attributes);
  void proposeFix(Report &report, const ir::Violation &violation, const AttributeValues &values,
                  llvm::ArrayRef<Value> operands, const ir::ConvAttributes &attributes);

  const LayerContext &context;
  llvm::ArrayRef<llvm::StringRef> algorithms;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_CONVOLUTIONS_H
