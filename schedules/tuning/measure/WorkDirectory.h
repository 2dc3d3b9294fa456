//===- WorkDirectory.h - a temporary directory that outlives nobody --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_WORKDIRECTORY_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_WORKDIRECTORY_H

#include "schedules/lowering/TemporaryDirectory.h"

namespace convwright::schedules {

/// A directory for what is measured, named after this process. First removes those of processes
/// that were killed.
Result<TemporaryDirectory> makeWorkDirectory();

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_WORKDIRECTORY_H
