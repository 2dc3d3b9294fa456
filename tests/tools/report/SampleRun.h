//===- SampleRun.h - records of a tuning run that never was -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_TOOLS_REPORT_SAMPLERUN_H
#define CONVWRIGHT_TESTS_TOOLS_REPORT_SAMPLERUN_H

#include "schedules/tuning/records/Record.h"
#include "tests/schedules/support/Kernels.h"

#include <vector>

namespace convwright::report::testing {

struct SampleRun {
  std::string name, target = "x86-64-v3", session = "2026-11-27T02:00:00Z-1";
  std::string cpu = "AMD EPYC 7713 64-Core Processor", strategy = "model";
  schedules::testing::Layer layer;
  int trials = 60;
  uint64_t seed = 1;
  double noise = 0.006; // of one sample, relative
  bool finished = true; // with the final measurement
};

/// As the tuner would have written them: real plans of the kernel's space, times of a made-up
/// machine that is noisy and drifts, races against the incumbent, candidates that fail in every
/// way. The same options give the same records.
std::vector<schedules::Record> sampleRecords(const SampleRun &run);

} // namespace convwright::report::testing

#endif // CONVWRIGHT_TESTS_TOOLS_REPORT_SAMPLERUN_H
