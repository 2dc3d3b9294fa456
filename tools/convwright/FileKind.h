//===- FileKind.h - what a file is, by its bytes --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_FILEKIND_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_FILEKIND_H

#include "schedules/kernel/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace convwright::tools {

enum class FileKind : uint8_t { Text, Json, Safetensors, Archive, Elf, Binary };

/// By the bytes, not by the name. A text with a few odd bytes stays one: the parser says where they
/// are.
FileKind kindOf(std::string_view content);
/// "a safetensors file".
std::string_view describe(FileKind kind);

/// readInput() of a `.conv` file. Anything that is no text is one error, not one for each byte.
schedules::Result<std::string> readSource(const std::string &path);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_FILEKIND_H
