//===- Types.h - the element types that the language knows -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_TYPES_H
#define CONVWRIGHT_DSL_TYPES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace convwright::dsl {

enum class ElementType : uint8_t {
#define ELEMENT_TYPE(Name, spelling, bits, available, doc) Name,
#include "dsl/Types.def"
};

/// A row of Types.def.
struct ElementTypeInfo {
  ElementType type;
  llvm::StringRef spelling;
  unsigned bits;
  bool available; // in this version
  llvm::StringRef doc;
};

/// Every row, in the order of the file.
llvm::ArrayRef<ElementTypeInfo> allElementTypes();
/// The row that is spelled so, or null.
const ElementTypeInfo *findElementType(llvm::StringRef spelling);
/// "f32", ...
llvm::StringRef spell(ElementType type);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_TYPES_H
