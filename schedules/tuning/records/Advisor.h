//===- Advisor.h - what the compiler asks records -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ADVISOR_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ADVISOR_H

#include "schedules/Schedules.h"
#include "schedules/tuning/records/RecordIndex.h"

#include <functional>
#include <memory>
#include <string>

namespace convwright::schedules {

/// Told of each record whose plan was taken; from several threads.
using RecordUsed = std::function<void(const Record &)>;

/// The compiler's advisor: the user's records, then those shipped with Convwright.
///   - A request with parameters of its own is left alone. A requested algorithm or tolerance
///     excludes the records that do not satisfy it.
///   - Records of this very problem come first (the user's, then shipped ones), measured here or
///     not; then those of similar problems. What was not measured here is used as a hint, and said
///     to be one.
///   - The notes say what was taken and what would have been, but for a reason.
/// `threads`: how many the code will run on.
Advisor adviseFrom(std::shared_ptr<const RecordIndex> own,
                   std::shared_ptr<const RecordIndex> shipped, int threads, RecordUsed used = {});

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ADVISOR_H
