//===- Job.h - what a runner process is asked ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_JOB_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_JOB_H

#include <cstdint>
#include <string>
#include <vector>

namespace convwright::measure {

/// The job file: JSON; schedules/tuning/measure/Timer.cpp writes it.
struct Job {
  std::string candidate, incumbent; // stems of files (BuiltInfo.h); incumbent empty: none
  std::string expected;             // Expected.h's file
  uint64_t seed = 1;                // of the inputs
  std::vector<int64_t> sizes;       // the symbols' values
  int threads = 1;
  std::vector<int> cores; // to pin to; empty: the last ones allowed
  bool cold = false;      // tensors leave the caches before each call
  bool swapped = false;   // the incumbent gets its memory first, and is timed first
  double confidence = 0.99;
  double allowance = 0.01;          // what two placements of the same code may differ by
  double hopeless = 1.25;           // racing: so many times slower is not worth more samples
  double budgetMs = 150;            // no new pairs after that, once they can decide, ...
  double promisingBudgetMs = 900;   // ... or after that, while the candidate looks faster
  double minimumSampleUs = 150;     // a sample is as many calls as fill that
  double seconds = 20;              // of CPU time, all threads together: the process ends then
  double clockSeconds = 200;        // likewise, by the clock
  int64_t bytes = int64_t{4} << 30; // likewise, of data
  int64_t knownBurst = INT64_MAX;   // nanoseconds; what a burst takes on this machine
};

/// Throws std::exception on what is missing or wrong: the job is ours, not a user's.
Job readJob(const std::string &path);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_JOB_H
