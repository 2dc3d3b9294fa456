//===- Operations.h - the operations and attributes that the language knows ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_OPERATIONS_H
#define CONVWRIGHT_DSL_OPERATIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace convwright::dsl {

enum class OperationKind : uint8_t { Convolution, Spatial, Normalization, Pointwise };

/// A row of Operations.def.
struct OperationInfo {
  llvm::StringRef spelling;
  OperationKind kind;
  unsigned required; // positional arguments that must be given
  bool takesMore;    // than the parameters: parameterText ends in "..."
  llvm::StringRef parameterText, attributeText;
  bool available; // in this version
  llvm::StringRef doc;

  llvm::SmallVector<llvm::StringRef> parameters() const;
  llvm::SmallVector<llvm::StringRef> attributes() const;
};

/// What a value of an attribute is.
enum class AttributeKind : uint8_t {
  Integer,
  Number,
  PerDimension, // an integer, or a list of one per dimension
  Padding,      // the same, or pairs, or `same` or `valid`
  Choice,       // one of the allowed words
  ElementType,  // a row of Types.def
  Algorithm,    // a row of schedules/algorithms/Algorithms.def
  Tensor        // the name of a tensor
};

/// A row of Attributes.def.
struct AttributeInfo {
  llvm::StringRef spelling;
  AttributeKind kind;
  llvm::StringRef fallback; // the default, as a user would write it; empty: none
  llvm::StringRef allowed;
  llvm::StringRef doc;

  /// Choice only: the words.
  llvm::SmallVector<llvm::StringRef> choices() const;
};

/// Every row, in the order of the file.
llvm::ArrayRef<OperationInfo> allOperations();
llvm::ArrayRef<AttributeInfo> allAttributes();
/// The row that is spelled so, or null.
const OperationInfo *findOperation(llvm::StringRef spelling);
const AttributeInfo *findAttribute(llvm::StringRef spelling);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_OPERATIONS_H
