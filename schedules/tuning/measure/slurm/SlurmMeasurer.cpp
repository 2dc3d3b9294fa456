//===- SlurmMeasurer.cpp - candidates measured on a cluster -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/SlurmMeasurer.h"

#include "schedules/kernel/JsonFields.h"
#include "schedules/tuning/measure/slurm/Harvest.h"
#include "schedules/tuning/measure/slurm/NodeProbe.h"
#include "schedules/tuning/measure/slurm/Round.h"
#include "schedules/tuning/measure/slurm/Watchdog.h"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace convwright::schedules {

namespace {

namespace fs = std::filesystem;
using namespace slurm;
using nlohmann::json;

class SlurmMeasurer : public Measurer {
public:
  explicit SlurmMeasurer(const SlurmOptions &options) : options(options) {}
  ~SlurmMeasurer() override;

  std::optional<Error> begin(const std::atomic<bool> *cancelled);

  std::string_view name() const override { return "slurm"; }
  json hardware() const override { return nodes; }
  size_t batch() const override { return options.batch; }
  size_t problemsAtOnce() const override { return std::numeric_limits<size_t>::max(); }

  Result<std::vector<Outcome>>
  measure(const Problem &problem, const std::vector<Plan> &candidates,
          const std::optional<Plan> &incumbent,
          const std::function<void(size_t index, const Outcome &)> &finished,
          const std::atomic<bool> *cancelled) override;

  Result<size_t>
  measureMany(const std::vector<MeasureRequest> &requests,
              const std::function<void(size_t request, size_t plan, const Outcome &)> &finished,
              const std::atomic<bool> *cancelled) override;

private:
  std::optional<Error> checkOptions();
  std::optional<Error> choosePlaces(const Cluster &cluster);
  std::optional<Error> askHardware(const Cluster &cluster, const std::atomic<bool> *cancelled);
  RoundSettings settings() const;
  void retire();

  SlurmOptions options;
  size_t nodeCount = 0, largestIndex = 0, rounds = 0;
  json nodes; // the hardware
  std::string cpu;
  Harvest harvest;
  std::optional<std::pair<RoundFolder, Ownership>> last; // the latest round's
};

} // namespace

//===----------------------------------------------------------------------===//
// Getting to know the cluster
//===----------------------------------------------------------------------===//

std::optional<Error> SlurmMeasurer::checkOptions() {
  std::error_code error;
  if (!fs::is_directory(options.directory, error))
    return Error{"the shared folder '" + options.directory +
                 "' is not there; it must exist, on a file system that all nodes see"};
  options.directory = fs::canonical(options.directory, error);
  if (options.directory.find('\n') != std::string::npos)
    return Error{"the shared folder's path contains a line break"};
  options.buildCores = std::max<size_t>(1, options.buildCores);
  options.batch = std::max<size_t>(1, options.batch);
  options.attempts = std::max(1, options.attempts);
  return std::nullopt;
}

static std::string listed(const std::vector<std::string> &items) {
  std::string text;
  for (const std::string &item : items)
    text += (text.empty() ? "" : ", ") + item;
  return text.empty() ? "none" : text;
}

std::optional<Error> SlurmMeasurer::choosePlaces(const Cluster &cluster) {
  Result<size_t> largest = cluster.largestIndex();
  if (!largest)
    return largest.error();
  largestIndex = *largest;
  Result<size_t> cpus = cluster.mostCpus();
  if (!cpus)
    return cpus.error();
  options.buildCores = std::min(options.buildCores, *cpus);
  if (options.chunk == 0)
    options.chunk = options.buildCores;
  if (options.constraint.empty()) {
    Result<std::vector<std::string>> features = cluster.features();
    if (!features)
      return features.error();
    std::optional<std::string> feature = featureOf(options.target, *features);
    if (!feature)
      return Error{"no node of the cluster has a feature that stands for the target '" +
                   options.target + "' (they have: " + listed(*features) +
                   "); name the nodes to time on by a constraint"};
    options.constraint = *feature;
  }
  Result<size_t> fitting = cluster.nodesWith(options.constraint);
  if (!fitting)
    return fitting.error();
  nodeCount = options.nodes > 0 ? std::min(options.nodes, *fitting) : *fitting;
  if (*fitting == 0) {
    Result<std::vector<std::string>> features = cluster.features();
    return Error{"no node" +
                 (options.partition.empty() ? "" : " of partition '" + options.partition + "'") +
                 " has the feature '" + options.constraint + "'" +
                 (features ? "; there are: " + listed(*features) : "")};
  }
  return std::nullopt;
}

RoundSettings SlurmMeasurer::settings() const {
  return {options.target,   options.threads, options.chunk, options.buildCores,
          options.attempts, options.build,   options.time};
}

