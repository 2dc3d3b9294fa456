//===- ElementType.h - what a tensor's elements are ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything here follows from the rows of convwright/ElementTypes.def. Nothing to link: measuring
// processes use it too.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_ELEMENTTYPE_H
#define CONVWRIGHT_SCHEDULES_KERNEL_ELEMENTTYPE_H

#include <dlpack/dlpack.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

namespace convwright::schedules {

/// Element types, by their numbers in generated tables. F32 and I32 are computed in; U8 and I8 are
/// only stored: they convert.
enum class ElementType : uint8_t {
#define ELEMENT_TYPE(Name, spelling, code, C) Name,
#include "convwright/ElementTypes.def"
};

inline constexpr auto allElementTypes = std::to_array<ElementType>({
#define ELEMENT_TYPE(Name, spelling, code, C) ElementType::Name,
#include "convwright/ElementTypes.def"
});

/// Calls `visit` with a zero of the type that holds such an element in C.
template <typename Visit> constexpr auto visitElement(ElementType type, Visit visit) {
  switch (type) {
#define ELEMENT_TYPE(Name, spelling, code, C)                                                      \
  case ElementType::Name:                                                                          \
    return visit(C{});
#include "convwright/ElementTypes.def"
  }
  __builtin_unreachable();
}

/// DLPack's: the kind of number, its bits, one lane.
constexpr DLDataType dlpackType(ElementType type) {
  constexpr DLDataType types[] = {
#define ELEMENT_TYPE(Name, spelling, code, C) {code, 8 * sizeof(C), 1},
#include "convwright/ElementTypes.def"
  };
  return types[static_cast<size_t>(type)];
}

/// "f32", as the language has it.
constexpr std::string_view spell(ElementType type) {
  constexpr std::string_view spellings[] = {
#define ELEMENT_TYPE(Name, spelling, code, C) spelling,
#include "convwright/ElementTypes.def"
  };
  return spellings[static_cast<size_t>(type)];
}

/// Bytes of one element.
constexpr size_t byteWidth(ElementType type) { return dlpackType(type).bits / 8U; }

/// Below and above all others: infinities of floats.
constexpr double lowestValue(ElementType type) {
  return visitElement(type, [](auto zero) {
    using Limits = std::numeric_limits<decltype(zero)>;
    return static_cast<double>(Limits::has_infinity ? -Limits::infinity() : Limits::lowest());
  });
}
constexpr double highestValue(ElementType type) {
  return visitElement(type, [](auto zero) {
    using Limits = std::numeric_limits<decltype(zero)>;
    return static_cast<double>(Limits::has_infinity ? Limits::infinity() : Limits::max());
  });
}

/// The element of that type at `at`, which need not be aligned.
inline double readElement(ElementType type, const std::byte *at) {
  return visitElement(type, [at](auto element) {
    std::memcpy(&element, at, sizeof element);
    return static_cast<double>(element);
  });
}

/// Requires a value that the type can hold; floats are rounded to nearest.
inline void writeElement(ElementType type, std::byte *at, double value) {
  visitElement(type, [at, value](auto element) {
    element = static_cast<decltype(element)>(value);
    std::memcpy(at, &element, sizeof element);
  });
}

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_ELEMENTTYPE_H
