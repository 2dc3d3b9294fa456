//===- Tune.cpp - convwright tune: searches the plans of a file's kernels ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Rounds.h"
#include "tools/bench/Layer.h"
#include "tools/bench/Table.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/PlanRecords.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/Source.h"
#include "tools/convwright/TuneOptions.h"
#include "tools/convwright/TuneSpaces.h"
#include "tools/tune/Bounds.h"
#include "tools/tune/Deadline.h"
#include "tools/tune/LayerForms.h"
#include "tools/tune/Measurers.h"
#include "tools/tune/Summary.h"
#include "tools/tune/Tasks.h"
#include "tools/tune/TotalBudget.h"

#include <CLI/CLI.hpp>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <unistd.h>

using convwright::bench::Row;
using convwright::compiler::TargetProgram;
using convwright::schedules::Error;
using convwright::schedules::Measurer;
using convwright::schedules::RecordIndex;
using convwright::schedules::RecordSet;
using convwright::schedules::RecordWriter;
using convwright::schedules::Result;
using convwright::schedules::SearchResult;
using convwright::schedules::Target;

namespace convwright::tools {
namespace {

class TuneCommand {
public:
  TuneCommand(const TuneOptions &options, const CommandLine &line) : options(options), line(line) {}

  int run() {
    Result<TuneSettings> settings = readTuneOptions(options);
    if (!settings)
      return failUsage(settings.error().message);
    target = settings->target;
    search = settings->search;
    totalSeconds = settings->totalSeconds;
    if (int wrong = collectTasks())
      return wrong;
    if (options.dryRun)
      return printSpaces();
    if (totalSeconds > 0)
      budget.emplace(totalSeconds, start, tasks.size(), !layersWithForms.empty());
    if (int wrong = openRecords())
      return wrong;
    if (int wrong = makeMeasurer())
      return wrong;
    return tuneAll();
  }

private:
  int collectTasks();
  std::optional<Error> compileTable(std::vector<compiler::LayerProgram> &layers);
  std::optional<int> compileSource(std::vector<compiler::LayerProgram> &layers);
  int printSpaces();
  int openRecords();
  int makeMeasurer();
  int tuneAll();
  Result<std::unique_ptr<schedules::Search>> begin(size_t index) const;
  Result<SearchResult> tuneOne(size_t index);
  void finished(size_t index, const SearchResult &result);
  std::optional<Error> oneByOne();
  std::optional<Error> inRounds();
  std::optional<Error> confirmAll();
  std::vector<schedules::RoundSearch> roundSearches() const;
  Result<size_t> append(const std::vector<schedules::Record> &records);
  std::optional<Error> tuneForms();
  void say(size_t index, const schedules::Search &current);
  TotalBudget::Progress sharing() const;
  double share() const;
  std::optional<Deadline> cutOff(TotalBudget::Time at) const;
  const std::atomic<bool> *stopping(const std::optional<Deadline> &deadline) const;
  Undone undone() const;

