//===- Archive.h - objects in a static library ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_ARCHIVE_H
#define CONVWRIGHT_COMPILER_EMIT_ARCHIVE_H

#include "compiler/Emit/CompiledLibrary.h"

namespace convwright::compiler {

/// The bytes of lib<name>.a: the entries' object, every kernel's, the device runtimes'. No dates
/// and owners, so that equal objects give equal bytes.
schedules::Result<std::string> buildArchive(const CompiledLibrary &library,
                                            const std::string &description);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_ARCHIVE_H
