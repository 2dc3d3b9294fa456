//===- Task.cpp - what tune-worker does on a node ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Task.h"

#include <algorithm>
#include <filesystem>

namespace convwright::schedules::slurm {

namespace {

/// A task under way: its lease, what is known already, and where new words go.
class Task {
public:
  static Result<Task> begin(const RoundFolder &round, const char *kind, size_t number,
                            const TaskTools &tools) {
    Result<Lease> lease = round.readLease(number);
    if (!lease)
      return lease.error();
    Result<RoundSettings> settings = round.readSettings();
    if (!settings)
      return settings.error();
    Result<TaskHistory> history = readHistory(round, kind, number, *lease);
    if (!history)
      return history.error();
    Result<RecordWriter> part = round.openPart(kind, number);
    if (!part)
      return part.error();
    return Task{round,           number, tools, std::move(*lease), *settings, std::move(*history),
                std::move(*part)};
  }

  bool isKnown(size_t item, size_t plan) const { return history.known.contains({item, plan}); }

  std::optional<Error> note(size_t item, size_t plan, const Outcome &outcome, bool built) {
    Record record;
    record.problem = lease[item].problem;
    record.hardware = tools.hardware;
    record.plan = *planOf(lease[item], plan);
    record.measure = "slurm";
    record.cache = settings.cache();
    record.incumbent = lease[item].incumbent;
    record.outcome = outcome;
    setPartFields(record, {item, plan, built});
    Result<size_t> written = part.append(record);
    if (!written)
      return written.error();
    history.known.emplace(std::pair{item, plan}, std::move(record));
    ++done;
    return std::nullopt;
  }

  /// The first candidate that is dealt with, when it has cost too many nodes already.
  bool refusesFirst() {
    int losses = std::exchange(history.losses, 0);
    return losses >= settings.attempts;
  }
  Outcome lost(const char *doing) const {
    Outcome outcome;
    outcome.reason = "the node, or its task, was lost " + std::to_string(settings.attempts) +
                     " times while this candidate was " + doing;
    return outcome;
  }

  const RoundFolder &round;
  size_t number;
  const TaskTools &tools;
  Lease lease;
  RoundSettings settings;
  TaskHistory history;
  RecordWriter part;
  size_t done = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

static Outcome builtOutcome(const Built &built) {
  Outcome outcome = built.outcome;
  if (!built.fine)
    return outcome;
  outcome.verdict = Verdict::Refused; // until it is timed
  outcome.reason = "built, but not timed";
  return outcome;
}

static std::optional<Error> buildPlans(Task &task, size_t item,
                                       const std::vector<size_t> &numbers) {
  const WorkItem &work = task.lease[item];
  std::vector<Plan> plans;
  std::vector<std::string> stems;
  for (size_t number : numbers) {
    plans.push_back(*planOf(work, number));
    bool incumbent = number == work.plans.size();
    stems.push_back(task.round.stem(task.number, item,
                                    incumbent ? std::nullopt : std::optional<size_t>(number)));
  }
  Result<std::vector<Built>> built = task.tools.build(work.problem, plans, stems);
  if (!built)
    return built.error();
  for (size_t i = 0; i < numbers.size(); ++i)
    if (std::optional<Error> failure =
            task.note(item, numbers[i], builtOutcome((*built)[i]), (*built)[i].fine))
      return failure;
  return std::nullopt;
}

static std::optional<Error> buildItem(Task &task, size_t item, bool oneByOne) {
  const WorkItem &work = task.lease[item];
  std::vector<size_t> wanted;
  for (size_t plan = 0; planOf(work, plan); ++plan)
    if (!task.isKnown(item, plan))
      wanted.push_back(plan);
  if (wanted.empty())
    return std::nullopt;
  if (std::string path = task.round.expectedFile(task.number, item); !std::filesystem::exists(path))
    if (std::optional<Error> failure = task.tools.expect(work.problem, path))
      return failure;
  size_t chunk = oneByOne ? 1 : task.settings.chunk;
  for (size_t first = 0; first < wanted.size(); first += chunk) {
    std::vector<size_t> some(wanted.begin() + static_cast<ptrdiff_t>(first),
                             wanted.begin() +
                                 static_cast<ptrdiff_t>(std::min(first + chunk, wanted.size())));
    std::optional<Error> failure = task.refusesFirst()
                                       ? task.note(item, some[0], task.lost("built"), false)
                                       : buildPlans(task, item, some);
    if (failure)
      return failure;
  }
  return std::nullopt;
}

Result<size_t> runBuildTask(const RoundFolder &round, size_t lease, const TaskTools &tools) {
  Result<Task> task = Task::begin(round, "build", lease, tools);
  if (!task)
    return task.error();
  std::error_code error;
  std::filesystem::create_directory(round.builtFolder(lease), error);
  if (error)
    return Error{"cannot make '" + round.builtFolder(lease) + "': " + error.message()};
  // After a loss one by one, to find out which candidate it is that costs nodes.
  bool oneByOne = task->history.losses > 0;
  for (size_t item = 0; item < task->lease.size(); ++item)
    if (std::optional<Error> failure = buildItem(*task, item, oneByOne))
      return *failure;
  return task->done;
}

//===----------------------------------------------------------------------===//
// Timing
//===----------------------------------------------------------------------===//

static Result<Outcome> timePlan(const Task &task, size_t item, size_t plan, const Record &build) {
  const WorkItem &work = task.lease[item];
  TaskTools::Contest contest{work.problem, work.plans[plan],
                             task.round.stem(task.number, item, plan), std::nullopt,
                             task.round.expectedFile(task.number, item)};
  if (work.incumbent)
    contest.incumbentStem = task.round.stem(task.number, item, std::nullopt);
  Result<Outcome> outcome = task.tools.time(contest);
  if (outcome) {
    outcome->compileSeconds = build.outcome.compileSeconds;
    outcome->objectBytes = build.outcome.objectBytes;
  }
  return outcome;
}

/// Errors: the incumbent is not there; it was built before, so this is not the candidates' fault.
static std::optional<Error> timeItem(Task &task, const TaskHistory &builds, size_t item) {
  const WorkItem &work = task.lease[item];
  if (auto found = builds.known.find({item, work.plans.size()});
      work.incumbent && (found == builds.known.end() || !partFields(found->second)->built))
    return Error{"the incumbent (" + print(*work.incumbent) + ") was not built: " +
                 (found == builds.known.end() ? "its build task ended early"
                                              : found->second.outcome.reason)};
  for (size_t plan = 0; plan < work.plans.size(); ++plan) {
    auto build = builds.known.find({item, plan});
    if (task.isKnown(item, plan) || build == builds.known.end() ||
        !partFields(build->second)->built)
      continue;
    Result<Outcome> outcome = task.refusesFirst() ? Result<Outcome>(task.lost("timed"))
                                                  : timePlan(task, item, plan, build->second);
    if (!outcome)
      return outcome.error();
    if (std::optional<Error> failure = task.note(item, plan, *outcome, true))
      return failure;
  }
  return std::nullopt;
}

Result<size_t> runTimingTask(const RoundFolder &round, size_t lease, const TaskTools &tools) {
  Result<Task> task = Task::begin(round, "time", lease, tools);
  if (!task)
    return task.error();
  Result<TaskHistory> builds = readHistory(round, "build", lease, task->lease);
  if (!builds)
    return builds.error();
  for (size_t item = 0; item < task->lease.size(); ++item)
    if (std::optional<Error> failure = timeItem(*task, *builds, item))
      return *failure;
  return task->done;
}

} // namespace convwright::schedules::slurm
