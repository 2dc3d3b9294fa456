//===- Hardware.h - which machine a record speaks of ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A processor's name says too little: virtual machines call processors of several generations
// "AMD EPYC". Its family, model and stepping tell them apart.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_HARDWARE_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_HARDWARE_H

#include <nlohmann/json.hpp>

#include <iosfwd>
#include <string>

namespace convwright::schedules {

/// {"cpu": "AMD EPYC", "family": 25, "model": 1, "stepping": 1} of the first processor that a text
/// like /proc/cpuinfo lists; numbers that it does not give are left out. ARM kernels give numbers
/// instead of a name: "ARM implementer 0x41 part 0xd0c".
nlohmann::json processorFrom(std::istream &cpuinfo);
/// This machine's.
nlohmann::json thisProcessor();

/// Bytes of a core's data cache of that level; 0: unknown.
int64_t cacheBytes(int core, int level);

/// The processor's name in a record's hardware; empty when it does not say.
std::string cpuOf(const nlohmann::json &hardware);
/// "AMD EPYC (family 25, model 1, stepping 1)": equal for equal processors.
std::string spellProcessor(const nlohmann::json &hardware);
/// Whether two descriptions may be of one kind of machine: the same name, and no number that both
/// give (family, model, stepping, feature bits, sizes of the first two caches) contradicts.
bool sameHardware(const nlohmann::json &a, const nlohmann::json &b);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_HARDWARE_H
