//===- Timer.h - times built candidates in fresh processes -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_TIMER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_TIMER_H

#include "schedules/tuning/measure/Executor.h"
#include "schedules/tuning/measure/ModelTrust.h"
#include "schedules/tuning/records/Outcome.h"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

struct TimeOptions {
  std::vector<int> cores;           // to pin to; empty: the last ones that may be used
  bool cold = false;                // tensors leave the caches before each call
  double confidence = 0.99;         // that "better" is true
  double allowance = 0.01;          // differences below are not told from placements in memory
  double hopeless = 1.25;           // racing stops candidates so many times slower
  double budgetMs = 150;            // of one process's timing, once it can decide
  double promisingBudgetMs = 900;   // likewise, while the candidate looks faster
  double prune = 1.6;               // the model's estimates so many times the incumbent's are not
                                    // timed, once it has earned that (ModelTrust.h); 0: all are
  double minimumSampleUs = 150;     // short calls are repeated to fill it
  double seconds = 20;              // of CPU for each thread, ten times that by the clock
  int64_t bytes = int64_t{4} << 30; // of data, for a process
  bool confirm = true;              // what looks better is timed in a second process
  int retries = 2;                  // how often a drifting machine's result is taken again
  uint64_t seed = 1;                // of the inputs
};

/// Built files and what is to be known to time them. Paths are local; stems as in BuiltInfo.h.
struct TimeRequest {
  std::string candidate;
  std::string incumbent; // empty: none
  std::string expected;  // file of expectedValues(), for options.seed
  std::vector<int64_t> sizes;
  int threads = 1;
};

/// Leaves out a candidate of which the static model expects nothing, where the model was right so
/// far (ModelTrust.h; requests of one file of expected values are of one problem); checks it, races
/// it against the incumbent in a fresh process, and has a second one, where roles are swapped,
/// confirm that it is better. Threads: one at a time, and nothing else of ours should run
/// meanwhile.
class Timer {
public:
  /// `directory`: for job files.
  Timer(Executor &executor, TimeOptions options, std::string directory);

  /// Errors: the runner cannot be started, files are missing, the incumbent itself fails.
  /// compileSeconds and objectBytes are left to the caller.
  Result<Outcome> time(const TimeRequest &request, const std::atomic<bool> *cancelled = nullptr);

  /// The copies of these built files over there are not needed any more.
  void forget(const std::string &stem);

private:
  struct Report;
  Result<Report> runOnce(const TimeRequest &request, bool swapped,
                         const std::atomic<bool> *cancelled);
  Result<Report> runSteadily(const TimeRequest &request, const std::atomic<bool> *cancelled);
  Result<std::string> giveBuilt(const std::string &stem);
  bool drifted(const Report &report);
  int64_t knownBurst() const;
  Result<Outcome> race(const TimeRequest &request, const std::atomic<bool> *cancelled);

  Executor &executor;
  TimeOptions options;
  std::string directory;
  std::vector<int64_t> bursts; // nanoseconds; the best of each of the last processes
  double bestCanary = 0;       // nanoseconds; 0: not known
  int driftsInARow = 0;        // a machine that always drifts is taken as it is
  int jobs = 0;
  std::string problem; // the file of its expected values
  ModelTrust trust;    // in estimates of that problem's plans
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_TIMER_H
