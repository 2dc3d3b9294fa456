//===- LayerRun.h - all that was tried for one layer on one machine -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_LAYERRUN_H
#define CONVWRIGHT_TOOLS_REPORT_LAYERRUN_H

#include "schedules/tuning/records/Record.h"
#include "tools/report/LogRatio.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::report {

/// A record among those of its layer.
struct Trial {
  const schedules::Record *record = nullptr;
  int number = 0;       // from 1, in the order of the files
  double seconds = 0;   // compiling and measuring, this one's and all before it
  int incumbent = -1;   // index of the trial that it was raced against; -1: none that is known
  LogRatio toIncumbent; // its time / the incumbent's
  LogRatio toDefault;   // its time / the default's, through the incumbents between them

  bool timed() const { return record->outcome.timed() && record->outcome.ms > 0; }
};

/// Where the gain over the default comes from, best first.
enum class GainSource : uint8_t {
  Final,       // the winner measured once more beside the default, in a fresh process
  Race,        // measured beside the default during the search
  Chain,       // product of the races between them
  Apart,       // two times that were not measured beside each other
  DefaultKept, // the default won: exactly 1
  None,        // no default, or nothing timed
};

struct Gain {
  GainSource source = GainSource::None;
  LogRatio ratio; // the default's time / the winner's: more than 1 is faster
  double confidence = 0;
};

/// Everything recorded for a problem, a target, a number of threads, a machine and a back-end.
/// Keeps pointers into the records that it was made of.
struct LayerRun {
  std::string name; // the user's, or the problem's description
  std::string machine;
  std::vector<Trial> trials;                     // all but the final measurements
  std::vector<const schedules::Record *> finals; // role "final"
  int defaultTrial = -1;                         // index into trials; -1: none
  int winner = -1;                               // index into trials; -1: nothing was timed
  /// The middle one of the comparisons with the default that confirmed the winner; null: none did.
  const schedules::Record *confirmation = nullptr;
  Gain gain;

  const schedules::Record &first() const { return trials.empty() ? *finals[0] : *trials[0].record; }
  /// The time of a trial over the winner's. Requires both timed.
  LogRatio toWinner(const Trial &trial) const;
};

/// The machine that a record was measured on, in a few words.
std::string machineOf(const schedules::Record &record);
/// The same for equal decisions, whoever made them: algorithm and parameters.
std::string planKey(const schedules::Plan &plan);

/// Sorts records by layer, in the order in which layers first appear, and works out who was raced
/// against whom, and who won, as RecordIndex does when it chooses a plan: of each session
/// schedules::winnerOf, of sessions the latest. Where no races were run, the smallest time.
std::vector<LayerRun> layerRuns(const std::vector<const schedules::Record *> &records);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_LAYERRUN_H
