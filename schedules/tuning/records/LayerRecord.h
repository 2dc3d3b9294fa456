//===- LayerRecord.h - a layer measured in one form as a line of JSON ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Records of kernels say how one kernel is computed best. Which kernels a layer is made of, its
// form, shows only when the whole layer is timed.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERRECORD_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERRECORD_H

#include "schedules/kernel/Plan.h"
#include "schedules/kernel/Result.h"
#include "schedules/tuning/records/Origin.h"
#include "schedules/tuning/records/Outcome.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// A kernel that the layer had in that form, and how it was computed.
struct LayerKernel {
  std::string key; // problemKey
  Plan plan;
};

/// A layer in one form and what became of it, in the same files as records of kernels. One JSON
/// object a line:
///   {"v": 1, "kind": "layer", "key": "0123456789abcdef", "layer": "func.func @layer(...", "name":
///    "block", "target": "x86-64-v3", "threads": 1, "hardware": {"cpu": ...}, "versions":
///    {"convwright": "0.1.0", "halide": "21.0.0"}, "form": {"fusion": "none", "intermediates":
///    "nhwc"}, "kernels": [{"key": ..., "plan": {"algorithm": ..., "parameters": {...}}}],
///    "verdict": "ok", "ms": 1.25, "spread": 0.01, "samples_ns": [...], "spoilt": 2, "ratio": 1.08,
///    "interval": [1.05, 1.11], "confidence": 0.99, "better": true, "rel_error": 1e-7,
///    "allowed_error": 2e-6, "date": "2026-11-27T02:00:00Z", "session": "..."}
/// "ratio" is the default form's time / this one's. Unknown fields are kept.
struct LayerRecord {
  std::string key;   // hash of `layer`: an index, the text decides
  std::string layer; // compiler::LayerIdentity::text
  std::string name;  // what the user calls it, for people
  std::string target;
  int threads = 1;
  nlohmann::json hardware = nlohmann::json::object();
  std::string convwrightVersion, halideVersion;
  std::map<std::string, std::string> form; // as compiler::LayerForm spells it
  std::vector<LayerKernel> kernels;
  Outcome outcome; // the fields named above
  std::string date, session;
  nlohmann::json unknown = nlohmann::json::object();
  std::string file; // that it was read from; no part of the line
};

/// "fusion = none, intermediates = nhwc".
std::string spellForm(const LayerRecord &record);
/// One line, without the newline.
std::string toLine(const LayerRecord &record);
/// Whether a line says that it is a layer's record; broken ones may.
bool isLayerLine(std::string_view line);
/// The error says what is wrong with the line.
Result<LayerRecord> layerRecordFromLine(std::string_view line);

/// What is known of a layer's forms.
struct FoundForm {
  const LayerRecord *record = nullptr; // of the form to take, which may be the default
  bool measuredHere = false;           // on this hardware, with these versions and threads
  std::string note;                    // "measured 1.25 ms, 1.08 x the default form, 2026-11-27"
};

/// The best form of a layer (its canonical text) on a target. One session's records are compared
/// with each other only: of those that are better than the default form beyond doubt the one with
/// the largest ratio, otherwise the default form. Between sessions: this hardware, then these
/// versions, then these threads before others; newer before older; later before earlier.
/// None: no session timed the layer's default form or found a better one.
std::optional<FoundForm> bestForm(const std::vector<LayerRecord> &records, std::string_view layer,
                                  const std::string &target, int threads,
                                  const Origin &here = thisOrigin());

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERRECORD_H
