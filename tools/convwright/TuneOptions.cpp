//===- TuneOptions.cpp - what the command line of tune says -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/TuneOptions.h"

#include "schedules/tuning/records/Origin.h"
#include "tools/convwright/Console.h"
#include "tools/tune/Bounds.h"

#include <CLI/CLI.hpp>
#include <charconv>

using convwright::schedules::Error;
using convwright::schedules::Result;
using convwright::schedules::Target;

namespace convwright::tools {

void addTuneOptions(CLI::App &command, TuneOptions &options) {
  command.add_option("FILE", options.file, "A .conv file, or a table of layers (.tsv)");
  command.add_option("--target", options.target, "A target")->capture_default_str();
  command.add_option("--records", options.records, "The file that outcomes are appended to");
  command.add_option("--hints", options.hints,
                     "Records of other layers, machines or versions to learn from");
  command.add_option("--layer", options.layer, "Only this layer of a .conv file");
  command.add_option("--suite", options.suites, "Only these suites of a table, by commas");
  command.add_option("--filter", options.filter, "Only rows of a table whose name contains this");
  command.add_option("--layout", options.layout, "Of a table's layers")
      ->check(CLI::IsMember({"nhwc", "nchw"}))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "That a kernel runs on")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--budget", options.budget,
                     "Time for each kernel, earlier runs included: 60s, 10m, 1h30m; default: 60s "
                     "when there is no other bound");
  command.add_option("--total-budget", options.total, "Time for all kernels of this run");
  command.add_option("--trials", options.trials, "Candidates for each kernel, earlier included")
      ->check(CLI::Range(1, 1000000));
  command.add_option("--until", options.until,
                     "Stop a kernel when the last half of its trials gained less: 1%");
  command.add_option("--algorithm", options.algorithms, "Only these algorithms, by commas");
  command.add_option("--strategy", options.strategy, "How candidates are chosen")
      ->capture_default_str();
  command.add_option("--strategy-options", options.strategyOptions, "NAME=NUMBER,...");
  command.add_option("--seed", options.seed, "Of the search's random choices")
      ->capture_default_str();
  command
      .add_option("--measure", options.measure,
                  "local: time on a machine; static: the model of a machine one does not have")
      ->check(CLI::IsMember({"local", "static"}))
      ->capture_default_str();
  command.add_option("--executor", options.executor, "Where candidates are timed")
      ->check(CLI::IsMember({"local", "ssh", "slurm"}))
      ->capture_default_str();
  command.add_option("--cache", options.cache, "Whether the data are in the caches at each call")
      ->check(CLI::IsMember({"warm", "cold"}))
      ->capture_default_str();
  command.add_option("--confidence", options.confidence, "Of a verdict that a plan is better")
      ->check(CLI::Range(0.9, 0.9999))
      ->capture_default_str();
  command
      .add_option("--core", options.cores,
                  "The cores to time on, by commas, as many as threads; default: the last ones")
      ->delimiter(',');
  command.add_option("--ssh-prefix", options.remote.prefix,
                     "With --executor ssh: what starts a program there, e.g. 'ssh board'");
  command.add_option("--ssh-copy", options.remote.copy,
                     "What copies a file there, e.g. 'scp -q {from} board:{to}'");
  command.add_option("--ssh-directory", options.remote.directory, "For files there")
      ->capture_default_str();
  command.add_option("--slurm-directory", options.slurm.directory,
                     "With --executor slurm: a folder that all nodes share");
  command.add_option("--slurm-constraint", options.slurm.constraint,
                     "Of timing nodes, as sbatch spells it; default: the target's name");
  command.add_option("--slurm-build-constraint", options.slurm.buildConstraint, "Of build nodes");
  command.add_option("--slurm-partition", options.slurm.partition, "As sbatch's --partition");
  command.add_option("--slurm-account", options.slurm.account, "As sbatch's --account");
  command.add_option("--slurm-arguments", options.slurm.extra, "More arguments of every sbatch");
  command.add_option("--slurm-nodes", options.slurm.nodes, "Timing nodes at most");
  command.add_option("--slurm-lease", options.slurm.lease, "Kernels of a timing task");
  command.add_option("--slurm-batch", options.slurm.batch, "Candidates of a kernel in a round")
      ->capture_default_str();
  command.add_option("-j,--jobs", options.jobs, "Candidates built at once; default: the CPUs")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--forms", options.forms,
                   "Of a .conv file's layers also: what is fused and how intermediates lie");
  command.add_flag("--dry-run", options.dryRun, "Print the spaces, and measure nothing");
}

namespace {

/// A budget that is given when no bound is.
constexpr double standardSeconds = 60;

template <typename T> std::string errorOf(const Result<T> &result) {
  return result ? "" : result.error().message;
}

Result<double> parseIf(const std::string &text, Result<double> (*parse)(const std::string &)) {
  return text.empty() ? Result<double>(0) : parse(text);
}

} // namespace

Result<std::map<std::string, double>> parseNumbers(const std::string &text,
                                                   const std::string &option) {
  std::map<std::string, double> numbers;
  for (const std::string &part : splitList(text)) {
    size_t equals = part.find('=');
    const char *end = part.data() + part.size();
    double value = 0;
    if (equals == part.npos || equals == 0 || equals + 1 == part.size() ||
        std::from_chars(part.data() + equals + 1, end, value).ptr != end)
      return Error{"'" + part + "' in " + option + " is not NAME=NUMBER"};
    numbers[part.substr(0, equals)] = value;
  }
  return numbers;
}

Result<TuneSettings> readTuneOptions(const TuneOptions &options) {
  Result<std::vector<Target>> targets = findTargets(options.target);
  Result<double> seconds = parseIf(options.budget, parseDuration);
  Result<double> total = parseIf(options.total, parseDuration);
  Result<double> until = parseIf(options.until, parseShare);
  Result<std::map<std::string, double>> strategy =
      parseNumbers(options.strategyOptions, "--strategy-options");
  for (const std::string &problem :
       {errorOf(targets), errorOf(seconds), errorOf(total), errorOf(until), errorOf(strategy)})
    if (!problem.empty())
      return Error{problem};
  if (options.file.empty())
    return Error{"FILE is required: a .conv file, or a table of layers (.tsv)"};
  if (targets->size() != 1)
    return Error{"tune takes one target, not " + std::to_string(targets->size())};
  for (const std::string &algorithm : splitList(options.algorithms))
    if (Result<std::string> known = checkAlgorithm(algorithm); !known)
      return known.error();
  if (options.records.empty() && !options.dryRun)
    return Error{"tune needs --records FILE, the file that outcomes are appended to "
                 "(--dry-run needs none)"};
  TuneSettings settings{targets->front(), {}, *total};
  schedules::SearchOptions &search = settings.search;
  search.strategy = options.strategy;
  search.strategyOptions = *strategy;
  search.space.algorithms = splitList(options.algorithms);
  search.seed = options.seed;
  search.seconds = *seconds;
  search.trials = options.trials;
  search.until = *until;
  search.cache = options.cache;
  search.convwrightVersion = schedules::thisOrigin().convwright;
  search.halideVersion = schedules::thisOrigin().halide;
  if (search.seconds + search.trials + search.until + *total == 0)
    search.seconds = standardSeconds;
  return settings;
}

} // namespace convwright::tools
