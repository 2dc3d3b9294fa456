//===- ExitCode.h - what the command's exit says --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_EXITCODE_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_EXITCODE_H

namespace convwright::tools {

enum ExitCode : int {
  exitFine = 0,
  exitInput = 1,     // the user's input
  exitUsage = 2,     // the command line
  exitInternal = 70, // our bug; a reproducer was written
};

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_EXITCODE_H
