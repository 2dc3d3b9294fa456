//===- Maps.h - pointwise work on values of the language ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_MAPS_H
#define CONVWRIGHT_COMPILER_IMPORT_MAPS_H

#include "compiler/Import/LayerContext.h"
#include "compiler/Import/Pointwise.h"
#include "dsl/Ast.h"

namespace convwright::compiler {

/// Imports pointwise expressions: each becomes one conv.map, or a number when it is of numbers
/// alone.
class MapImporter {
public:
  explicit MapImporter(const LayerContext &context) : context(context) {}

  /// A function of Pointwise.def, which must exist, under that name.
  std::optional<Value> function(llvm::StringRef name, llvm::ArrayRef<Value> arguments,
                                llvm::SMRange range);
  /// + - * / and the comparisons.
  std::optional<Value> binary(dsl::BinaryOp op, const Value &lhs, const Value &rhs,
                              llvm::SMRange range);
  std::optional<Value> negate(const Value &operand, llvm::SMRange range);
  std::optional<Value> convert(const Value &operand, schedules::ElementType type,
                               llvm::SMRange range);

private:
  /// What the operation is called in messages, and which types it takes.
  struct Operation {
    std::string name;
    bool floatOnly = false;
  };
  using Define = llvm::function_ref<Term(llvm::ArrayRef<Term>)>;

  std::optional<Value> apply(const Operation &operation, llvm::ArrayRef<Value> arguments,
                             llvm::SMRange range, Define define);
  std::optional<Value> compare(dsl::BinaryOp op, const Value &lhs, const Value &rhs,
                               llvm::SMRange range);
  std::optional<Value> emit(const schedules::ScalarExpr &expr, llvm::ArrayRef<Value> operands,
                            llvm::SMRange range);

  /// The type that the arguments are computed in; conditions among them do not count, unless there
  /// are no tensors beside them. f32 for numbers alone.
  std::optional<schedules::ElementType>
  commonType(const Operation &operation, llvm::ArrayRef<Value> arguments, llvm::SMRange range);
  bool checkBroadcast(const Value &operand, Tensor &result);
  bool checkComputable(const Operation &operation, const Value &value);

  const LayerContext &context;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_MAPS_H
