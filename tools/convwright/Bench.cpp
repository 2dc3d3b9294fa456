//===- Bench.cpp - convwright bench: layers timed beside other libraries --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Bench.h"
#include "tools/bench/LayerCheck.h"

#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/OutputFile.h"
#include "tools/convwright/PlanOptions.h"
#include "tools/convwright/PlanRecords.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/Source.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

using convwright::bench::BenchResult;
using convwright::bench::Row;
using convwright::bench::RowResult;
using convwright::compiler::TargetProgram;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

struct CommandOptions {
  std::string file, target = "host", layout = "nhwc", peerLayout = "best", suites, filter, json;
  PlanOptions plan;
  std::vector<std::string> peers;
  std::string paddingMode;
  bool symbolic = false;
  int threads = 1;
  unsigned jobs = 0;
  double seconds = 20;
  RecordOptions records;
};

Result<std::vector<bench::PeerCommand>> findPeers(const CommandOptions &options,
                                                  const std::string &executable) {
  std::string directory = std::filesystem::path(executable).parent_path().string();
  std::vector<bench::PeerCommand> commands;
  for (const std::string &list : options.peers)
    for (const std::string &name : splitList(list)) {
      if (name == "none")
        continue;
      Result<bench::PeerCommand> command = bench::findPeer(name, directory, options.threads);
      if (!command)
        return command.error();
      commands.push_back(std::move(*command));
    }
  return commands;
}

class BenchCommand {
public:
  BenchCommand(const CommandOptions &options, const CommandLine &line)
      : options(options), line(line) {}

  int run() {
    if (int code = readOptions())
      return code;
    bool isLayers = options.file.ends_with(".conv");
    std::optional<BenchResult> result = isLayers ? benchFile() : benchTable();
    progress.reset();
    if (!result)
      return code;
    printLeftOut(std::cout, result->rows);
    printCheckedInPart(std::cout, result->rows);
    printSummary(std::cout, result->rows, result->machine);
    if (!options.json.empty()) {
      Result<size_t> written = writeFile(options.json, toJson(result->rows, result->machine));
      if (!written)
        return failInput(written.error().message);
    }
    return judge(result->rows);
  }

private:
  int readOptions() {
    Result<compiler::PlanOverrides> asked = overridesFrom(options.plan);
    Result<std::vector<schedules::Target>> targets = findTargets(options.target);
    Result<std::vector<bench::PeerCommand>> peers = findPeers(options, line.executable);
    for (const std::string &problem : {errorOf(asked), errorOf(targets), errorOf(peers)})
      if (!problem.empty())
        return failUsage(problem);
    if (targets->size() != 1)
      return failUsage("bench takes one target, not " + std::to_string(targets->size()));
    target = targets->front();
    if (std::optional<Error> error = refuseForeign(target))
      return failInput(error->message);
    records = PlanRecords::load(options.records, *targets, line);
    if (!*records)
      return failInput(records->error().message);
    if (std::optional<Error> error = checkJson({{options.file, "the file to time"}}))
      return failInput(error->message);
    overrides = std::move(*asked);
    overrides.advisor = (*records)->advisor(options.threads);
    overrides.formAdvisor = (*records)->formAdvisor(options.threads);
    settings.threads = options.threads;
    settings.layout = options.layout == "nhwc" ? schedules::Layout::ChannelsLast
                                               : schedules::Layout::ChannelsFirst;
    settings.peerLayout = options.peerLayout == "best" ? "" : options.peerLayout;
    settings.peers = *peers;
    settings.paddingMode = options.paddingMode;
    settings.symbolic = options.symbolic;
    settings.jobs = options.jobs;
    settings.timing.budgetSeconds = options.seconds;
    settings.timing.cancelled = &interrupted();
    settings.executable = line.executable;
    settings.cancelled = &interrupted();
    settings.progress = [this](const char *activity, size_t done, size_t total,
                               const std::string &what) { report(activity, done, total, what); };
    settings.finished = [this](const RowResult &row, const bench::MachineInfo &machine) {
      progress.reset(); // clears its line
      if (!std::exchange(headed, true))
        bench::printHeading(std::cout);
      bench::printRow(std::cout, row, machine);
      std::cout << std::flush;
    };
    return exitFine;
  }

  /// Asks before minutes of timing what would fail after them.
  std::optional<Error> checkJson(std::vector<InputFile> inputs) const {
    if (options.json.empty())
      return std::nullopt;
    std::vector<InputFile> read = inputFiles((*records)->files(), "the records of --records");
    inputs.insert(inputs.end(), read.begin(), read.end());
    if (std::optional<Error> error = refuseInput(options.json, "--json", inputs))
      return error;
    return refuseUnwritable(options.json, "--json");
  }

  template <typename T> static std::string errorOf(const Result<T> &result) {
    return result ? "" : result.error().message;
  }

  void report(const char *activity, size_t done, size_t total, const std::string &what) {
    if (!progress || activity != currentActivity) {
      if (activity != currentActivity)
        activityBegin = Progress::Clock::now();
      progress.emplace(std::cerr, Progress::chooseMode(line.progress), activity, activityBegin);
      currentActivity = activity;
    }
    progress->update(done, total, what);
  }

