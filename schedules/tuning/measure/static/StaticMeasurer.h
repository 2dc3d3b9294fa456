//===- StaticMeasurer.h - estimates instead of times ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMEASURER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMEASURER_H

#include "schedules/targets/Target.h"
#include "schedules/tuning/measure/Measurer.h"

#include <memory>

namespace convwright::schedules {

struct StaticOptions {
  /// LLVM's name of the CPU to stand for the target, a row of targets/MachineModels.def; "host":
  /// the one at hand; empty: the target's.
  std::string cpu;
  size_t jobs = 0;                 // children at a time; 0: one for each core
  double compileSeconds = 60;      // for one candidate
  int64_t memoryBytes = 4LL << 30; // that one child may add to what it starts with
};

/// Measures for `target` without the machine: compiles each candidate in a child process and
/// estimates its time from the code (Outcome::ms; no samples): the default plan's estimate times
/// cautiousRatio() of the two. Candidates are not run, so that neither Wrong nor Slower is among
/// the verdicts. Deterministic.
/// Errors: a target or CPU without a machine model.
Result<std::unique_ptr<Measurer>> makeStaticMeasurer(const Target &target,
                                                     const StaticOptions &options = {});

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMEASURER_H
