//===- Interrupt.h - ends long work cleanly on Ctrl-C ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_INTERRUPT_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_INTERRUPT_H

#include <atomic>

namespace convwright::tools {

/// Makes SIGINT and SIGTERM set interrupted() instead of ending the process; a second one ends it.
void catchInterrupts();

/// True after the first signal. Long work looks at it between steps and returns an error.
const std::atomic<bool> &interrupted();

/// Ends the process by the signal that arrived, so that a shell sees an interrupted command.
/// Call it after everything temporary is gone. Returns when no signal has arrived.
void endIfInterrupted();

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_INTERRUPT_H
