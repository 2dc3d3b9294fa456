//===- Race.h - times a candidate beside the incumbent ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_RACE_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_RACE_H

#include "schedules/tuning/measure/PairedTest.h"
#include "tools/measure-runner/Contender.h"
#include "tools/measure-runner/Job.h"

#include <string>
#include <vector>

namespace convwright::measure {

struct RaceResult {
  std::vector<double> candidate, incumbent; // nanoseconds a call; one for one, if there are two
  int spoilt = 0;        // pairs (samples, without an incumbent) that were left out
  bool noisy = false;    // too few were clean: all count
  bool hopeless = false; // stopped early
  schedules::RatioEstimate ratio{0, 0, 0};  // of one process; ratio 0: no incumbent
  int64_t bestBurst = INT64_MAX;            // nanoseconds; of this process; INT64_MAX: none
  double canaryBefore = 0, canaryAfter = 0; // nanoseconds
  std::string problem;                      // a call failed
};

/// Samples of both in turn, A B B A, on the same tensors, until it is clear which is faster, the
/// candidate is hopeless, or enough samples are taken. incumbent null: the candidate alone.
RaceResult race(const Job &job, Tensors &tensors, Contender &candidate, Contender *incumbent);

/// A hopeless candidate after the time of a single call of each: one sample and no race.
RaceResult forfeit(const Job &job, double candidateNs, double incumbentNs);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_RACE_H
