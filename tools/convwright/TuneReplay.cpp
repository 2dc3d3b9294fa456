//===- TuneReplay.cpp - convwright tune replay: strategies compared on records ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Replay.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/TuneOptions.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

using convwright::schedules::RecordedSpace;
using convwright::schedules::RecordSet;
using convwright::schedules::ReplayOptions;
using convwright::schedules::ReplayResult;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

struct CommandOptions {
  std::vector<std::string> files;
  std::string strategies = "random,model", layer;
  int seeds = 20;
  bool alone = false;
};

/// A strategy as it is spelled: "model", "model:epsilon=0.03:pool=200".
struct Entrant {
  std::string spelling, strategy;
  std::map<std::string, double> options;
};

void printHeading() {
  std::printf("%-32s %-14s %6s %10s %10s   %s\n", "layer", "strategy", "plans", "default ms",
              "best ms", "mean (median) trials to 95 %, 97 %, 99 % of the best");
}

void printResult(const RecordedSpace &space, const std::string &strategy,
                 const ReplayResult &result) {
  std::printf("%-32s %-14s %6zu %10.4g %10.4g  ", space.name.c_str(), strategy.c_str(),
              result.plans, result.defaultMs, result.bestMs);
  for (size_t i = 0; i < result.mean.size(); ++i)
    std::printf(" %7.1f (%5.1f)", result.mean[i], result.median[i]);
  std::printf("\n");
  std::fflush(stdout);
}

/// Geometric means over layers of the first strategy's mean trials over another's, where there is
/// something to find: the first one, at least, needs a trial. One that needed none counts as half.
void printComparison(const std::vector<Entrant> &strategies,
                     const std::vector<std::vector<ReplayResult>> &results) {
  for (size_t s = 1; s < strategies.size(); ++s) {
    std::printf("%s needs", strategies[s].spelling.c_str());
    for (size_t goal = 0; goal < ReplayResult::goals.size(); ++goal) {
      double logs = 0;
      int layers = 0;
      for (const std::vector<ReplayResult> &layer : results) {
        if (layer[0].mean[goal] == 0)
          continue; // the default reaches it
        logs += std::log((layer[s].mean[goal] + 0.5) / (layer[0].mean[goal] + 0.5));
        ++layers;
      }
      std::printf("%s %.2f (%d layers)", goal == 0 ? "" : ",",
                  layers ? std::exp(logs / layers) : 1.0, layers);
    }
    std::printf(" of %s's trials to 95 %%, 97 %%, 99 %% (geometric means, where the default is not "
                "there yet)\n",
                strategies[0].spelling.c_str());
  }
}

Result<std::vector<Entrant>> readEntrants(const std::string &text) {
  std::vector<Entrant> entrants;
  for (const std::string &spelling : splitList(text)) {
    size_t colon = spelling.find(':');
    Entrant entrant{spelling, spelling.substr(0, colon), {}};
    std::string options = colon == spelling.npos ? "" : spelling.substr(colon + 1);
    std::replace(options.begin(), options.end(), ':', ',');
    Result<std::map<std::string, double>> numbers = parseNumbers(options, "--strategy");
    if (!numbers)
      return numbers.error();
    entrant.options = std::move(*numbers);
    entrants.push_back(std::move(entrant));
  }
  if (entrants.empty())
    return schedules::Error{"--strategy names no strategy"};
  return entrants;
}

int replayFiles(const CommandOptions &options, const CommandLine &line) {
  Result<std::vector<Entrant>> entrants = readEntrants(options.strategies);
  if (!entrants)
    return failUsage(entrants.error().message);
  std::vector<std::string> paths;
  for (const std::string &list : options.files)
    for (const std::string &path : splitList(list))
      paths.push_back(path);
  Result<RecordSet> records = schedules::readRecords(paths);
  if (!records)
    return failInput(records.error().message);
  std::vector<RecordedSpace> spaces;
  for (RecordedSpace &space : schedules::recordedSpaces(*records))
    if (space.name.find(options.layer) != space.name.npos)
      spaces.push_back(std::move(space));
  if (spaces.empty())
    return failInput("the records hold no timed plan" +
                     (options.layer.empty() ? "" : " of a layer with '" + options.layer + "'"));
  Progress progress(std::cerr, Progress::chooseMode(line.progress), "replay");
  printHeading();
  std::vector<std::vector<ReplayResult>> results;
  for (const RecordedSpace &space : spaces) {
    results.emplace_back();
    for (const Entrant &entrant : *entrants) {
      if (interrupted())
        return exitFine;
      progress.update(results.size() - 1, spaces.size(), space.name + ", " + entrant.spelling);
      ReplayOptions replayed{entrant.strategy, entrant.options, options.seeds, !options.alone};
      Result<ReplayResult> result = schedules::replay(space, *records, replayed);
      if (!result)
        return failUsage(result.error().message);
      printResult(space, entrant.spelling, *result);
      results.back().push_back(std::move(*result));
    }
  }
  printComparison(*entrants, results);
  return exitFine;
}

} // namespace

void addReplayCommand(CLI::App &tune, CommandLine &line) {
  CLI::App *command = tune.add_subcommand(
      "replay", "Compares strategies on records alone: trials until the recorded best is reached");
  auto options = std::make_shared<CommandOptions>();
  command->add_option("RECORDS", options->files, "Files of records")->required();
  command
      ->add_option("--strategy", options->strategies,
                   "Strategies, by commas, each as NAME[:OPTION=NUMBER...]; the first is what the "
                   "others are compared with")
      ->capture_default_str();
  command->add_option("--layer", options->layer, "Only layers whose name contains this");
  command->add_option("--seeds", options->seeds, "Searches of each layer and strategy")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_flag("--alone", options->alone, "Strategies know nothing of the other layers");
  command->callback([=, &line] { line.run = [=, &line] { return replayFiles(*options, line); }; });
}

} // namespace convwright::tools
