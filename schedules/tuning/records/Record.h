//===- Record.h - one measured candidate as a line of JSON -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORD_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORD_H

#include "schedules/kernel/Plan.h"
#include "schedules/kernel/Problem.h"
#include "schedules/tuning/records/Outcome.h"

#include <nlohmann/json.hpp>
#include <string>

namespace convwright::schedules {

/// One candidate and what became of it. One JSON object a line:
///   {"v": 1, "problem": {"kernel": {...}}, "key": "0123456789abcdef", "target": "x86-64-v3",
///    "threads": 1, "name": "rn50_3x3_64-64@56",
///    "hardware": {...}, "versions": {"convwright": "0.1.0", "halide": "21.0.0", "template": 1},
///    "plan": {"algorithm": "direct", "parameters": {"tile_x": 6, ...}}, "role": "default",
///    "measure": "local", "cache": "warm", "verdict": "ok", "reason": "", "ms": 1.25, "spread":
///    0.01, "samples_ns": [...], "incumbent_ns": [...], "incumbent": {"algorithm": ...}, "spoilt":
///    3, "ratio": 1.02, "interval": [1.01, 1.03], "confidence": 0.99, "better": true, "rel_error":
///    1e-7, "allowed_error": 2e-6, "compile_s": 0.3, "measure_s": 0.1, "object_bytes": 12345,
///    "machine_state": "steady", "strategy": "model", "seed": 1, "trial": 17, "session": "…",
///    "date": "2026-11-27T02:00:00Z"}
/// "template" is Algorithm::version() of the plan's algorithm. Unknown fields are kept.
struct Record {
  Problem problem;  // canonical kernel
  std::string key;  // problemKey
  std::string name; // what the user calls the layer, for people; not part of the identity
  nlohmann::json hardware;
  std::string convwrightVersion, halideVersion;
  int templateVersion = 1;
  Plan plan;
  /// "default", "candidate", "seed" (from other records), "final" (the winner measured once more
  /// against the default in a fresh process).
  std::string role = "candidate";
  std::string measure = "local", cache = "warm";
  Outcome outcome;
  std::optional<Plan> incumbent;
  std::string strategy;
  uint64_t seed = 0;
  int trial = 0;
  std::string session;                               // one run of tune
  std::string date;                                  // UTC, ISO 8601
  nlohmann::json unknown = nlohmann::json::object(); // fields of other versions
  std::string file;                                  // where it was read; not part of the line
};

/// One line, without the newline.
std::string toLine(const Record &record);
/// The error says what is wrong with the line ("field 'plan' is missing", ...).
Result<Record> recordFromLine(std::string_view line);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORD_H
