//===- Reproducer.h - what is kept when we crash --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_REPRODUCER_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_REPRODUCER_H

#include <string>
#include <vector>

namespace convwright::tools {

/// Arms the crash handlers: a fatal signal, an LLVM fatal error or std::terminate writes
/// convwright-reproducer-<pid>.txt into the working directory (or, when that cannot be written,
/// $TMPDIR or /tmp) and exits with 70. Call once, early.
void armReproducer(const std::vector<std::string> &commandLine);

/// Adds an input to what a reproducer will hold.
void rememberInput(const std::string &path, const std::string &content);

/// Reports an error of ours, writes the reproducer and returns exit code 70.
int internalError(const std::string &message);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_REPRODUCER_H
