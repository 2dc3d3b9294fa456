//===- Types.cpp - the element types that the language knows ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Types.h"

namespace convwright::dsl {

static const ElementTypeInfo elementTypes[] = {
#define ELEMENT_TYPE(Name, spelling, bits, available, doc)                                         \
  {ElementType::Name, spelling, bits, available, doc},
#include "dsl/Types.def"
};

llvm::ArrayRef<ElementTypeInfo> allElementTypes() { return elementTypes; }

const ElementTypeInfo *findElementType(llvm::StringRef spelling) {
  for (const ElementTypeInfo &info : elementTypes)
    if (info.spelling == spelling)
      return &info;
  return nullptr;
}

llvm::StringRef spell(ElementType type) { return elementTypes[static_cast<size_t>(type)].spelling; }

} // namespace convwright::dsl
