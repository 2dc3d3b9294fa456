//===- Verdicts.h - the end of a process that a candidate brought about ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_VERDICTS_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_VERDICTS_H

#include <cstdint>

namespace convwright::measure {

/// Whose code runs: "loading", "incumbent", "candidate" or "timing". Printed when the process ends
/// by a signal. `name` must live forever.
void enterPhase(const char *name);

/// From now on SIGSEGV and its kind, more CPU time or time by the clock
/// than these, and memory beyond `bytes` end the process with exit code 0 and one line that says
/// so: also over ssh and under an emulator, where the way in which a process ended does not come
/// through.
///   {"verdict":"crashed","phase":"candidate","signal":11}
///   {"verdict":"timed_out","phase":"candidate","signal":14}
///   {"verdict":"out_of_memory","phase":"candidate","signal":0}
void catchTheEnd(double cpuSeconds, double clockSeconds, int64_t bytes);

[[noreturn]] void endOutOfMemory();

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_VERDICTS_H
