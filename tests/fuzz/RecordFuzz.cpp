//===- RecordFuzz.cpp - no line of records may crash, hang or confuse -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any bytes as a line: it is refused with a reason, or is a record (of a kernel or a layer) that is
// the same after it was written and read, and that a compiler may look for its own problem in.
//
//===----------------------------------------------------------------------===//

#include "schedules/Schedules.h"
#include "schedules/tuning/records/LayerRecord.h"
#include "schedules/tuning/records/Record.h"
#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/records/RecordIndex.h"
#include "tests/fuzz/Require.h"

#include <optional>
#include <string>
#include <string_view>

using namespace convwright::schedules;

/// What holds for every line; gives the record, if it is one.
template <typename T>
static std::optional<T> readAndWrite(std::string_view line,
                                     Result<T> (*fromLine)(std::string_view)) {
  Result<T> record = fromLine(line);
  if (!record) {
    require(!record.error().message.empty(), "refused without a reason", line);
    return {};
  }
  std::string written = toLine(*record);
  require(written.find('\n') == written.npos, "written on several lines", line);
  Result<T> again = fromLine(written);
  require(static_cast<bool>(again), "what was written is refused", line);
  require(toLine(*again) == written, "writing it twice changes it", line);
  return *record;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view line(reinterpret_cast<const char *>(data), size);
  if (isLayerLine(line)) {
    readAndWrite<LayerRecord>(line, layerRecordFromLine);
    return 0;
  }
  std::optional<Record> record = readAndWrite<Record>(line, recordFromLine);
  if (!record)
    return 0;
  Result<Target> target = findTarget(record->problem.target);
  if (!target)
    return 0; // of a version with more targets
  Problem problem = record->problem;
  RecordSet set;
  set.records.push_back(std::move(*record));
  Lookup lookup = RecordIndex(std::move(set)).look(problem, *target);
  if (lookup.found)
    require(static_cast<bool>(validatePlan(problem.kernel, *target, lookup.found->plan)),
            "an invalid plan is taken", line);
  return 0;
}
