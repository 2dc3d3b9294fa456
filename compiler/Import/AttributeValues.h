//===- AttributeValues.h - reading the attributes of a call ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H
#define CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H

#include "compiler/Import/Reporter.h"
#include "dsl/Ast.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace convwright::compiler {

/// `padding = same`.
struct SamePadding {};
/// Elements before and after, h and w.
struct ExplicitPadding {
  std::array<int64_t, 2> before{0, 0}, after{0, 0};
};
using PaddingValue = std::variant<SamePadding, ExplicitPadding>;

/// Reads the attributes of one call of an operation, with the defaults of dsl/Attributes.def.
/// Reports values of the wrong kind; ranges are checked where the operation is.
class AttributeValues {
public:
  AttributeValues(const dsl::CallExpr &call, Reporter &reporter) : call(call), reporter(reporter) {}

  int64_t integer(llvm::StringRef name);
  double number(llvm::StringRef name);
  /// One for each of h and w.
  std::array<int64_t, 2> perDimension(llvm::StringRef name);
  PaddingValue padding(llvm::StringRef name);
  /// A word of Attributes.def.
  llvm::StringRef choice(llvm::StringRef name);
  /// One of `words`; empty when not given.
  llvm::StringRef word(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> words);

  /// Whether anything was reported; the values read are then not to be used.
  bool failed() const { return anyFailed; }
  /// The attribute where it is given, otherwise the call.
  llvm::SMRange rangeOf(llvm::StringRef name) const;
  bool isGiven(llvm::StringRef name) const { return call.attribute(name) != nullptr; }

private:
  void wrongKind(const dsl::Attribute &attribute);
  bool readList(const dsl::Value &value, std::array<int64_t, 2> &numbers);
  bool readPairs(const dsl::Value &value, ExplicitPadding &padding);

  const dsl::CallExpr &call;
  Reporter &reporter;
  bool anyFailed = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H
