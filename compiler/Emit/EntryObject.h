//===- EntryObject.h - the object with a library's entries and tables ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_ENTRYOBJECT_H
#define CONVWRIGHT_COMPILER_EMIT_ENTRYOBJECT_H

#include "compiler/Emit/CompiledLibrary.h"

namespace convwright::compiler {

/// An ELF relocatable with the functions that the header declares, for the oldest CPU of the
/// targets' architecture, and the tables that they hand to the runtime. `description` is what
/// <name>_description() returns.
schedules::Result<std::vector<std::byte>> buildEntryObject(const CompiledLibrary &library,
                                                           const std::string &description);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_ENTRYOBJECT_H
