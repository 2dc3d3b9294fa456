//===- Base64.h - bytes as text in JSON -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_RECORDS_BASE64_H
#define CONVWRIGHT_SCHEDULES_RECORDS_BASE64_H

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// RFC 4648, with padding.
std::string encodeBase64(std::span<const std::byte> bytes);
/// None when `text` is not exactly what encodeBase64 gives for some bytes.
std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_RECORDS_BASE64_H