/// A task that says what it runs on. Also finds out whether the worker runs at all.
std::optional<Error> SlurmMeasurer::askHardware(const Cluster &cluster,
                                                const std::atomic<bool> *cancelled) {
  std::string path = newRoundPath(options.directory);
  Result<RoundFolder> round = RoundFolder::create(path, settings());
  if (!round)
    return round.error();
  std::optional<Ownership> ownership = Ownership::take(path);
  Watchdog watchdog(jobNameOf(path));
  Result<json> answer = askNode(options, cluster, *round, jobNameOf(path), cancelled);
  if (!answer)
    cluster.cancel(jobNameOf(path));
  round->remove();
  if (!answer)
    return answer.error();
  nodes = *answer;
  cpu = spellProcessor(nodes);
  return std::nullopt;
}

std::optional<Error> SlurmMeasurer::begin(const std::atomic<bool> *cancelled) {
  if (std::optional<Error> failure = checkOptions())
    return failure;
  Cluster cluster(options, cancelled);
  if (std::optional<Error> failure = choosePlaces(cluster))
    return failure;
  if (std::optional<Error> failure = askHardware(cluster, cancelled))
    return failure;
  harvest = Harvest::gather(options, cluster, cpu);
  return std::nullopt;
}

Result<std::unique_ptr<Measurer>> makeSlurmMeasurer(const SlurmOptions &options,
                                                    const std::atomic<bool> *cancelled) {
  auto measurer = std::make_unique<SlurmMeasurer>(options);
  if (std::optional<Error> failure = measurer->begin(cancelled))
    return *failure;
  return std::unique_ptr<Measurer>(std::move(measurer));
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

/// Whoever asks again, or lets go, has recorded what it was told.
void SlurmMeasurer::retire() {
  if (last)
    last->first.remove();
  last.reset();
}

/// What was found is not wanted when the searches had the chance to ask for it again.
SlurmMeasurer::~SlurmMeasurer() {
  retire();
  if (harvest.size() == 0 || rounds > 1)
    harvest.removeFolders();
}

Result<std::vector<Outcome>>
SlurmMeasurer::measure(const Problem &problem, const std::vector<Plan> &candidates,
                       const std::optional<Plan> &incumbent,
                       const std::function<void(size_t index, const Outcome &)> &finished,
                       const std::atomic<bool> *cancelled) {
  std::vector<std::optional<Outcome>> known(candidates.size());
  std::vector<Outcome> outcomes;
  Result<size_t> count = measureMany(
      {{&problem, candidates, incumbent}},
      [&](size_t, size_t plan, const Outcome &outcome) {
        known[plan] = outcome;
        while (outcomes.size() < known.size() && known[outcomes.size()]) { // in order
          outcomes.push_back(*known[outcomes.size()]);
          finished(outcomes.size() - 1, outcomes.back());
        }
      },
      cancelled);
  if (!count)
    return count.error();
  return outcomes;
}

Result<size_t> SlurmMeasurer::measureMany(
    const std::vector<MeasureRequest> &requests,
    const std::function<void(size_t request, size_t plan, const Outcome &)> &finished,
    const std::atomic<bool> *cancelled) {
  retire();
  ++rounds;
  size_t count = 0;
  std::vector<WorkItem> items;
  for (size_t i = 0; i < requests.size(); ++i) {
    WorkItem item{i, *requests[i].problem, {}, {}, requests[i].incumbent};
    for (size_t j = 0; j < requests[i].plans.size(); ++j) {
      const Plan &plan = requests[i].plans[j];
      if (std::optional<Outcome> outcome = harvest.take(item.problem, plan, item.incumbent)) {
        finished(i, j, *outcome);
        ++count;
        continue;
      }
      item.plans.push_back(plan);
      item.numbers.push_back(j);
    }
    if (!item.plans.empty())
      items.push_back(std::move(item));
  }
  if (items.empty() || (cancelled && *cancelled))
    return count;

  std::string path = newRoundPath(options.directory);
  Result<RoundFolder> folder = RoundFolder::create(path, settings());
  if (!folder)
    return folder.error();
  std::optional<Ownership> ownership = Ownership::take(path);
  if (!ownership)
    return Error{"cannot lock '" + path + "/owner'; the shared file system must support flock"};
  last.emplace(std::move(*folder), std::move(*ownership));
  Watchdog watchdog(jobNameOf(path));
  Cluster cluster(options, cancelled);
  size_t size = leaseSize(items.size(), nodeCount, options.lease);
  Round round(options, cluster, last->first, cpu, jobNameOf(path), finished);
  Result<size_t> measured = round.run(makeLeases(std::move(items), size), largestIndex, cancelled);
  if (!measured)
    return measured.error();
  return count + *measured;
}

} // namespace convwright::schedules
