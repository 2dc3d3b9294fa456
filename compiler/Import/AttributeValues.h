//===- AttributeValues.h - reading the attributes of a call ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H
#define CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H

#include "compiler/IR/ConvShape.h"
#include "compiler/Import/Reporter.h"
#include "dsl/Ast.h"
#include "dsl/Operations.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace convwright::compiler {

/// What `padding` says: numbers, or what they follow from.
using PaddingValue = std::variant<ir::Same, ir::Padding>;

/// Reads the attributes of one call of an operation. Reports values of the wrong kind; ranges are
/// checked where the operation is. All but `choice` require that the attribute is given.
class AttributeValues {
public:
  /// Lists have one number for each of `spatialRank` axes.
  AttributeValues(const dsl::CallExpr &call, Reporter &reporter, size_t spatialRank = 2)
      : call(call), reporter(reporter), spatialRank(spatialRank) {}

  int64_t integer(llvm::StringRef name);
  double number(llvm::StringRef name);
  std::vector<int64_t> perDimension(llvm::StringRef name);
  PaddingValue padding(llvm::StringRef name);
  /// The name of a tensor; null when it is none.
  const dsl::Name *name(llvm::StringRef attribute);
  /// A word of Attributes.def, which has the default too.
  llvm::StringRef choice(llvm::StringRef name);
  /// One of `words`.
  llvm::StringRef word(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> words);

  /// Whether anything was reported; the values read are then not to be used.
  bool failed() const { return anyFailed; }
  /// The attribute where it is given, otherwise the call.
  llvm::SMRange rangeOf(llvm::StringRef name) const;
  bool isGiven(llvm::StringRef name) const { return call.attribute(name) != nullptr; }

private:
  void wrongKind(const dsl::Attribute &attribute);
  std::string describe(const dsl::AttributeInfo &row) const;
  bool readPairs(const dsl::Value &value, ir::Padding &padding);

  const dsl::CallExpr &call;
  Reporter &reporter;
  size_t spatialRank;
  bool anyFailed = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_ATTRIBUTEVALUES_H
