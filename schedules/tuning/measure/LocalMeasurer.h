//===- LocalMeasurer.h - builds here, times here or on another machine -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_LOCALMEASURER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_LOCALMEASURER_H

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/Measurer.h"
#include "schedules/tuning/measure/Timer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace convwright::schedules {

struct MeasureOptions {
  std::string target; // what candidates are compiled for; decides which runner
  int threads = 1;    // for hardware()
  size_t batch = 0;   // Measurer::batch; 0: twice the build jobs
  BuildOptions build;
  TimeOptions time;
  std::string runner;                     // path; empty: findRunner()
  KernelCompiler compile = compileKernel; // what a test puts in its place
};

/// Times on this machine. Errors: unknown target, one that does not run here, no runner, no
/// temporary directory.
Result<std::unique_ptr<Measurer>> makeLocalMeasurer(const MeasureOptions &options);

/// Builds here and times over there: "ssh".
Result<std::unique_ptr<Measurer>> makeSshMeasurer(const MeasureOptions &options,
                                                  const RemoteOptions &remote);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_LOCALMEASURER_H
