//===- Origin.h - where and with what something is measured ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H

#include "schedules/tuning/records/Hardware.h"

#include <string>
#include <vector>

namespace convwright::schedules {

class Complaint;
class JsonFields;

/// What must be equal for a measurement to be the truth and not a hint.
struct Origin {
  nlohmann::json hardware; // as records hold it (Hardware.h)
  std::string convwright;  // "0.1.0"
  std::string halide;      // "21.0.0"
  /// The targets whose code runs here, when that is known.
  std::vector<std::string> targets = {};
};

/// The machine that a record names, in its field of that name; an object without fields where there
/// is none.
nlohmann::json readHardware(JsonFields &record, Complaint &complaint);

/// This process's.
const Origin &thisOrigin();

/// Whether a record's hardware is this: sameHardware(), and the record's feature bits would run the
/// same targets. What a record does not say contradicts nothing.
bool isFrom(const nlohmann::json &hardware, const Origin &here);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H
