//===- Job.cpp - what a runner process is asked ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Job.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>

namespace convwright::measure {

Job readJob(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error("cannot read the job '" + path + "'");
  nlohmann::json object = nlohmann::json::parse(file);
  Job job;
  auto take = [&](const char *name, auto &value) { object.at(name).get_to(value); };
  take("candidate", job.candidate);
  take("incumbent", job.incumbent);
  take("expected", job.expected);
  take("seed", job.seed);
  take("sizes", job.sizes);
  take("threads", job.threads);
  take("cores", job.cores);
  take("cold", job.cold);
  take("swapped", job.swapped);
  take("confidence", job.confidence);
  take("allowance", job.allowance);
  take("hopeless", job.hopeless);
  take("budget_ms", job.budgetMs);
  take("promising_budget_ms", job.promisingBudgetMs);
  take("minimum_sample_us", job.minimumSampleUs);
  take("seconds", job.seconds);
  take("clock_seconds", job.clockSeconds);
  take("bytes", job.bytes);
  take("known_burst", job.knownBurst);
  return job;
}

} // namespace convwright::measure
