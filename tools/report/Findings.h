//===- Findings.h - what a reader should know before believing a run ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_FINDINGS_H
#define CONVWRIGHT_TOOLS_REPORT_FINDINGS_H

#include "schedules/tuning/records/RecordFile.h"
#include "tools/report/LayerData.h"

namespace convwright::report {

enum class Level : uint8_t { Good, Note, Warning };
std::string_view spell(Level level); // "good", "note", "warning"

struct Finding {
  Level level = Level::Note;
  std::string text; // a sentence or two with the numbers
};

/// What can be said of the run as a whole: how many gains are clear, whether the machine was
/// steady, what is mixed or missing.
std::vector<Finding> findingsOf(const std::vector<const schedules::Record *> &records,
                                const std::vector<Layer> &layers,
                                const std::vector<schedules::BrokenLine> &broken);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_FINDINGS_H
