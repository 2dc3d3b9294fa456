//===- Sessions.h - records that were measured together -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_SESSIONS_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_SESSIONS_H

#include "schedules/tuning/records/Record.h"

#include <string>
#include <vector>

namespace convwright::schedules {

/// Records of one problem whose verdicts refer to each other, in their order: one run of the tuner
/// on one machine. Pointers into the records that they were grouped from.
using Session = std::vector<const Record *>;

/// The sessions of these records, in the order of their first records. Records without a session's
/// name go together when problem, target, threads, hardware, versions and way of measuring agree.
std::vector<Session> groupSessions(const std::vector<const Record *> &records);

/// The session's default plan, timed; null when it has none.
const Record *defaultOf(const Session &session);

/// The plan that the session ended with; null when nothing in it was right. The tuner's verdicts
/// decide, not the smallest number: the plan of the last "final" record if the comparisons of that
/// plan with the default hold (Outcome.h: Comparisons), else the default; of those records the one
/// with the middle ratio. Without one (the tuner was stopped, or an older one took the static
/// model's word for it) the last candidate that beat its incumbent, or the first that was right.
/// The one rule by which the tuner, `records best`, reports and the compiler name a winner.
const Record *winnerOf(const Session &session);

/// Nobody ran anything for it: by the static model, or replayed.
bool isEstimate(const Record &record);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_SESSIONS_H
