//===- Commands.cpp - what is said to Slurm, and what it says ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Commands.h"

#include <algorithm>
#include <charconv>

namespace convwright::schedules::slurm {

std::string indexRanges(const std::vector<size_t> &indices) {
  std::string text;
  for (size_t i = 0; i < indices.size();) {
    size_t last = i;
    while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1)
      ++last;
    text += (text.empty() ? "" : ",") + std::to_string(indices[i]);
    if (last > i)
      text += "-" + std::to_string(indices[last]);
    i = last + 1;
  }
  return text;
}

std::string shellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (char letter : text)
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  return quoted + "'";
}

/// In the file names of --output a % stands for something else.
static std::string patternQuoted(std::string_view text) {
  std::string quoted;
  for (char letter : text)
    quoted += letter == '%' ? std::string("%%") : std::string(1, letter);
  return quoted;
}

static std::string workerCommand(const ArrayJob &job, const SlurmOptions &options) {
  return "exec " + shellQuoted(options.worker) + " tune-worker " + job.kind + " --round " +
         shellQuoted(job.round) + " --index $((" + std::to_string(job.base) +
         " + SLURM_ARRAY_TASK_ID))";
}

static void addPlace(std::vector<std::string> &command, const ArrayJob &job,
                     const SlurmOptions &options) {
  if (job.kind == "build") {
    command.push_back("--cpus-per-task=" + std::to_string(options.buildCores));
    if (!options.buildConstraint.empty())
      command.push_back("--constraint=" + options.buildConstraint);
    return;
  }
  command.emplace_back("--exclusive");
  if (!options.constraint.empty())
    command.push_back("--constraint=" + options.constraint);
}

std::vector<std::string> sbatchCommand(const ArrayJob &job, const SlurmOptions &options) {
  std::string array = indexRanges(job.indices);
  if (options.nodes > 0)
    array += "%" + std::to_string(options.nodes);
  std::vector<std::string> command{"sbatch",
                                   "--parsable",
                                   "--job-name=" + job.name,
                                   "--comment=" + job.comment,
                                   "--array=" + array,
                                   "--nodes=1",
                                   "--ntasks=1",
                                   "--requeue",
                                   "--open-mode=append",
                                   "--chdir=/",
                                   "--output=" + patternQuoted(job.round) + "/log/" + job.kind +
                                       "-" + std::to_string(job.base) + "+%a.log"};
  addPlace(command, job, options);
  if (!job.after.empty()) {
    command.push_back("--dependency=aftercorr:" + job.after);
    command.emplace_back("--kill-on-invalid-dep=yes");
  }
  if (!options.partition.empty())
    command.push_back("--partition=" + options.partition);
  if (!options.account.empty())
    command.push_back("--account=" + options.account);
  command.insert(command.end(), options.extra.begin(), options.extra.end());
  command.push_back("--wrap=" + workerCommand(job, options));
  return command;
}

std::vector<std::string> squeueCommand(const std::vector<std::string> &jobs) {
  std::string list;
  for (const std::string &job : jobs)
    list += (list.empty() ? "" : ",") + job;
  return {
      "squeue", "--noheader", "--array", "--states=all", "--jobs", list, "--format=%F|%K|%T|%r|%N"};
}

bool TaskState::over() const {
  static constexpr std::string_view ends[] = {"COMPLETED",     "FAILED",    "CANCELLED",
                                              "TIMEOUT",       "NODE_FAIL", "BOOT_FAIL",
                                              "OUT_OF_MEMORY", "DEADLINE",  "PREEMPTED"};
  return std::find(std::begin(ends), std::end(ends), state) != std::end(ends);
}

static std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (true) {
    size_t end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

std::map<TaskName, TaskState> parseQueue(std::string_view text) {
  std::map<TaskName, TaskState> states;
  for (const std::string &line : split(text, '\n')) {
    std::vector<std::string> fields = split(line, '|');
    size_t index = 0;
    if (fields.size() != 5)
      continue;
    const std::string &number = fields[1];
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    if (error == std::errc() && end == number.data() + number.size())
      states[{fields[0], index}] = {fields[2], fields[3], fields[4]};
  }
  return states;
}

template <size_t N>
static bool containsAny(std::string_view text, const std::string_view (&phrases)[N]) {
  return std::any_of(std::begin(phrases), std::end(phrases), [&](std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
  });
}

bool isTransient(std::string_view message) {
  static constexpr std::string_view phrases[] = {"Unable to contact slurm controller",
                                                 "Socket timed out",
                                                 "Connection refused",
                                                 "Connection timed out",
                                                 "Connection reset",
                                                 "Zero Bytes were transmitted",
                                                 "temporarily unable",
                                                 "Transport endpoint",
                                                 "Communication connection failure",
                                                 "Slurm backup controller in standby"};
  return containsAny(message, phrases);
}

bool failedToLaunch(std::string_view reason) {
  static constexpr std::string_view phrases[] = {"launch failed", "launch_failed", "requeued held",
                                                 "requeued in held state"};
  return containsAny(reason, phrases);
}

bool isHopeless(std::string_view reason) {
  static constexpr std::string_view phrases[] = {
      "BadConstraints", "InvalidAccount",           "InvalidQOS",   "PartitionNodeLimit",
      "JobHeldAdmin",   "PartitionTimeLimit",       "JobHeldUser",  "AccountNotAllowed",
      "QOSNotAllowed",  "DependencyNeverSatisfied", "MaxSubmitJobs"};
  return containsAny(reason, phrases);
}

namespace {
/// What sites commonly call nodes that can run a target's code.
struct Feature {
  std::string_view target, feature;
};
constexpr Feature commonFeatures[] = {{"x86-64-v2", "sse4.2"},      {"x86-64-v3", "avx2"},
                                      {"x86-64-v3", "haswell"},     {"x86-64-v4", "avx512"},
                                      {"x86-64-v4", "skylake"},     {"znver4", "zen4"},
                                      {"znver4", "genoa"},          {"neoverse-n1", "altra"},
                                      {"neoverse-n1", "graviton2"}, {"armv8-a", "aarch64"}};
} // namespace

std::optional<std::string> featureOf(const std::string &target,
                                     const std::vector<std::string> &available) {
  auto has = [&](std::string_view feature) {
    return std::find(available.begin(), available.end(), feature) != available.end();
  };
  if (has(target))
    return target;
  for (const Feature &common : commonFeatures)
    if (common.target == target && has(common.feature))
      return std::string(common.feature);
  return std::nullopt;
}

} // namespace convwright::schedules::slurm
