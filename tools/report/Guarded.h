//===- Guarded.h - work on untrusted input in a child process -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_GUARDED_H
#define CONVWRIGHT_TOOLS_REPORT_GUARDED_H

#include "schedules/kernel/Result.h"

#include <chrono>
#include <functional>
#include <string>

namespace convwright::report {

/// What `work` gives, computed in a forked child, so that no crash and no endless loop of it harms
/// the caller. Errors: work's own; died of a signal; not done after `limit` (and killed). Call it
/// while the process has one thread.
schedules::Result<std::string>
guardedText(const std::function<schedules::Result<std::string>()> &work,
            std::chrono::milliseconds limit);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_GUARDED_H
