//===- Operations.h - calls of the language's operations -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_OPERATIONS_H
#define CONVWRIGHT_COMPILER_IMPORT_OPERATIONS_H

#include "compiler/Import/AttributeValues.h"
#include "compiler/Import/LayerContext.h"

namespace convwright::compiler {

/// Imports a call of any operation that is an ir::LanguageOp: its operands and attributes as
/// dsl/Operations.def lists them. Asks the operation for its result, and says in terms of the
/// source what does not hold.
class OperationImporter {
public:
  /// The value of a name in the scope of the call; none: it has none, which has been reported.
  using ValueOf = llvm::function_ref<std::optional<Value>(const dsl::Name &)>;

  /// `algorithms`: the names that `algorithm =` may take.
  OperationImporter(const LayerContext &context, llvm::ArrayRef<llvm::StringRef> algorithms)
      : context(context), algorithms(algorithms) {}

  /// Whether calls of that name are for `apply`.
  bool isOperation(llvm::StringRef callee) const { return rulesOf(callee) != nullptr; }
  std::optional<Value> apply(const dsl::CallExpr &call, llvm::ArrayRef<Value> arguments,
                             ValueOf valueOf);

private:
  /// A call as it is taken apart.
  struct Request {
    const dsl::CallExpr &call;
    const ir::LanguageOp::Concept &rules;
    std::vector<std::optional<Value>> operands; // in the order of the operation
    ir::OpShape shape;
  };

  const ir::LanguageOp::Concept *rulesOf(llvm::StringRef callee) const;
  bool checkTensor(const dsl::CallExpr &call, const Value &operand) const;
  bool checkArguments(const dsl::CallExpr &call, llvm::ArrayRef<Value> arguments) const;
  bool addNamedOperands(Request &request, ValueOf valueOf) const;
  bool readAttributes(Request &request) const;
  mlir::Attribute readAttribute(const dsl::AttributeInfo &row, AttributeValues &values) const;
  static size_t spatialRankOf(const Request &request);
  bool explainNoWindow(Request &request, mlir::NamedAttrList attributes) const;
  bool setPadding(Request &request, mlir::NamedAttrList &attributes,
                  const PaddingValue &padding) const;
  void explain(const Request &request, const ir::Violation &violation) const;

  const LayerContext &context;
  llvm::ArrayRef<llvm::StringRef> algorithms;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_OPERATIONS_H
