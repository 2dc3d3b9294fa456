//===- Export.h - records in other forms ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_EXPORT_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_EXPORT_H

#include "schedules/tuning/records/RecordFile.h"

#include <string>

namespace convwright::schedules {

/// A table for spreadsheets: a heading, then a row for each record (RFC 4180, times in
/// milliseconds, without samples); layers come last and have a form in place of a plan. Texts that
/// a spreadsheet would take for formulas are quoted.
std::string toCsv(const RecordSet &set);

/// The form that is shipped, as JSON lines: of each problem on each hardware the last session's
/// default and winner, without samples; then layers (tunedLayers). With `target`, only that
/// target's.
std::string toTuned(const RecordSet &set, const std::string &target = "");

/// "tile_k=2 tile_x=6".
std::string spellParameters(const Plan &plan);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_EXPORT_H
