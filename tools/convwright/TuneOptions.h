//===- TuneOptions.h - what the command line of tune says -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_TUNEOPTIONS_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_TUNEOPTIONS_H

#include "schedules/tuning/measure/Executor.h"
#include "schedules/tuning/measure/slurm/SlurmMeasurer.h"
#include "schedules/tuning/search/Search.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace convwright::tools {

/// The options of `convwright tune`, as they are given.
struct TuneOptions {
  std::string file, target = "host", layout = "nhwc", suites, filter, layer, records;
  std::vector<std::string> hints;
  std::string budget, total, until, algorithms;
  int trials = 0;
  std::string strategy = "model", strategyOptions, measure = "local", executor = "local";
  uint64_t seed = 1;
  int threads = 1;
  std::vector<int> cores;
  unsigned jobs = 0;
  std::string cache = "warm";
  double confidence = 0.99;
  bool dryRun = false, forms = false;
  schedules::RemoteOptions remote;
  schedules::SlurmOptions slurm;
};

/// `options` outlives the parsing.
void addTuneOptions(CLI::App &command, TuneOptions &options);

/// What the options mean.
struct TuneSettings {
  schedules::Target target;
  schedules::SearchOptions search; // but for `name` and `known`
  double totalSeconds = 0;         // 0: no such bound
};

/// "epsilon=0.1,pool=200". `option`: which one holds the text. Errors: a part is not NAME=NUMBER.
schedules::Result<std::map<std::string, double>> parseNumbers(const std::string &text,
                                                              const std::string &option);

/// Errors: options that make no sense, alone or together; the command was called wrongly.
schedules::Result<TuneSettings> readTuneOptions(const TuneOptions &options);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_TUNEOPTIONS_H
