//===- BuildTexts.cpp - what build systems read of a library -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/LibraryTexts.h"

#include <string_view>

namespace convwright::compiler {

/// "@NAME@" and "@VERSION@" stand for what they say.
static constexpr std::string_view cmakeConfig =
    R"(# Made by Convwright @VERSION@. Changes will be lost.
# find_package(@NAME@) gives the target @NAME@: its header, lib@NAME@.a and Convwright's runtime.
if(NOT TARGET Convwright::runtime)
  include(CMakeFindDependencyMacro)
  find_dependency(Convwright)
endif()
if(NOT TARGET @NAME@)
  add_library(@NAME@ STATIC IMPORTED)
  set_target_properties(@NAME@ PROPERTIES
    IMPORTED_LOCATION "${CMAKE_CURRENT_LIST_DIR}/lib@NAME@.a"
    INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}"
    INTERFACE_LINK_LIBRARIES Convwright::runtime)
endif()
)";

static std::string substitute(std::string text, std::string_view placeholder,
                              const std::string &value) {
  for (size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos; at += value.size())
    text.replace(at, placeholder.size(), value);
  return text;
}

std::string writeCMakeConfig(const CompiledLibrary &library) {
  std::string text = substitute(std::string(cmakeConfig), "@VERSION@", CONVWRIGHT_VERSION);
  return substitute(std::move(text), "@NAME@", library.name);
}

/// As make and ninja read file names.
static std::string escapeForMake(const std::string &path) {
  std::string escaped;
  for (char c : path) {
    if (c == '$')
      escaped += '$';
    else if (c == ' ' || c == '#' || c == '\\')
      escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string writeDepfile(const std::vector<std::string> &targets,
                         const std::vector<std::string> &dependencies) {
  std::string text;
  for (const std::string &target : targets)
    text += (text.empty() ? "" : " ") + escapeForMake(target);
  text += ':';
  for (const std::string &dependency : dependencies)
    text += " \\\n  " + escapeForMake(dependency);
  return text + "\n";
}

} // namespace convwright::compiler
