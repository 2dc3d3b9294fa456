//===- Records.cpp - convwright records: looking after files of records ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Export.h"
#include "schedules/tuning/records/LayerUpkeep.h"
#include "schedules/tuning/records/RecordIndex.h"
#include "schedules/tuning/records/Upkeep.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/OutputFile.h"
#include "tools/convwright/PlanRecords.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/RecordTables.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include <filesystem>
#include <iostream>
#include <memory>

using convwright::schedules::LayerRecord;
using convwright::schedules::Merged;
using convwright::schedules::Record;
using convwright::schedules::RecordSet;
using convwright::schedules::Result;

namespace fs = std::filesystem;

namespace convwright::tools {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string out, layer, target, verdict;
  bool csv = false, tuned = false;
  size_t best = 5;
};

std::string counted(size_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// To the file, or standard output when there is none.
int put(const std::string &text, const Options &options, const std::string &summary) {
  if (options.out.empty() || options.out == "-") {
    std::cout << text;
    return exitFine;
  }
  Result<size_t> written = writeFile(options.out, text);
  if (!written)
    return failInput(written.error().message);
  std::cout << "wrote " << options.out << ": " << summary << '\n';
  return exitFine;
}

/// What is already in OUT stays, so that no command line loses measurements.
int merge(const Options &options, const CommandLine &line) {
  std::vector<std::string> inputs = options.files;
  std::error_code error;
  if (fs::is_regular_file(options.out, error) && !fs::equivalent(options.out, inputs[0], error))
    inputs.insert(inputs.begin(), options.out);
  FileProgress progress(inputs, line);
  Result<Merged> merged = schedules::mergeFiles(inputs, progress.callback());
  if (!merged)
    return failInput(merged.error().message);
  warnOfBroken(merged->broken);
  return put(merged->text, options,
             counted(merged->records, "record") + ", " + counted(merged->duplicates, "duplicate") +
                 " and " + counted(merged->broken.size(), "broken line") + " left out");
}

/// The records of the files that the filters leave.
Result<RecordSet> readFiltered(const Options &options, const CommandLine &line) {
  Result<RecordSet> set = readRecordFiles(options.files, line);
  if (set)
    std::erase_if(set->records, [&](const Record &record) {
      return !isSelected(record, {options.layer, options.target, options.verdict});
    });
  if (set)
    std::erase_if(set->layers, [&](const LayerRecord &record) {
      return !isSelected(record, {options.layer, options.target, options.verdict});
    });
  return set;
}

int show(const Options &options, const CommandLine &line) {
  Result<RecordSet> set = readFiltered(options, line);
  if (!set)
    return failInput(set.error().message);
  printRecords(std::cout, *set);
  return exitFine;
}

int best(const Options &options, const CommandLine &line) {
  Result<RecordSet> set = readFiltered(options, line);
  if (!set)
    return failInput(set.error().message);
  printBest(std::cout, schedules::RecordIndex(std::move(*set)));
  return exitFine;
}

int prune(const Options &options, const CommandLine &line) {
  Result<RecordSet> set = readRecordFiles(options.files, line);
  if (!set)
    return failInput(set.error().message);
  std::string text;
  std::vector<const Record *> kept = schedules::worthKeeping(*set, options.best);
  for (const Record *record : kept)
    text += schedules::toLine(*record) + "\n";
  std::vector<const LayerRecord *> layers = schedules::layersWorthKeeping(set->layers);
  for (const LayerRecord *record : layers)
    text += schedules::toLine(*record) + "\n";
  return put(text, options,
             counted(kept.size() + layers.size(), "record") + " kept of " +
                 std::to_string(set->records.size() + set->layers.size()));
}

int exportTo(const Options &options, const CommandLine &line) {
  if (options.csv == options.tuned)
    return failUsage("records export needs one of --csv and --tuned");
  Result<RecordSet> set = readFiltered(options, line);
  if (!set)
    return failInput(set.error().message);
  std::string text = options.csv ? schedules::toCsv(*set) : schedules::toTuned(*set);
  // A reason of several lines is one cell of a table.
  size_t count = options.csv ? set->records.size() + set->layers.size()
                             : static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  return put(text, options, counted(count, "record") + " exported");
}

using Verb = int (*)(const Options &, const CommandLine &);

struct VerbRow {
  const char *name, *help;
  Verb run;
};

constexpr VerbRow verbs[] = {
    {"merge", "OUT IN...: files as one, without duplicates; what OUT holds stays", merge},
    {"show", "FILE...: a table of records", show},
    {"best", "FILE...: the plan that compile takes for each layer, and why", best},
    {"prune", "FILE... -o OUT: the defaults, winners and best few; one of each failure", prune},
    {"export", "FILE... --csv|--tuned [-o OUT]: for spreadsheets, or for shipping", exportTo},
};

std::vector<std::string> verbNames() {
  std::vector<std::string> names;
  for (const VerbRow &verb : verbs)
    names.emplace_back(verb.name);
  return names;
}

int runVerb(const std::string &name, Options options, const CommandLine &line) {
  for (const VerbRow &verb : verbs) {
    if (name != verb.name)
      continue;
    if (verb.run == merge && !options.files.empty()) {
      options.out = options.files.front();
      options.files.erase(options.files.begin());
    }
    if (options.files.empty())
      return failUsage("records " + name + " needs files; usage: convwright records " + name + " " +
                       verb.help);
    if (verb.run == prune && options.out.empty())
      return failUsage("records prune needs -o OUT");
    if (Result<std::string> fine = checkFilter({options.layer, options.target, options.verdict});
        !fine)
      return failUsage(fine.error().message);
    return verb.run(options, line);
  }
  return failUsage("unknown verb 'records " + name + "'" + didYouMean(name, verbNames()) +
                   "; the verbs are " + join(verbNames()));
}

std::string helpText() {
  std::string text = "Looks after files of tuning records:";
  for (const VerbRow &verb : verbs)
    text += std::string("\n  ") + verb.name + " " + verb.help;
  return text;
}

} // namespace

void addRecordsCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand("records", helpText());
  auto verb = std::make_shared<std::string>();
  auto options = std::make_shared<Options>();
  command->add_option("VERB", *verb, join(verbNames()))->required();
  command->add_option("FILE", options->files, "Files of records; '-' is standard input");
  command->add_option("-o,--out", options->out, "Where the result goes; default: standard output");
  command->add_option("--layer", options->layer, "Only layers whose name or shape contains this");
  command->add_option("--target", options->target, "Only this target's");
  command->add_option("--verdict", options->verdict, "Only these: ok, slower, wrong, ...");
  command->add_option("--best", options->best, "How many fast ones `prune` keeps of each layer")
      ->capture_default_str();
  command->add_flag("--csv", options->csv, "Export a table");
  command->add_flag("--tuned", options->tuned, "Export the form that is shipped");
  command->callback(
      [=, &line] { line.run = [=, &line] { return runVerb(*verb, *options, line); }; });
}

} // namespace convwright::tools
