//===- Element.h - one element in memory as a number -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_ELEMENT_H
#define CONVWRIGHT_SCHEDULES_KERNEL_ELEMENT_H

#include "schedules/kernel/ScalarExpr.h"

#include <cstring>

namespace convwright::schedules {

/// The element of that type at `at`, which need not be aligned. Nothing to link: measuring
/// processes use it too.
inline double readElement(ElementType type, const std::byte *at) {
  auto read = [at](auto value) {
    std::memcpy(&value, at, sizeof value);
    return static_cast<double>(value);
  };
  switch (type) {
  case ElementType::F32:
    return read(float{});
  case ElementType::I32:
    return read(int32_t{});
  case ElementType::U8:
    return read(uint8_t{});
  case ElementType::I8:
    return read(int8_t{});
  }
  return 0;
}

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_ELEMENT_H
