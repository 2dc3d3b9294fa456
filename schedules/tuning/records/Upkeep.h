//===- Upkeep.h - merging and pruning files of records --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_UPKEEP_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_UPKEEP_H

#include "schedules/tuning/records/RecordFile.h"

#include <string>
#include <vector>

namespace convwright::schedules {

/// Files as one.
struct Merged {
  std::string text; // every line that is a record, as it stood, each once
  size_t records = 0, duplicates = 0;
  std::vector<BrokenLine> broken; // left out
};
/// Concatenates, in order. An Error: a file cannot be read.
Result<Merged> mergeFiles(const std::vector<std::string> &paths, const ReadProgress &progress = {});

/// Which records are worth keeping, in their order: of each session its default, its final ones,
/// its winner, the `best` fastest right ones and the last of each other verdict. Sessions go whole
/// when a later one measured the same problem on the same hardware with other versions, and so do
/// records of an algorithm that has changed since (template version). RecordIndex::best() is the
/// same before and after, but for what other versions superseded.
std::vector<const Record *> worthKeeping(const RecordSet &set, size_t best = 5);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_UPKEEP_H
