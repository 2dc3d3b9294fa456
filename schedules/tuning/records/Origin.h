//===- Origin.h - where and with what something is measured ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H

#include <nlohmann/json.hpp>

#include <string>

namespace convwright::schedules {

/// What must be equal for a measurement to be the truth and not a hint.
struct Origin {
  std::string cpu;        // the processor's name, as /proc/cpuinfo spells it
  std::string convwright; // "0.1.0"
  std::string halide;     // "21.0.0"
};

/// This process's; records compare `cpu` with their hardware's field "cpu".
const Origin &thisOrigin();

/// The processor's name in a record's hardware; empty when it does not say.
std::string cpuOf(const nlohmann::json &hardware);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_ORIGIN_H
