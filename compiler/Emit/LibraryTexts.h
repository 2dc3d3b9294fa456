//===- LibraryTexts.h - the text files of a library ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_LIBRARYTEXTS_H
#define CONVWRIGHT_COMPILER_EMIT_LIBRARYTEXTS_H

#include "compiler/Emit/CompiledLibrary.h"

namespace convwright::compiler {

/// <name>.h: the entries, documented.
std::string writeHeader(const CompiledLibrary &library);

/// <name>.json: layers, shapes, types, and for each target plans and memory at the symbols' `like`.
std::string writeDescription(const CompiledLibrary &library,
                             const std::vector<std::string> &records);

/// <name>Config.cmake: the imported target <name>.
std::string writeCMakeConfig(const CompiledLibrary &library);

/// A Makefile rule: `targets` depend on `dependencies`.
std::string writeDepfile(const std::vector<std::string> &targets,
                         const std::vector<std::string> &dependencies);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_LIBRARYTEXTS_H
