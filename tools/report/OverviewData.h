//===- OverviewData.h - the top of the page as JSON ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_OVERVIEWDATA_H
#define CONVWRIGHT_TOOLS_REPORT_OVERVIEWDATA_H

#include "schedules/tuning/records/RecordFile.h"
#include "tools/report/LayerData.h"

namespace convwright::report {

/// The geometric mean of gains and its interval: each layer's error enters, independent of the
/// others'. None of the layers is left out that has a gain with an interval; a default that was
/// kept counts as exactly 1.
struct MeanGain {
  LogRatio ratio;
  size_t layers = 0;
  double confidence = 0; // the lowest of theirs
};
MeanGain meanGain(const std::vector<Layer> &layers);

/// Machines, versions, sessions, verdicts, the mean gain, and findings in words.
nlohmann::json overviewData(const std::vector<const schedules::Record *> &records,
                            const std::vector<Layer> &layers,
                            const std::vector<schedules::BrokenLine> &broken);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_OVERVIEWDATA_H
