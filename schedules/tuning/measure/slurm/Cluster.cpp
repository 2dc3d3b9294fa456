//===- Cluster.cpp - Slurm, spoken to with patience -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Cluster.h"

#include "schedules/tuning/measure/Process.h"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace convwright::schedules::slurm {

/// A command of Slurm that says nothing for so long is taken as lost.
static constexpr double answerSeconds = 60;
static constexpr double longestPause = 15;

void pause(double seconds, const std::atomic<bool> *cancelled) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(seconds));
  while (Clock::now() < end && !(cancelled && *cancelled))
    std::this_thread::sleep_for(
        std::min<Clock::duration>(end - Clock::now(), std::chrono::milliseconds(50)));
}

static std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

Result<std::string> Cluster::askOnce(const std::vector<std::string> &command) const {
  Result<ProcessEnd> end = runProgram(command, {.seconds = answerSeconds});
  if (!end)
    return end.error();
  if (end->timedOut)
    return Error{command[0] + ": Socket timed out"};
  if (end->exitCode == 127)
    return Error{"'" + command[0] +
                 "' cannot be run; --executor slurm needs Slurm's commands on "
                 "PATH (Debian: slurm-client)"};
  if (!end->fine())
    return Error{trimmed(end->errors.empty() ? end->output : end->errors)};
  return end->output;
}

Result<std::string> Cluster::ask(const std::vector<std::string> &command) const {
  double waited = 0, wait = 0.2;
  while (true) {
    Result<std::string> answer = askOnce(command);
    if (answer || !isTransient(answer.error().message))
      return answer;
    if (waited >= options.patienceSeconds || (cancelled && *cancelled))
      return Error{"Slurm's controller has been away for " +
                   std::to_string(static_cast<int>(waited)) + " s: " + answer.error().message};
    pause(wait, cancelled);
    waited += wait;
    wait = std::min(2 * wait, longestPause);
  }
}

/// The number of the job with the comment in lines of "number|comment"; empty: no such job.
static std::string jobWith(const std::string &comment, const std::string &answer) {
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);)
    if (size_t bar = line.find('|'); bar != std::string::npos && line.substr(bar + 1) == comment)
      return line.substr(0, bar);
  return {};
}

Result<std::string> Cluster::submit(const ArrayJob &job) const {
  std::vector<std::string> command = sbatchCommand(job, options);
  Result<std::string> answer = askOnce(command);
  while (!answer && isTransient(answer.error().message)) { // it may have been taken all the same
    Result<std::string> known =
        ask({"squeue", "--noheader", "--name=" + job.name, "--states=all", "--format=%F|%k"});
    if (!known)
      return known.error();
    if (std::string number = jobWith(job.comment, *known); !number.empty())
      return number;
    answer = askOnce(command);
  }
  if (!answer)
    return Error{"Slurm refuses the job: " + answer.error().message};
  return trimmed(answer->substr(0, answer->find(';'))); // "12;cluster" where there are several
}

Result<std::map<TaskName, TaskState>> Cluster::states(const std::vector<std::string> &jobs) const {
  Result<std::string> answer = ask(squeueCommand(jobs));
  if (answer)
    return parseQueue(*answer);
  if (answer.error().message.find("Invalid job id") != std::string::npos) // all are forgotten
    return std::map<TaskName, TaskState>{};
  return answer.error();
}

void Cluster::hasten(const TaskName &task) const {
  // If it fails, the task starts when Slurm meant it to.
  (void)askOnce({"scontrol", "update", "JobId=" + task.first + "_" + std::to_string(task.second),
                 "StartTime=now"});
}

void Cluster::cancelTask(const TaskName &task) const {
  (void)ask({"scancel", task.first + "_" + std::to_string(task.second)});
}

void Cluster::cancel(const std::string &name) const {
  (void)ask({"scancel", "--user=" + std::to_string(getuid()), "--name=" + name});
}

Result<size_t> Cluster::largestIndex() const {
  Result<std::string> answer = ask({"scontrol", "show", "config"});
  if (!answer)
    return answer.error();
  size_t place = answer->find("MaxArraySize");
  size_t equals = place == std::string::npos ? place : answer->find('=', place);
  if (equals == std::string::npos)
    return Error{"'scontrol show config' does not say MaxArraySize"};
  size_t size = std::strtoul(answer->c_str() + equals + 1, nullptr, 10);
  return size > 1 ? size - 1 : 0;
}

/// A line for each node.
Result<std::string> Cluster::describeNodes(const std::string &format) const {
  std::vector<std::string> command{"sinfo", "--noheader", "--Node", "--format=" + format};
  if (!options.partition.empty())
    command.push_back("--partition=" + options.partition);
  return ask(command);
}

Result<size_t> Cluster::mostCpus() const {
  Result<std::string> answer = describeNodes("%c");
  if (!answer)
    return answer.error();
  size_t most = 1;
  std::istringstream words(*answer);
  for (size_t cpus; words >> cpus;)
    most = std::max(most, cpus);
  return most;
}

static std::vector<std::string> listOf(const std::string &text) {
  std::vector<std::string> items;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');)
    items.push_back(item);
  return items;
}

Result<std::vector<std::string>> Cluster::features() const {
  Result<std::string> answer = describeNodes("%N %f");
  if (!answer)
    return answer.error();
  std::vector<std::string> features;
  std::istringstream words(*answer);
  for (std::string node, list; words >> node >> list;)
    for (const std::string &feature : listOf(list))
      if (feature != "(null)" &&
          std::find(features.begin(), features.end(), feature) == features.end())
        features.push_back(feature);
  return features;
}

Result<size_t> Cluster::nodesWith(const std::string &constraint) const {
  Result<std::string> answer = describeNodes("%N %f");
  if (!answer)
    return answer.error();
  size_t count = 0;
  std::istringstream words(*answer);
  std::string last;
  for (std::string node, list; words >> node >> list;) {
    std::vector<std::string> features = listOf(list);
    bool fits = constraint.empty() || constraint.find_first_of("&|[]()*") != std::string::npos ||
                std::find(features.begin(), features.end(), constraint) != features.end();
    count += fits && node != last; // a node of two partitions comes twice
    last = node;
  }
  return count;
}

} // namespace convwright::schedules::slurm
