//===- Nearest.h - why no record is of a problem ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_NEAREST_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_NEAREST_H

#include "schedules/tuning/records/Record.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// The record that a problem missed by least.
struct Nearest {
  const Record *record = nullptr;
  std::vector<std::string> differences; // "x is 1x64x56x64 in the record, 1x64x64x64 here"
};

/// In what a record's problem differs from this one, in the names of this one's operands; threads,
/// hardware and versions are no matter. Empty: in nothing.
std::vector<std::string> differencesBetween(const Problem &record, const Problem &here);

/// Of the records the one with the fewest differences, and of those with as many the one whose
/// sizes are nearest; none when there are no records.
std::optional<Nearest> nearestTo(const Problem &here, const std::vector<Record> &records);

/// "the nearest is of rn50_conv2 (2026-11-27): x is ... in the record, ... here; stride ...".
std::string describe(const Nearest &nearest);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_NEAREST_H
