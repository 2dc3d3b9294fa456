//===- Canary.h - a fixed piece of work that tells of the machine ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_CANARY_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_CANARY_H

namespace convwright::measure {

/// Nanoseconds for a burst of arithmetic and a walk over half a MiB, the fastest of a few: when it
/// changes, the machine does (its clock, or who else uses caches and memory).
double canary();

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_CANARY_H
