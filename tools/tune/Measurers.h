//===- Measurers.h - the back-end that a command line asks for -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_MEASURERS_H
#define CONVWRIGHT_TOOLS_TUNE_MEASURERS_H

#include "schedules/tuning/measure/LocalMeasurer.h"
#include "schedules/tuning/measure/slurm/SlurmMeasurer.h"

#include <memory>
#include <string>

namespace convwright::tools {

/// How candidates are to be timed, as the command line says it.
struct MeasurerChoice {
  std::string measure = "local";  // or "static"
  std::string executor = "local"; // or "ssh", "slurm"
  schedules::Target target;
  int threads = 1;
  unsigned jobs = 0; // candidates built at once; 0: one for each CPU
  std::vector<int> cores;
  bool cold = false;
  double confidence = 0.99;
  schedules::RemoteOptions remote; // ssh
  schedules::SlurmOptions slurm;   // what its users may choose; the rest is filled in here
  std::string executable;          // this program: cluster nodes start it
};

/// Errors: the target cannot be timed that way here, what the executor needs is missing; the
/// message says what to do.
schedules::Result<std::unique_ptr<schedules::Measurer>>
makeMeasurer(const MeasurerChoice &choice, const std::atomic<bool> *cancelled);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_MEASURERS_H
