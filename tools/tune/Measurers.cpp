//===- Measurers.cpp - the back-end that a command line asks for -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Measurers.h"

#include "schedules/tuning/measure/static/Features.h"
#include "schedules/tuning/measure/static/StaticMeasurer.h"

using convwright::schedules::BuildOptions;
using convwright::schedules::Error;
using convwright::schedules::MeasureOptions;
using convwright::schedules::Measurer;
using convwright::schedules::Result;
using convwright::schedules::SlurmOptions;
using convwright::schedules::TimeOptions;

namespace convwright::tools {
namespace {

BuildOptions buildOptions(const MeasurerChoice &choice) {
  BuildOptions build;
  build.jobs = choice.jobs;
  return build;
}

TimeOptions timeOptions(const MeasurerChoice &choice) {
  TimeOptions time;
  time.cores = choice.cores;
  time.cold = choice.cold;
  time.confidence = choice.confidence;
  return time;
}

Result<std::unique_ptr<Measurer>> makeCluster(const MeasurerChoice &choice,
                                              const std::atomic<bool> *cancelled) {
  SlurmOptions slurm = choice.slurm;
  slurm.worker = choice.executable;
  slurm.target = choice.target.name;
  slurm.threads = choice.threads;
  slurm.build = buildOptions(choice);
  slurm.time = timeOptions(choice);
  return schedules::makeSlurmMeasurer(slurm, cancelled);
}

Result<std::unique_ptr<Measurer>> makeStatic(const MeasurerChoice &choice) {
  schedules::StaticOptions settings;
  settings.cpu = choice.target.here ? "host" : "";
  settings.jobs = choice.jobs;
  return schedules::makeStaticMeasurer(choice.target, settings);
}

} // namespace

Result<std::unique_ptr<Measurer>> makeMeasurer(const MeasurerChoice &choice,
                                               const std::atomic<bool> *cancelled) {
  if (choice.target.isGpu())
    return Error{"target " + choice.target.name +
                 " cannot be tuned in this version; CPU targets can"};
  if (choice.measure == "static")
    return makeStatic(choice);
  if (choice.executor == "slurm")
    return makeCluster(choice, cancelled);
  MeasureOptions settings;
  settings.target = choice.target.name;
  settings.threads = choice.threads;
  settings.build = buildOptions(choice);
  settings.compile = schedules::compileKernelWithEstimate;
  settings.time = timeOptions(choice);
  if (choice.executor == "ssh")
    return schedules::makeSshMeasurer(settings, choice.remote);
  if (!schedules::runsHere(choice.target))
    return Error{"this machine cannot run code for " + choice.target.name +
                 "; use --executor ssh with a machine that can, or --measure static"};
  return schedules::makeLocalMeasurer(settings);
}

} // namespace convwright::tools
