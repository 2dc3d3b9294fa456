//===- Round.cpp - one round of measuring on the cluster --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Round.h"

#include "schedules/tuning/measure/slurm/Task.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {

static constexpr double firstPause = 0.1;
/// Candidates of one lease that may cost their tasks.
static constexpr int mostRefused = 4;

Result<size_t> Round::run(std::vector<Lease> all, size_t largestIndex,
                          const std::atomic<bool> *cancelled) {
  leases = std::move(all);
  told.resize(leases.size());
  for (size_t i = 0; i < leases.size(); ++i)
    if (std::optional<Error> failure = folder.writeLease(i, leases[i]))
      return *failure;
  std::optional<Error> failure = waves(largestIndex, cancelled);
  bool stopped = cancelled && *cancelled;
  if (failure || stopped)
    cluster.cancel(jobName);
  if (stopped)
    for (size_t i = 0; i < leases.size(); ++i)
      (void)collect(i); // what is final is told
  if (failure && !stopped)
    return *failure;
  return count;
}

//===----------------------------------------------------------------------===//
// Waves: what is still missing is submitted again
//===----------------------------------------------------------------------===//

/// A candidate that costs its task as often as is allowed is refused by the next attempt, which is
/// progress; a lease may hold several of them, but not without end.
std::optional<Error> Round::waves(size_t largestIndex, const std::atomic<bool> *cancelled) {
  int inVain = 0;
  for (wave = 0; wave < mostRefused * options.attempts && inVain <= options.attempts; ++wave) {
    size_t before = count;
    std::optional<Error> failure = submit(largestIndex);
    if (!failure)
      failure = await(cancelled);
    if (failure || (cancelled && *cancelled) || isComplete())
      return failure;
    if (count == 0)
      if (std::optional<Error> complaint = workersComplaint())
        return complaint;
    inVain = count == before ? inVain + 1 : 0;
  }
  giveUp();
  return std::nullopt;
}

std::optional<Error> Round::submit(size_t largestIndex) {
  pairs.clear();
  waiting.clear();
  before.clear();
  lastChange = Clock::now();
  size_t most = largestIndex + 1;
  for (size_t base = 0; base < leases.size(); base += most) {
    std::vector<size_t> indices;
    for (size_t i = base; i < std::min(base + most, leases.size()); ++i)
      if (!isComplete(i))
        indices.push_back(i - base);
    if (indices.empty())
      continue;
    if (std::optional<Error> failure = submitPair(base, indices))
      return failure;
  }
  return std::nullopt;
}

