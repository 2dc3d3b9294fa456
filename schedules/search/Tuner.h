//===- Tuner.h - searches one kernel's space, and records what it finds ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loop that brings strategies, measurers and records together:
//
//   what the records say of this kernel already counts as tried
//   the default plan is measured first; plans of other machines and versions next
//   until a bound is reached: the strategy proposes, the measurer judges beside the incumbent,
//     every outcome is recorded before the next is begun
//   the winner is measured once more beside the default, in a fresh process
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_SEARCH_TUNER_H
#define CONVWRIGHT_SCHEDULES_SEARCH_TUNER_H

#include "schedules/measure/Measurer.h"
#include "schedules/records/RecordFile.h"
#include "schedules/search/Strategy.h"

#include <array>

namespace convwright::schedules {

/// How far a search is.
struct TuneProgress {
  double bestMs = 0, defaultMs = 0;           // 0: not measured yet
  int tried = 0, failed = 0;                  // candidates; those without a time
  double planned = 0;                         // candidates that may come; 0: unknown
  double elapsedSeconds = 0, secondsLeft = 0; // of the budget; 0: unknown
};

struct TuneOptions {
  std::string strategy = "model";
  std::map<std::string, double> strategyOptions;
  SpaceOptions space;
  uint64_t seed = 1;
  /// The first bound that is reached ends the search. 0: no such bound.
  double seconds = 0; // what earlier runs spent on the same search counts
  int trials = 0;     // candidates with an outcome, earlier runs' too
  double until = 0;   // 0.01: the last half of the trials (30 at least) gained less than 1 %
  std::string name;   // the layer's, for records
  std::string cache = "warm";
  /// The template of every record: versions.
  std::string convwrightVersion, halideVersion;
  /// What is known, of this kernel and of others. May be null.
  const RecordIndex *known = nullptr;
  /// Called with each record as soon as it is final; an error ends the search.
  std::function<Result<size_t>(const Record &)> record;
  std::function<void(const TuneProgress &)> progress;
  const std::atomic<bool> *cancelled = nullptr;
};

/// Why a search ended.
enum class Ended : uint8_t { Exhausted, Seconds, Trials, Settled, Interrupted };
std::string_view spell(Ended ended);

struct TuneResult {
  Plan best; // the default when nothing was better for sure
  double defaultMs = 0, bestMs = 0;
  /// Default's time / best's, from the last comparison, with its interval. 1 when best is default.
  double ratio = 1, ratioLow = 1, ratioHigh = 1;
  int tried = 0, resumed = 0;    // of which earlier runs' records
  std::array<int, 7> verdicts{}; // by Verdict
  double seconds = 0;            // spent in this run
  Ended ended = Ended::Exhausted;
};

/// Searches. Never worse than the default: another plan wins only by a verdict of `better` against
/// the incumbent, and at last against the default.
/// Errors: the strategy or its options are unknown; measuring or recording is impossible. What was
/// recorded until then stays.
Result<TuneResult> tune(const Problem &problem, const Target &target, Measurer &measurer,
                        const TuneOptions &options);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_SEARCH_TUNER_H
