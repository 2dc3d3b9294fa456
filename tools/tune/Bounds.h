//===- Bounds.h - durations and percentages as people type them ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_BOUNDS_H
#define CONVWRIGHT_TOOLS_TUNE_BOUNDS_H

#include "schedules/kernel/Result.h"

#include <string>

namespace convwright::tools {

/// "90", "90s", "10m", "1.5h", "2d", and sums of them ("1h30m"), in seconds; more than 0.
/// Errors say what was found and what is allowed.
schedules::Result<double> parseDuration(const std::string &text);

/// "1%" or "0.01" as 0.01; more than 0 and less than 1.
schedules::Result<double> parseShare(const std::string &text);

/// "45 s", "12 min 5 s", "3 h 20 min".
std::string spellSeconds(double seconds);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_BOUNDS_H
