//===- Base64.cpp - bytes as text in JSON ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/records/Base64.h"

#include <cstdint>

namespace convwright::schedules {

static constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encodeBase64(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? std::to_integer<uint32_t>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j)
      text += j <= count ? alphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text) {
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  uint32_t group = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t digit = alphabet.find(text[i]);
    bool padding = text[i] == '=' && i + 2 >= text.size();
    if (digit == std::string_view::npos && !padding)
      return std::nullopt;
    group = group << 6 | (padding ? 0 : static_cast<uint32_t>(digit));
    if (i % 4 != 3)
      continue;
    for (int shift : {16, 8, 0})
      bytes.push_back(static_cast<std::byte>(group >> shift & 255));
    group = 0;
  }
  for (size_t i = text.size(); i > 0 && text[i - 1] == '=' && !bytes.empty(); --i)
    bytes.pop_back();
  // One text for each value: stray bits, lone padding and cut texts do not survive the way back.
  if (encodeBase64(bytes) != text)
    return std::nullopt;
  return bytes;
}

} // namespace convwright::schedules
