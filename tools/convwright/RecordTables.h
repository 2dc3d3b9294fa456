//===- RecordTables.h - records for people --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_RECORDTABLES_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_RECORDTABLES_H

#include "schedules/tuning/records/RecordIndex.h"

#include <iosfwd>
#include <string>

namespace convwright::tools {

/// Which records to look at; empty: all.
struct RecordFilter {
  std::string layer;   // part of the name or of the problem's description
  std::string target;  // a target's name, "host" too
  std::string verdict; // as records spell it
};
/// An error when the target or the verdict does not exist.
schedules::Result<std::string> checkFilter(const RecordFilter &filter);
bool isSelected(const schedules::Record &record, const RecordFilter &filter);
bool isSelected(const schedules::LayerRecord &record, const RecordFilter &filter);

/// One line for each record: layer, target, threads, plan, ms, ratio with interval, verdict, date,
/// machine. Then the same of layers in their forms, if there are any.
void printRecords(std::ostream &out, const schedules::RecordSet &set);
/// One line for each problem and target: the plan that compile takes, how far it is trusted, and
/// why. Then the form of each layer.
void printBest(std::ostream &out, const schedules::RecordIndex &index);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_RECORDTABLES_H