  const TuneOptions &options;
  const CommandLine &line;
  Target target;
  schedules::SearchOptions search;
  double totalSeconds = 0;
  std::optional<TotalBudget> budget; // when there is a total one
  std::optional<Source> source;
  std::vector<std::string> layersWithForms;
  std::vector<TuneTask> tasks;
  std::optional<RecordIndex> known;
  std::optional<RecordWriter> writer;
  std::unique_ptr<Measurer> measurer;
  std::optional<Progress> progress;
  Progress::Clock::time_point start = Progress::Clock::now();
  std::vector<std::unique_ptr<schedules::Search>> searches; // that have begun
  std::vector<SearchResult> results;
  std::vector<std::string> untimedForms; // layers
};

//===----------------------------------------------------------------------===//
// What is to be tuned
//===----------------------------------------------------------------------===//

std::optional<Error> TuneCommand::compileTable(std::vector<compiler::LayerProgram> &layers) {
  Result<std::string> text = readInput(options.file);
  if (!text)
    return text.error();
  Result<std::vector<Row>> all = bench::parseTable(*text, options.file);
  Result<std::vector<Row>> rows =
      all ? bench::selectRows(*all, splitList(options.suites), options.filter, options.file) : all;
  if (!rows)
    return rows.error();
  schedules::Layout layout =
      options.layout == "nhwc" ? schedules::Layout::ChannelsLast : schedules::Layout::ChannelsFirst;
  for (const Row &row : *rows) {
    std::string written = bench::layerText(row, layout);
    Result<TargetProgram> program = compileText(written, bench::layerOrigin, target, {});
    if (!program)
      return Error{bench::inTable(row, written, program.error().message)};
    for (compiler::LayerProgram &layer : program->layers) {
      layer.name = row.name;
      layers.push_back(std::move(layer));
    }
  }
  return std::nullopt;
}

/// Of each layer the kernels of its default form; with --forms, those of all its forms.
std::optional<int> TuneCommand::compileSource(std::vector<compiler::LayerProgram> &layers) {
  source.emplace(options.file);
  if (!source->ok())
    return source->failure();
  if (!options.layer.empty())
    if (auto layer = source->layer(options.layer); !layer)
      return failInput(layer.error().message);
  for (const compiler::LayerInterface &layer : source->driver().layers()) {
    if (!options.layer.empty() && layer.name != options.layer)
      continue;
    std::vector<compiler::LayerForm> forms{{}};
    if (options.forms)
      forms = source->driver().distinctForms(layer.name);
    if (forms.size() > 1)
      layersWithForms.push_back(layer.name);
    for (const compiler::LayerForm &form : forms) {
      compiler::PlanOverrides overrides;
      overrides.forms[layer.name] = form;
      auto program = source->driver().compile(target, overrides, layer.name);
      if (!program)
        return source->failure();
      for (compiler::LayerProgram &compiled : program->layers)
        layers.push_back(std::move(compiled));
    }
  }
  return std::nullopt;
}

int TuneCommand::collectTasks() {
  std::vector<compiler::LayerProgram> layers;
  if (options.file.ends_with(".conv")) {
    if (std::optional<int> wrong = compileSource(layers))
      return *wrong;
  } else if (std::optional<Error> wrong = compileTable(layers)) {
    return failInput(wrong->message);
  }
  tasks = tasksOf(layers, target, options.threads);
  return tasks.empty() ? failInput(options.file + " has no layer to tune") : exitFine;
}

//===----------------------------------------------------------------------===//
// The space, the records, the measurer
//===----------------------------------------------------------------------===//

int TuneCommand::printSpaces() {
  progress.emplace(std::cerr, Progress::chooseMode(line.progress), "counting plans", start);
  tools::printSpaces(std::cout, tasks, target, search.space, *progress);
  progress.reset();
  if (search.seconds > 0 || totalSeconds > 0) {
    double most = search.seconds * static_cast<double>(tasks.size());
    if (totalSeconds > 0)
      most = most > 0 ? std::min(most, totalSeconds) : totalSeconds;
    std::cout << countOf(tasks.size(), "kernel") << "; tuning takes at most " << spellSeconds(most)
              << '\n';
  }
  return exitFine;
}

/// What is known already: the file itself, if it is there, and hints from others.
int TuneCommand::openRecords() {
  std::vector<std::string> paths;
  for (const std::string &list : options.hints)
    for (const std::string &path : splitList(list))
      paths.push_back(path);
  if (std::filesystem::exists(options.records))
    paths.push_back(options.records);
  Result<RecordSet> records = readRecordFiles(paths, line);
  if (!records)
    return failInput(records.error().message);
  known.emplace(std::move(*records));
  Result<RecordWriter> opened = RecordWriter::open(options.records);
  if (!opened)
    return failInput(opened.error().message);
  writer.emplace(std::move(*opened));
  return exitFine;
}

int TuneCommand::makeMeasurer() {
  MeasurerChoice choice;
  choice.measure = options.measure;
  choice.executor = options.executor;
  choice.target = target;
  choice.threads = options.threads;
  choice.jobs = options.jobs;
  choice.cores = options.cores;
  choice.cold = options.cache == "cold";
  choice.confidence = options.confidence;
  choice.remote = options.remote;
  choice.slurm = options.slurm;
  choice.executable = line.executable;
  Result<std::unique_ptr<Measurer>> made = tools::makeMeasurer(choice, &interrupted());
  if (!made)
    return failInput(made.error().message);
  measurer = std::move(*made);
  if (options.forms && (options.measure != "local" || options.executor != "local"))
    return failUsage("--forms times whole layers, which --measure local --executor local can");
  return exitFine;
}

//===----------------------------------------------------------------------===//
// Tuning
//===----------------------------------------------------------------------===//

TotalBudget::Progress TuneCommand::sharing() const {
  TotalBudget::Progress sharing{tasks.size() - results.size(), 0};
  for (const std::unique_ptr<schedules::Search> &each : searches)
    sharing.winners += each->comparisonsLeft() > 0;
  return sharing;
}

/// The seconds of the total budget that the next kernel gets. In rounds all take theirs together.
double TuneCommand::share() const {
  TotalBudget::Progress all = sharing();
  double each = budget->share(all, Progress::Clock::now());
  return measurer->problemsAtOnce() > 1 ? each * static_cast<double>(all.left) : each;
}

std::optional<Deadline> TuneCommand::cutOff(TotalBudget::Time at) const {
  return budget ? std::optional<Deadline>(std::in_place, at, interrupted()) : std::nullopt;
}

const std::atomic<bool> *TuneCommand::stopping(const std::optional<Deadline> &deadline) const {
  return deadline ? &deadline->risen() : &interrupted();
}

void TuneCommand::say(size_t index, const schedules::Search &current) {
  schedules::SearchProgress now = current.progress();
  std::string text = "[" + std::to_string(index + 1) + "/" + std::to_string(tasks.size()) + "] " +
                     tasks[index].name + ": " + describeProgress(now);
  if (search.trials > 0)
    text += " of " + std::to_string(search.trials);
  double seconds = current.options().seconds;
  if (budget) {
    std::chrono::duration<double> left = budget->end() - Progress::Clock::now();
    text += "; " + spellSeconds(std::max(0.0, left.count())) + " left in all";
  } else if (seconds > 0) {
    double left = std::max(0.0, seconds - now.elapsedSeconds);
    double others = static_cast<double>(tasks.size() - index - 1) * seconds;
    text += "; " + spellSeconds(left) + " left";
    if (others > 0)
      text += ", " + spellSeconds(left + others) + " in all";
  }
  progress->say(text);
}

Result<std::unique_ptr<schedules::Search>> TuneCommand::begin(size_t index) const {
  schedules::SearchOptions own = search;
  own.name = tasks[index].name;
  if (budget)
    own.runSeconds = std::max(share(), 0.001); // 0 would be no bound
  own.known = &*known;
  return schedules::Search::start(tasks[index].problem, target, *measurer, own);
}

Result<SearchResult> TuneCommand::tuneOne(size_t index) {
  auto deadline = cutOff(budget ? budget->cutOff(sharing(), Progress::Clock::now()) : start);
  auto started = begin(index);
  if (!started)
    return started.error();
  schedules::Search &current = *searches.emplace_back(std::move(*started));
  Result<SearchResult> result = schedules::runSearch(
      current, tasks[index].problem, *measurer,
      [&](const schedules::Record &record) { return writer->append(record); },
      [&] { say(index, current); }, stopping(deadline));
  if (!result || interrupted() || result->ended != schedules::Ended::Interrupted)
    return result;
  current.stop(schedules::Ended::Seconds);
  return current.result();
}

void TuneCommand::finished(size_t index, const SearchResult &result) {
  progress.reset(); // clears its line
  printTuned(std::cout, tasks[index].name, result);
  std::cout << std::flush;
  results.push_back(result);
}

std::optional<Error> TuneCommand::oneByOne() {
  for (size_t i = 0; i < tasks.size() && !interrupted(); ++i) {
    if (budget && share() == 0)
      break; // undone() says so
    progress.emplace(std::cerr, Progress::chooseMode(line.progress), "tune", start);
    Result<SearchResult> result = tuneOne(i);
    if (!result)
      return Error{tasks[i].name + ": " + result.error().message};
    finished(i, *result);
  }
  return std::nullopt;
}

Result<size_t> TuneCommand::append(const std::vector<schedules::Record> &records) {
  for (const schedules::Record &record : records)
    if (Result<size_t> written = writer->append(record); !written)
      return written.error();
  return records.size();
}

/// All kernels together, on a cluster.
std::optional<Error> TuneCommand::inRounds() {
  for (size_t i = 0; i < tasks.size(); ++i) {
    auto started = begin(i);
    if (!started)
      return Error{tasks[i].name + ": " + started.error().message};
    searches.push_back(std::move(*started));
  }
  progress.emplace(std::cerr, Progress::chooseMode(line.progress), "tune", start);
  size_t rounds = 0;
  schedules::RoundCallbacks callbacks;
  callbacks.record = [&](const std::vector<schedules::Record> &records) {
    ++rounds;
    return append(records);
  };
  callbacks.progress = [&](size_t outcomes, size_t wanted) {
    progress->say("round " + std::to_string(rounds + 1) + ", " + std::to_string(outcomes) + " of " +
                  std::to_string(wanted) + " outcomes");
  };
  auto deadline = cutOff(budget ? budget->searchesEnd({tasks.size(), 0}) : start);
  auto ended = schedules::runRounds(roundSearches(), *measurer, callbacks, stopping(deadline));
  if (!ended)
    return ended.error();
  for (size_t i = 0; i < tasks.size(); ++i) {
    if ((*ended)[i].ended == schedules::Ended::Interrupted && !interrupted())
      searches[i]->stop(schedules::Ended::Seconds);
    finished(i, searches[i]->result());
  }
  return std::nullopt;
}

std::vector<schedules::RoundSearch> TuneCommand::roundSearches() const {
  std::vector<schedules::RoundSearch> rounds;
  for (size_t i = 0; i < searches.size(); ++i)
    rounds.push_back({searches[i].get(), &tasks[i].problem});
  return rounds;
}

/// The winners beside their defaults once more, now that the machine has been in other moods.
std::optional<Error> TuneCommand::confirmAll() {
  progress.emplace(std::cerr, Progress::chooseMode(line.progress), "confirm");
  schedules::RoundCallbacks callbacks;
  callbacks.record = [&](const std::vector<schedules::Record> &records) { return append(records); };
  callbacks.progress = [&](size_t done, size_t most) {
    progress->update(done, most, "winners beside the default once more");
  };
  auto deadline = cutOff(budget ? budget->confirmingEnd() : start);
  auto compared =
      schedules::confirmWinners(roundSearches(), *measurer, callbacks, stopping(deadline));
  progress.reset();
  if (!compared)
    return compared.error();
  for (size_t i = 0; i < searches.size(); ++i) {
    SearchResult now = searches[i]->result();
    printConfirmed(std::cout, tasks[i].name, results[i], now);
    results[i] = std::move(now);
  }
  return std::nullopt;
}

/// With the best plans for all kernels: which form of a layer is the fastest, end to end.
std::optional<Error> TuneCommand::tuneForms() {
  Result<RecordSet> records = readRecordFiles({options.records}, line);
  if (!records)
    return records.error();
  auto found = std::make_shared<const RecordIndex>(std::move(*records));
  auto deadline = cutOff(budget ? budget->end() : start);
  for (const std::string &layer : layersWithForms) {
    if (*stopping(deadline)) {
      untimedForms.push_back(layer);
      continue;
    }
    FormOptions settings;
    settings.threads = options.threads;
    settings.overrides.advisor = schedules::adviseFrom(found, nullptr, options.threads);
    settings.confidence = options.confidence;
    settings.jobs = options.jobs;
    settings.executable = line.executable;
    settings.session = std::to_string(std::time(nullptr)) + "-" + std::to_string(getpid());
    settings.cancelled = stopping(deadline);
    progress.emplace(std::cerr, Progress::chooseMode(line.progress), "forms", start);
    settings.progress = [&](size_t done, size_t total, const std::string &what) {
      progress->update(done, total, layer + ", " + what);
    };
    auto compared = compareForms(source->driver(), layer, target, settings);
    progress.reset();
    if (!compared && *stopping(deadline) && !interrupted()) {
      untimedForms.push_back(layer);
      continue;
    }
    if (!compared)
      return Error{layer + ": " + compared.error().message};
    for (const schedules::LayerRecord &record : *compared) {
      if (Result<size_t> written = writer->append(record); !written)
        return written.error();
      printForm(std::cout, record);
    }
  }
  return std::nullopt;
}

Undone TuneCommand::undone() const {
  Undone undone;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string &name = tasks[i].name;
    if (i >= results.size() || results[i].defaultMs == 0)
      undone.unmeasured.push_back(name);
    else if (results[i].ended == schedules::Ended::Seconds && results[i].tried < fewCandidates)
      undone.hurried.push_back(name + " (" + std::to_string(results[i].tried) + ")");
    if (i < searches.size() && searches[i]->comparisonsLeft() > 0)
      undone.unconfirmed.push_back(name);
  }
  undone.forms = untimedForms;
  return undone;
}

int TuneCommand::tuneAll() {
  printTuneHeading(std::cout);
  std::optional<Error> wrong = measurer->problemsAtOnce() > 1 ? inRounds() : oneByOne();
  progress.reset();
  if (!wrong && !interrupted())
    wrong = confirmAll();
  printTuneSummary(std::cout, results);
  if (!wrong && !interrupted() && !layersWithForms.empty())
    wrong = tuneForms();
  if (wrong)
    return failInput(wrong->message);
  if (std::string text = describeUndone(undone(), totalSeconds, tasks.size());
      budget && !interrupted() && !text.empty())
    std::cout << text << '\n';
  if (interrupted())
    std::cerr << "convwright: interrupted; " << options.records
              << " holds every outcome, and the same command goes on from there\n";
  return exitFine;
}

} // namespace

void addTuneCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "tune", "Searches for faster plans, and records every outcome; going on where it stopped");
  auto options = std::make_shared<TuneOptions>();
  addTuneOptions(*command, *options);
  addReplayCommand(*command, line);
  command->callback([=, &line] {
    if (command->get_subcommands().empty())
      line.run = [=, &line] { return TuneCommand(*options, line).run(); };
  });
}

} // namespace convwright::tools
