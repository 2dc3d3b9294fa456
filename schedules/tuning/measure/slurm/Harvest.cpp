//===- Harvest.cpp - what a controller that died left behind ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Harvest.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace convwright::schedules::slurm {

namespace fs = std::filesystem;

static constexpr std::string_view timed = "time"; // the kind of parts
static constexpr const char *roundPrefix = "convwright-round-";

std::string newRoundPath(const std::string &directory) {
  static std::atomic<unsigned> count{0};
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  auto ticks = std::chrono::system_clock::now().time_since_epoch().count();
  return directory + "/" + roundPrefix + host + "-" + std::to_string(getpid()) + "-" +
         std::to_string(ticks) + "-" + std::to_string(count++);
}

std::string jobNameOf(const std::string &roundPath) {
  return fs::path(roundPath).filename().string();
}

static std::string planText(const Plan &plan) {
  std::string text = plan.algorithm;
  for (const auto &[name, value] : plan.parameters)
    text += "," + name + "=" + std::to_string(value);
  return text;
}

/// Equal for the same candidate beside the same incumbent.
static std::string candidateText(const std::string &problemKey, const Problem &problem,
                                 const Plan &plan, const std::optional<Plan> &incumbent) {
  return problemKey + "|" + problem.target + "|" + std::to_string(problem.threads) + "|" +
         planText(plan) + "|" + (incumbent ? planText(*incumbent) : "");
}

Harvest Harvest::gather(const SlurmOptions &options, const Cluster &cluster,
                        const std::string &cpu) {
  Harvest harvest;
  std::vector<std::string> paths;
  std::error_code error;
  for (const fs::directory_entry &entry : fs::directory_iterator(options.directory, error))
    if (entry.path().filename().string().starts_with(roundPrefix))
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const std::string &path : paths) {
    std::optional<Ownership> ownership = Ownership::take(path);
    if (!ownership)
      continue; // its controller lives
    cluster.cancel(jobNameOf(path));
    RoundFolder round(path);
    harvest.gatherRound(round, options, cpu);
    harvest.folders.emplace_back(std::move(round), std::move(*ownership));
  }
  return harvest;
}

void Harvest::gatherRound(const RoundFolder &round, const SlurmOptions &options,
                          const std::string &cpu) {
  for (std::string_view kind : {timed, std::string_view("build")}) {
    Result<RecordSet> records = readRecords(round.allParts(std::string(kind)));
    if (!records)
      continue; // nothing is lost but time
    for (const Record &record : records->records) {
      std::optional<PartFields> fields = partFields(record);
      bool final = fields && (record.outcome.timed() ? spellProcessor(record.hardware) == cpu
                                                     : !fields->built || kind == timed);
      if (final && record.cache == (options.time.cold ? "cold" : "warm"))
        outcomes.try_emplace(
            candidateText(record.key, record.problem, record.plan, record.incumbent),
            record.outcome);
    }
  }
}

std::optional<Outcome> Harvest::take(const Problem &problem, const Plan &plan,
                                     const std::optional<Plan> &incumbent) {
  if (outcomes.empty())
    return std::nullopt;
  auto found = outcomes.find(candidateText(problemKey(problem.kernel), problem, plan, incumbent));
  if (found == outcomes.end())
    return std::nullopt;
  Outcome outcome = std::move(found->second);
  outcomes.erase(found);
  return outcome;
}

void Harvest::removeFolders() {
  for (auto &[round, ownership] : folders)
    round.remove();
  folders.clear();
}

} // namespace convwright::schedules::slurm
