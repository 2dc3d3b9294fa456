//===- Names.cpp - what things are called in a generated library ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Names.h"

#include <algorithm>
#include <array>
#include <cstdlib>

using convwright::schedules::Extent;
using convwright::schedules::Layout;
using convwright::schedules::Symbol;

namespace convwright::compiler {

namespace {

bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Every character that may not stand in an identifier becomes '_'.
std::string identifierOf(std::string_view text) {
  std::string name(text);
  std::ranges::replace_if(name, [](char c) { return !isWordCharacter(c); }, '_');
  if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
    name.insert(0, "_");
  return name;
}

/// Words that cannot name a parameter in C or in C++, and macros of the headers that every
/// generated header includes.
constexpr auto reservedWords = std::to_array<std::string_view>({"_Alignas",
                                                                "_Alignof",
                                                                "_Atomic",
                                                                "_BitInt",
                                                                "_Bool",
                                                                "_Complex",
                                                                "_Decimal128",
                                                                "_Decimal32",
                                                                "_Decimal64",
                                                                "_Float16",
                                                                "_Generic",
                                                                "_Imaginary",
                                                                "_Noreturn",
                                                                "_Static_assert",
                                                                "_Thread_local",
                                                                "__asm",
                                                                "__asm__",
                                                                "__attribute",
                                                                "__attribute__",
                                                                "__const",
                                                                "__extension__",
                                                                "__inline",
                                                                "__int128",
                                                                "__restrict",
                                                                "__restrict__",
                                                                "__signed__",
                                                                "__typeof__",
                                                                "__volatile__",
                                                                "alignas",
                                                                "alignof",
                                                                "and",
                                                                "and_eq",
                                                                "asm",
                                                                "auto",
                                                                "bitand",
                                                                "bitor",
                                                                "bool",
                                                                "break",
                                                                "case",
                                                                "catch",
                                                                "char",
                                                                "char16_t",
                                                                "char32_t",
                                                                "char8_t",
                                                                "class",
                                                                "co_await",
                                                                "co_return",
                                                                "co_yield",
                                                                "compl",
                                                                "concept",
                                                                "const",
                                                                "const_cast",
                                                                "consteval",
                                                                "constexpr",
                                                                "constinit",
                                                                "continue",
                                                                "decltype",
                                                                "default",
                                                                "delete",
                                                                "do",
                                                                "double",
                                                                "dynamic_cast",
                                                                "else",
                                                                "enum",
                                                                "explicit",
                                                                "export",
                                                                "extern",
                                                                "false",
                                                                "float",
                                                                "for",
                                                                "friend",
                                                                "goto",
                                                                "if",
                                                                "inline",
                                                                "int",
                                                                "int64_t",
                                                                "linux",
                                                                "long",
                                                                "mutable",
                                                                "namespace",
                                                                "new",
                                                                "noexcept",
                                                                "not",
                                                                "not_eq",
                                                                "nullptr",
                                                                "offsetof",
                                                                "operator",
                                                                "or",
                                                                "or_eq",
                                                                "private",
                                                                "protected",
                                                                "public",
                                                                "register",
                                                                "reinterpret_cast",
                                                                "requires",
                                                                "restrict",
                                                                "return",
                                                                "short",
                                                                "signed",
                                                                "size_t",
                                                                "sizeof",
                                                                "static",
                                                                "static_assert",
                                                                "static_cast",
                                                                "struct",
                                                                "switch",
                                                                "template",
                                                                "this",
                                                                "thread_local",
                                                                "throw",
                                                                "true",
                                                                "try",
                                                                "typedef",
                                                                "typeid",
                                                                "typename",
                                                                "typeof",
                                                                "typeof_unqual",
                                                                "union",
                                                                "unix",
                                                                "unsigned",
                                                                "using",
                                                                "virtual",
                                                                "void",
                                                                "volatile",
                                                                "wchar_t",
                                                                "while",
                                                                "xor",
                                                                "xor_eq",
                                                                "DLTensor",
                                                                "NULL",
                                                                "cw_options"});

bool isReserved(std::string_view word) {
  return std::ranges::find(reservedWords, word) != reservedWords.end();
}

} // namespace

std::string libraryName(std::string_view path) {
  size_t slash = path.rfind('/');
  std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return identifierOf(file.substr(0, file.rfind('.')));
}

bool isLibraryName(std::string_view name) { return !name.empty() && identifierOf(name) == name; }

std::string layerPrefix(const std::string &library, const LayerProgram &layer) {
  return library + "_" + layer.name;
}

std::string kernelSymbol(const std::string &library, const LayerProgram &layer,
                         const schedules::Target &target, size_t step) {
  return "cwk_" + layerPrefix(library, layer) + "_" + std::to_string(step) + "_" +
         identifierOf(target.name);
}

std::vector<std::string> parameterNames(const std::vector<std::string> &names,
                                        std::vector<std::string> taken) {
  std::vector<std::string> result;
  for (const std::string &name : names) {
    std::string candidate = name;
    while (isReserved(candidate) || std::ranges::find(taken, candidate) != taken.end())
      candidate += '_';
    taken.push_back(candidate);
    result.push_back(std::move(candidate));
  }
  return result;
}

std::string printExtent(const Extent &extent, const std::vector<Symbol> &symbols) {
  if (extent.isConstant())
    return std::to_string(extent.add);
  std::string text = symbols[extent.symbol].name;
  if (extent.mul != 1)
    text = std::to_string(extent.mul) + " * " + text;
  if (extent.add != 0)
    text += (extent.add < 0 ? " - " : " + ") + std::to_string(std::abs(extent.add));
  if (extent.div == 1)
    return text;
  return (extent.add || extent.mul != 1 ? "(" + text + ")" : text) + " / " +
         std::to_string(extent.div);
}

std::string printType(const TensorInfo &tensor, const std::vector<Symbol> &symbols) {
  std::string text(spell(tensor.type));
  if (tensor.dims.empty())
    return text;
  text += '[';
  for (size_t d = 0; d < tensor.dims.size(); ++d)
    text += (d ? ", " : "") + printExtent(tensor.dims[d], symbols);
  return text + ']';
}

std::string_view printLayout(const TensorInfo &tensor) {
  if (tensor.dims.size() < 3 || tensor.dims.size() > 5)
    return rowMajor;
  return schedules::spell(tensor.layout, tensor.dims.size());
}

} // namespace convwright::compiler
