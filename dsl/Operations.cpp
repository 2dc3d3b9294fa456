//===- Operations.cpp - the operations and attributes that the language knows ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Operations.h"

#include <string_view>

namespace convwright::dsl {

static constexpr bool endsInDots(std::string_view parameters) {
  return parameters.ends_with(" ...");
}

static const OperationInfo operations[] = {
#define OPERATION(spelling, kind, required, parameters, attributes, available, doc)                \
  {spelling,   OperationKind::kind, required,  endsInDots(parameters),                             \
   parameters, attributes,          available, doc},
#include "dsl/Operations.def"
};

static const AttributeInfo attributes[] = {
#define ATTRIBUTE(spelling, kind, fallback, allowed, doc)                                          \
  {spelling, AttributeKind::kind, fallback, allowed, doc},
#include "dsl/Attributes.def"
};

static llvm::SmallVector<llvm::StringRef> words(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> result;
  text.split(result, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return result;
}

llvm::SmallVector<llvm::StringRef> OperationInfo::parameters() const {
  llvm::SmallVector<llvm::StringRef> names = words(parameterText);
  if (takesMore)
    names.pop_back();
  return names;
}

llvm::SmallVector<llvm::StringRef> OperationInfo::attributes() const {
  return words(attributeText);
}

llvm::SmallVector<llvm::StringRef> AttributeInfo::choices() const { return words(allowed); }

llvm::ArrayRef<OperationInfo> allOperations() { return operations; }
llvm::ArrayRef<AttributeInfo> allAttributes() { return attributes; }

const OperationInfo *findOperation(llvm::StringRef spelling) {
  for (const OperationInfo &row : operations)
    if (row.spelling == spelling)
      return &row;
  return nullptr;
}

const AttributeInfo *findAttribute(llvm::StringRef spelling) {
  for (const AttributeInfo &row : attributes)
    if (row.spelling == spelling)
      return &row;
  return nullptr;
}

} // namespace convwright::dsl