  std::optional<BenchResult> benchTable() {
    Result<std::string> text = readInput(options.file);
    if (!text)
      return fail(text.error().message);
    Result<std::vector<Row>> rows = bench::parseTable(*text, options.file);
    Result<std::vector<Row>> selected =
        rows ? bench::selectRows(*rows, splitList(options.suites), options.filter, options.file)
             : rows;
    if (!selected)
      return fail(selected.error().message);
    std::vector<Row> formed = bench::rowsInForm(*selected, settings);
    if (formed.empty())
      return fail("no selected row of " + options.file +
                  " has padding that --padding-mode could change");
    if (options.peers.empty())
      addDefaultPeer();
    return bench::benchTable(
        formed,
        [this](const std::string &source, const std::string &origin) {
          return compileText(source, origin, target, overrides);
        },
        settings);
  }

  /// oneDNN, if it was there when this was built.
  void addDefaultPeer() {
    std::string directory = std::filesystem::path(line.executable).parent_path().string();
    Result<bench::PeerCommand> peer = bench::findPeer("onednn", directory, options.threads);
    if (peer)
      settings.peers.push_back(*peer);
    else
      std::cerr << "convwright: warning: " << peer.error().message << '\n';
  }

  std::optional<BenchResult> benchFile() {
    if (!options.paddingMode.empty() || options.symbolic) {
      code = failUsage("--padding-mode and --symbolic are for tables; a .conv file says it itself");
      return std::nullopt;
    }
    if (!options.suites.empty() || !options.filter.empty()) {
      code = failUsage("--suite and --filter choose rows of tables; of a .conv file all layers are "
                       "timed");
      return std::nullopt;
    }
    Source source(options.file);
    if (!source.ok()) {
      code = source.failure();
      return std::nullopt;
    }
    if (std::optional<Error> error =
            checkJson(inputFiles(source.driver().filesRead(), "which the .conv file loads")))
      return fail(error->message);
    auto programs = compileFor(source, {target}, overrides, "");
    if (!programs) {
      code = source.failure();
      return std::nullopt;
    }
    return bench::benchLayers(programs->front(), compiler::libraryName(options.file),
                              bench::interpretWith(source.driver()), settings);
  }

  std::optional<BenchResult> fail(const std::string &message) {
    code = failInput(message);
    return std::nullopt;
  }

  /// Wrong numbers are our bug; a row that could not be compiled as asked is the user's matter.
  static int judge(const std::vector<RowResult> &rows) {
    int code = exitFine;
    for (const RowResult &row : rows) {
      if (row.checkedOutputs > 0 && !row.verified)
        return exitInternal;
      if (!row.problem.empty())
        code = exitInput;
    }
    return code;
  }

  const CommandOptions &options;
  const CommandLine &line;
  schedules::Target target;
  std::optional<Result<PlanRecords>> records;
  compiler::PlanOverrides overrides;
  bench::BenchOptions settings;
  std::optional<Progress> progress;
  const char *currentActivity = nullptr;
  Progress::Clock::time_point activityBegin;
  bool headed = false;
  int code = exitFine;
};

} // namespace

void addBenchCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "bench", "Checks and times layers, interleaved with other libraries' convolutions");
  auto options = std::make_shared<CommandOptions>();
  command->add_option("FILE", options->file, "A .conv file, or a table of layers (.tsv)")
      ->required();
  command->add_option("--target", options->target, "A target")->capture_default_str();
  command->add_option("--threads", options->threads, "Ours and the peers'")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--layout", options->layout, "Ours, for tables")
      ->check(CLI::IsMember({"nhwc", "nchw"}))
      ->capture_default_str();
  command->add_option("--peer-layout", options->peerLayout, "The peers'")
      ->check(CLI::IsMember({"best", "nhwc", "nchw", "nChw16c", "any"}))
      ->capture_default_str();
  command->add_option("--suite", options->suites, "Only these suites of a table, by commas");
  command->add_option("--filter", options->filter, "Only rows whose name contains this");
  command->add_option("--peer", options->peers,
                      "Peers, by commas: " + join(bench::peerNames()) +
                          "; default for tables: onednn");
  command
      ->add_option("--padding-mode", options->paddingMode,
                   "Compute a table's padded rows with this padding mode, beside zeros")
      ->check(CLI::IsMember({"reflect", "replicate", "circular"}));
  command->add_flag("--symbolic", options->symbolic,
                    "Compile a table's rows for a range of sizes, beside their own");
  addPlanOptions(*command, options->plan);
  command->add_option("--json", options->json, "Also write the results to this file");
  command
      ->add_option("--seconds", options->seconds,
                   "Time a row for at most this long; checking it takes half as long at most")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  addRecordOptions(*command, options->records);
  command->add_option("-j,--jobs", options->jobs, "Rows compiled at once; default: the CPUs")
      ->check(CLI::Range(1, 1024));
  command->callback(
      [=, &line] { line.run = [=, &line] { return BenchCommand(*options, line).run(); }; });
}

} // namespace convwright::tools
