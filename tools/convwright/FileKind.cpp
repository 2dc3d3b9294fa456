//===- FileKind.cpp - what a file is, by its bytes ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/FileKind.h"

#include "tools/convwright/Console.h"

#include <algorithm>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

/// Eight bytes of length, little endian, and a JSON object of that length.
bool isSafetensors(std::string_view content) {
  constexpr size_t prefix = 8;
  if (content.size() <= prefix || content[prefix] != '{')
    return false;
  uint64_t length = 0;
  for (size_t i = prefix; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(content[i]);
  return length <= content.size() - prefix;
}

bool isControl(unsigned char byte) { return byte < ' ' && (byte < '\t' || byte > '\r'); }

/// One byte in 32 at the beginning is a control character: a stray one makes no binary file.
bool isBinary(std::string_view content) {
  std::string_view head = content.substr(0, 4096);
  return std::ranges::count_if(head, isControl) * 32 > static_cast<std::ptrdiff_t>(head.size());
}

} // namespace

FileKind kindOf(std::string_view content) {
  if (content.starts_with("!<arch>\n") || content.starts_with("!<thin>\n"))
    return FileKind::Archive;
  if (content.starts_with("\x7f"
                          "ELF"))
    return FileKind::Elf;
  if (isSafetensors(content))
    return FileKind::Safetensors;
  if (isBinary(content))
    return FileKind::Binary;
  size_t first = content.find_first_not_of(" \t\r\n");
  return first != content.npos && content[first] == '{' ? FileKind::Json : FileKind::Text;
}

std::string_view describe(FileKind kind) {
  switch (kind) {
  case FileKind::Text:
    return "a text";
  case FileKind::Json:
    return "JSON";
  case FileKind::Safetensors:
    return "a safetensors file";
  case FileKind::Archive:
    return "a static library";
  case FileKind::Elf:
    return "an object file, a shared library or a program";
  case FileKind::Binary:
    return "a binary file";
  }
  return {};
}

Result<std::string> readSource(const std::string &path) {
  Result<std::string> content = readInput(path);
  if (!content)
    return content;
  FileKind kind = kindOf(*content);
  if (kind == FileKind::Text)
    return content;
  return Error{path + " is " + std::string(describe(kind)) + ", not a .conv file" +
               (kind == FileKind::Safetensors || kind == FileKind::Archive
                    ? "; 'convwright inspect " + path + "' shows what is in it"
                    : "")};
}

} // namespace convwright::tools