std::optional<Error> Round::submitPair(size_t base, const std::vector<size_t> &indices) {
  std::string suffix = "-" + std::to_string(wave) + "-" + std::to_string(base);
  ArrayJob job{jobName, "build", folder.path(), base, indices, "", "build" + suffix};
  Result<std::string> build = cluster.submit(job);
  if (!build)
    return build.error();
  job.kind = "time";
  job.comment = "time" + suffix;
  job.after = *build;
  Result<std::string> time = cluster.submit(job);
  if (!time)
    return time.error();
  for (size_t index : indices)
    waiting[base + index] = {pairs.size(), index};
  pairs.push_back({*build, *time, base});
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

std::optional<Error> Round::await(const std::atomic<bool> *cancelled) {
  double wait = firstPause;
  while (!waiting.empty() && !(cancelled && *cancelled)) {
    pause(wait, cancelled);
    wait = std::min(1.5 * wait, options.pollSeconds);
    if (std::optional<Error> failure = look())
      return failure;
  }
  return std::nullopt;
}

std::optional<Error> Round::look() {
  std::vector<std::string> jobs;
  for (const Pair &pair : pairs)
    jobs.insert(jobs.end(), {pair.build, pair.time});
  Result<std::map<TaskName, TaskState>> states = cluster.states(jobs);
  if (!states)
    return states.error();
  for (auto lease = waiting.begin(); lease != waiting.end();) {
    if (!isOver(lease->first, *states)) {
      ++lease;
      continue;
    }
    if (std::optional<Error> failure = collect(lease->first))
      return failure;
    lease = waiting.erase(lease);
  }
  return judge(*states);
}

/// Forgotten tasks are over too: Slurm forgets those that ended some minutes ago.
bool Round::isOver(size_t lease, const std::map<TaskName, TaskState> &states) {
  const Place &place = waiting.at(lease);
  auto time = states.find({pairs[place.pair].time, place.index});
  auto build = states.find({pairs[place.pair].build, place.index});
  auto word = [](const TaskState &state) {
    return state.state + (state.node.empty() ? "" : " on " + state.node);
  };
  if (build != states.end() && build->second.state != "COMPLETED")
    ends[lease] = "its build task: " + word(build->second);
  else if (time != states.end())
    ends[lease] = "its timing task: " + word(time->second);
  return time == states.end() || time->second.over();
}

/// Whether waiting makes sense.
std::optional<Error> Round::judge(const std::map<TaskName, TaskState> &states) {
  for (const auto &[task, state] : states) {
    if (state.state != "PENDING")
      continue;
    if (isHopeless(state.reason))
      return Error{"Slurm will never start task " + task.first + "_" + std::to_string(task.second) +
                   ": it says " + state.reason};
    if (failedToLaunch(state.reason))
      cluster.cancelTask(task); // to be submitted again; Slurm itself would leave it held
    else if (state.reason == "BeginTime" && hastened.insert(task).second)
      cluster.hasten(task); // Slurm puts the tasks of a lost node off for two minutes
    else if (state.reason != "BeginTime")
      hastened.erase(task);
  }
  auto same = [](const auto &a, const auto &b) {
    return a.first == b.first && a.second.state == b.second.state;
  };
  if (states.size() != before.size() ||
      !std::equal(states.begin(), states.end(), before.begin(), same))
    lastChange = Clock::now();
  before = states;
  double still = std::chrono::duration<double>(Clock::now() - lastChange).count();
  if (!waiting.empty() && still > options.stallSeconds)
    return Error{"nothing has moved on the cluster for " + std::to_string(static_cast<int>(still)) +
                 " s; Slurm says of a task: " +
                 (states.empty() ? "nothing" : states.begin()->second.reason)};
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

std::optional<Error> Round::collect(size_t lease) {
  Result<TaskHistory> builds = readHistory(folder, "build", lease, leases[lease]);
  Result<TaskHistory> times = readHistory(folder, "time", lease, leases[lease]);
  if (!builds || !times)
    return builds ? times.error() : builds.error();
  for (size_t item = 0; item < leases[lease].size(); ++item)
    for (size_t plan = 0; plan < leases[lease][item].plans.size(); ++plan) {
      auto build = builds->known.find({item, plan}), time = times->known.find({item, plan});
      std::optional<Error> failure;
      if (time != times->known.end())
        failure = tell(lease, item, plan, time->second);
      else if (build != builds->known.end() && !partFields(build->second)->built)
        failure = tell(lease, item, plan, build->second);
      if (failure)
        return failure;
    }
  return std::nullopt;
}

std::optional<Error> Round::tell(size_t lease, size_t item, size_t plan, const Record &record) {
  if (std::string found = spellProcessor(record.hardware); record.outcome.timed() && found != cpu)
    return Error{"a timing node has the processor '" + found + "', but this search measures on '" +
                 cpu + "'; give a constraint that only one kind of nodes meets"};
  if (!told[lease].insert({item, plan}).second)
    return std::nullopt;
  const WorkItem &work = leases[lease][item];
  ++count;
  finished(work.request, work.numbers[plan], record.outcome);
  return std::nullopt;
}

bool Round::isComplete(size_t lease) const {
  size_t plans = 0;
  for (const WorkItem &item : leases[lease])
    plans += item.plans.size();
  return told[lease].size() == plans;
}

bool Round::isComplete() const {
  for (size_t i = 0; i < leases.size(); ++i)
    if (!isComplete(i))
      return false;
  return true;
}

void Round::giveUp() {
  for (size_t lease = 0; lease < leases.size(); ++lease)
    for (size_t item = 0; item < leases[lease].size(); ++item)
      for (size_t plan = 0; plan < leases[lease][item].plans.size(); ++plan) {
        if (!told[lease].insert({item, plan}).second)
          continue;
        Outcome outcome;
        outcome.reason = "lost " + std::to_string(wave) + " times; " + ends[lease];
        const WorkItem &work = leases[lease][item];
        ++count;
        finished(work.request, work.numbers[plan], outcome);
      }
}

/// When nothing was measured and a worker said why, it is not the candidates' fault.
std::optional<Error> Round::workersComplaint() const {
  for (const Pair &pair : pairs)
    for (const char *kind : {"build", "time"})
      for (const auto &[lease, end] : ends)
        if (std::string line =
                lease < pair.base ? "" : folder.lastLog(kind, pair.base, lease - pair.base);
            !line.empty() && line.find("slurmstepd") == std::string::npos)
          return Error{"no task on the cluster got anywhere; " + end + "; it printed: " + line};
  return std::nullopt;
}

} // namespace convwright::schedules::slurm
