//===- Summary.h - what a tuning run found, for people ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_SUMMARY_H
#define CONVWRIGHT_TOOLS_TUNE_SUMMARY_H

#include "schedules/tuning/records/LayerRecord.h"
#include "schedules/tuning/search/Search.h"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace convwright::tools {

/// "best 1.234 ms = 1.08 x default, 45 tried (2 failed)": for the progress line.
std::string describeProgress(const schedules::SearchProgress &progress);

/// "direct tile_k = 2, tile_x = 6": a plan without its source.
std::string describePlan(const schedules::Plan &plan);

void printTuneHeading(std::ostream &out);
/// One kernel's line: times, ratio to the default with its interval, trials, plan, why it ended.
void printTuned(std::ostream &out, const std::string &name, const schedules::SearchResult &result);
/// One kernel's line again, when it was compared with the default once more.
void printConfirmed(std::ostream &out, const std::string &name,
                    const schedules::SearchResult &before, const schedules::SearchResult &after);
/// Kernels, geometric mean of the ratios, verdicts of all candidates.
void printTuneSummary(std::ostream &out, const std::vector<schedules::SearchResult> &results);

/// One form of a layer: its time and how it compares with the default form.
void printForm(std::ostream &out, const schedules::LayerRecord &record);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_SUMMARY_H
