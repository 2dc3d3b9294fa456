//===- ContentHash.h - a short name for a text --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_CONTENTHASH_H
#define CONVWRIGHT_SCHEDULES_KERNEL_CONTENTHASH_H

#include <cstddef>
#include <string>
#include <string_view>

namespace convwright::schedules {

/// The first `digits` hexadecimal digits of the SHA-256.
std::string contentHash(std::string_view bytes, size_t digits = 16);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_CONTENTHASH_H
