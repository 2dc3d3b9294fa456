//===- PlanRecords.cpp - the records that compile, run and bench take plans from ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/PlanRecords.h"

#include "schedules/tuning/records/Nearest.h"
#include "tools/convwright/Console.h"
#include "tools/tune/RecordedForms.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

using convwright::schedules::BrokenLine;
using convwright::schedules::RecordIndex;
using convwright::schedules::RecordSet;
using convwright::schedules::Result;
using convwright::schedules::Target;

namespace fs = std::filesystem;

namespace convwright::tools {

void addRecordOptions(CLI::App &command, RecordOptions &options) {
  command.add_option("--records", options.files,
                     "Files of tuning records to take plans from (also by commas)");
  command.add_flag("--no-tuned", options.noTuned,
                   "Take no plans from the records that come with convwright");
}

static size_t totalBytes(const std::vector<std::string> &files) {
  size_t total = 0;
  for (const std::string &file : files) {
    std::error_code error;
    auto size = fs::file_size(file, error);
    total += error ? 0 : size;
  }
  return total;
}

void warnOfBroken(const std::vector<BrokenLine> &broken) {
  constexpr size_t most = 5;
  for (size_t i = 0; i < std::min(most, broken.size()); ++i)
    std::cerr << broken[i].file << ':' << broken[i].line
              << ": warning: line skipped: " << broken[i].problem << '\n';
  if (broken.size() > most)
    std::cerr << "convwright: warning: " << broken.size() << " lines skipped in all\n";
}

FileProgress::FileProgress(const std::vector<std::string> &files, const CommandLine &line)
    : progress(std::cerr, Progress::chooseMode(line.progress), "reading records"),
      total(totalBytes(files)) {}

schedules::ReadProgress FileProgress::callback() {
  return [this](size_t bytes) {
    constexpr size_t kilo = 1024;
    done += bytes;
    progress.update(done / kilo, std::max(done, total) / kilo, "KiB");
  };
}

Result<RecordSet> readRecordFiles(const std::vector<std::string> &files, const CommandLine &line) {
  FileProgress progress(files, line);
  Result<RecordSet> set = schedules::readRecords(files, progress.callback());
  if (set)
    warnOfBroken(set->broken);
  return set;
}

/// Files that plans were taken from; told by compiler threads.
struct PlanRecords::Used {
  std::mutex mutex;
  std::set<std::string> files;

  std::set<std::string> missed; // problems, as they were said

  void add(const std::string &file) {
    std::lock_guard lock(mutex);
    files.insert(file);
  }

  /// A line a problem, however often the compiler asks.
  void sayOnce(const std::string &line) {
    std::lock_guard lock(mutex);
    if (missed.insert(line).second)
      std::cerr << line;
  }
};

/// The folder of the shipped records; empty when there is none to look at. An Error: the
/// environment names one that is not there.
static Result<std::string> tunedFolder(const std::string &executable) {
  const char *set = std::getenv("CONVWRIGHT_TUNED");
  if (!set || !*set)
    return (fs::path(executable).parent_path().parent_path() / "share/convwright/tuned").string();
  if (std::string_view(set) == "none")
    return std::string();
  if (fs::is_directory(set))
    return std::string(set);
  return schedules::Error{
      "CONVWRIGHT_TUNED is \"" + std::string(set) +
      "\", where no directory is: set it to one with <target>.jsonl, to 'none', "
      "or unset it"};
}

static std::vector<std::string> shippedFiles(const std::vector<Target> &targets,
                                             const std::string &folder) {
  std::vector<std::string> files;
  for (const Target &target : targets) {
    std::string file = folder + "/" + target.name + ".jsonl";
    if (!folder.empty() && fs::exists(file))
      files.push_back(file);
  }
  return files;
}

static Result<std::shared_ptr<const RecordIndex>> readIndex(const std::vector<std::string> &files,
                                                            const CommandLine &line) {
  if (files.empty())
    return std::shared_ptr<const RecordIndex>();
  Result<RecordSet> set = readRecordFiles(files, line);
  if (!set)
    return set.error();
  return std::shared_ptr<const RecordIndex>(std::make_shared<RecordIndex>(std::move(*set)));
}

Result<PlanRecords> PlanRecords::load(const RecordOptions &options,
                                      const std::vector<Target> &targets, const CommandLine &line) {
  std::vector<std::string> files;
  for (const std::string &list : options.files)
    for (const std::string &file : splitList(list))
      files.push_back(file);
  Result<std::string> folder = options.noTuned ? std::string() : tunedFolder(line.executable);
  if (!folder)
    return folder.error();
  std::vector<std::string> tuned = shippedFiles(targets, *folder);
  auto own = readIndex(files, line), shipped = readIndex(tuned, line);
  if (!own || !shipped)
    return own ? shipped.error() : own.error();
  PlanRecords records;
  records.own = *own;
  records.shipped = *shipped;
  records.taken = std::make_shared<Used>();
  for (const std::vector<std::string> &list : {files, tuned})
    std::copy_if(list.begin(), list.end(), std::back_inserter(records.paths),
                 [](const std::string &file) { return file != "-"; });
  return records;
}

/// 0: on all CPUs.
static int threadsMeant(int threads) {
  return threads != 0 ? threads
                      : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

schedules::Advisor PlanRecords::advisor(int threads) const {
  if (!own && !shipped)
    return {};
  schedules::Advisor advise = schedules::adviseFrom(
      own, shipped, threadsMeant(threads),
      [taken = taken](const schedules::Record &record) { taken->add(record.file); });
  return own ? sayingMisses(std::move(advise), threadsMeant(threads)) : advise;
}

/// Why the user's records give no plan for a kernel.
static std::string missOf(const RecordIndex &own, const schedules::Problem &problem,
                          const schedules::Lookup &lookup) {
  std::string text = "convwright: note: no record is used for " + problem.kernel.name + " (" +
                     describeProblem(problem.kernel) + ", " + problem.target + "): ";
  if (!lookup.passedOver.empty())
    return text + lookup.passedOver.front() + "\n";
  auto nearest = schedules::nearestTo(problem, own.all().records);
  return text + (nearest ? describe(*nearest) : "the files hold none of kernels") + "\n";
}

schedules::Advisor PlanRecords::sayingMisses(schedules::Advisor advise, int threads) const {
  return [advise = std::move(advise), own = own, taken = taken,
          threads](const schedules::Kernel &kernel, const Target &target,
                   const schedules::PlanRequest &request) {
    schedules::Problem problem{kernel, target.name, threads};
    schedules::Lookup lookup = own->look(problem, target);
    if (!lookup.found && request.parameters.empty())
      taken->sayOnce(missOf(*own, problem, lookup));
    return advise(kernel, target, request);
  };
}

compiler::FormAdvisor PlanRecords::formAdvisor(int threads) const {
  if (!own && !shipped)
    return {};
  return adviseFormsFrom(
      own, shipped, threadsMeant(threads),
      [taken = taken](const schedules::LayerRecord &record) { taken->add(record.file); });
}

std::vector<std::string> PlanRecords::used() const {
  std::lock_guard lock(taken->mutex);
  std::vector<std::string> names;
  for (const std::string &file : taken->files)
    names.push_back(fs::path(file).filename().string());
  // Where the files lie is no part of the output.
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

} // namespace convwright::tools
