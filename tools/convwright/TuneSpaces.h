//===- TuneSpaces.h - what `tune` would search --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_TUNESPACES_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_TUNESPACES_H

#include "schedules/tuning/search/Space.h"
#include "tools/convwright/Progress.h"
#include "tools/tune/Tasks.h"

#include <iosfwd>
#include <vector>

namespace convwright::tools {

/// Each kernel's plans: how many, the default, the parameters and their values. Counting may take
/// seconds a kernel, which `progress` says meanwhile. Ends early when the process is interrupted.
void printSpaces(std::ostream &out, const std::vector<TuneTask> &tasks,
                 const schedules::Target &target, const schedules::SpaceOptions &options,
                 Progress &progress);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_TUNESPACES_H
