//===- Elements.h - the element types, by their numbers in the tables --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_ELEMENTS_H
#define CONVWRIGHT_RUNTIME_SRC_ELEMENTS_H

#include "convwright/abi.h"

namespace convwright::runtime {

struct Element {
  const char *spelling;
  DLDataType type;
};

/// By cw_element_type.
inline constexpr Element elements[] = {
#define ELEMENT_TYPE(Name, spelling, code, C) {spelling, {code, 8 * sizeof(C), 1}},
#include "convwright/ElementTypes.def"
};

/// The rows' places.
enum class ElementRow : int32_t {
#define ELEMENT_TYPE(Name, spelling, code, C) Name,
#include "convwright/ElementTypes.def"
};
#define ELEMENT_TYPE(Name, spelling, code, C)                                                      \
  static_assert(CW_##Name == static_cast<int32_t>(ElementRow::Name), "abi.h has another number");
#include "convwright/ElementTypes.def"

inline int64_t elementBytes(int64_t type) { return elements[type].type.bits / 8; }

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_ELEMENTS_H
