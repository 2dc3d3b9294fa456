//===- LayerRun.cpp - records by layer, races, winners ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/LayerRun.h"

#include "schedules/tuning/records/Hardware.h"
#include "schedules/tuning/records/Sessions.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace convwright::report {

using schedules::Plan;
using schedules::Record;
using schedules::Verdict;

namespace {

/// Adds trials one by one, in order.
class Assembler {
public:
  explicit Assembler(LayerRun &run) : run(run) {}

  void add(const Record &record) {
    seconds += record.outcome.compileSeconds + record.outcome.measureSeconds;
    if (record.role == "final") {
      run.finals.push_back(&record);
      return;
    }
    Trial trial;
    trial.record = &record;
    trial.number = static_cast<int>(run.trials.size()) + 1;
    trial.seconds = seconds;
    if (trial.timed())
      place(trial);
    run.trials.push_back(trial);
    if (trial.timed())
      remember(static_cast<int>(run.trials.size()) - 1);
  }

  void chooseWinner(const std::vector<const Record *> &records) {
    const Record *latest = nullptr; // in the order of the files
    for (const schedules::Session &session : schedules::groupSessions(records))
      if (const Record *winner = schedules::winnerOf(session);
          winner && (!latest || isLater(*winner, *latest, records)))
        latest = winner;
    if (latest && latest->role == "final")
      run.confirmation = latest;
    run.winner = !raced ? fastest() : latest ? trialOf(*latest) : -1;
  }

private:
  /// By date, then by place in the files.
  static bool isLater(const Record &record, const Record &than,
                      const std::vector<const Record *> &records) {
    auto place = [&](const Record &each) {
      return std::find(records.begin(), records.end(), &each) - records.begin();
    };
    return std::pair(record.date, place(record)) > std::pair(than.date, place(than));
  }

  /// The trial in which a session's winner won; -1: it is not there.
  int trialOf(const Record &winner) const {
    int found = -1;
    for (size_t i = 0; i < run.trials.size(); ++i) {
      const Record &record = *run.trials[i].record;
      bool same = record.session == winner.session && planKey(record.plan) == planKey(winner.plan);
      if (&record == &winner)
        return static_cast<int>(i);
      if (same && run.trials[i].timed() && (found < 0 || record.outcome.better))
        found = static_cast<int>(i);
    }
    return found;
  }

  /// Where the trial stands against its incumbent and against the default.
  void place(Trial &trial) {
    const Record &record = *trial.record;
    if (record.role == "default")
      return;
    if (record.incumbent && record.outcome.ratio > 0) {
      auto found = latest.find(planKey(*record.incumbent));
      if (found != latest.end()) {
        trial.incumbent = found->second;
        trial.toIncumbent =
            -LogRatio::of(record.outcome.ratio, record.outcome.ratioLow, record.outcome.ratioHigh);
        const Trial &incumbent = run.trials[static_cast<size_t>(trial.incumbent)];
        trial.toDefault = trial.toIncumbent + incumbent.toDefault;
        return;
      }
    }
    int reference = run.defaultTrial >= 0 ? run.defaultTrial : firstTimed;
    if (reference >= 0)
      trial.toDefault = LogRatio::ofTimes(
          record.outcome.ms, run.trials[static_cast<size_t>(reference)].record->outcome.ms);
  }

  void remember(int index) {
    const Record &record = *run.trials[static_cast<size_t>(index)].record;
    if (firstTimed < 0)
      firstTimed = index;
    if (record.role == "default")
      run.defaultTrial = index;
    raced |= record.outcome.ratio > 0;
    // What the incumbent is known to be must not be lost by timing the same plan once more.
    auto [place, isNew] = latest.emplace(planKey(record.plan), index);
    if (!isNew && (record.role == "default" || record.outcome.better))
      place->second = index;
  }

  int fastest() const {
    int best = -1;
    for (size_t i = 0; i < run.trials.size(); ++i) {
      const Trial &trial = run.trials[i];
      if (trial.timed() && trial.record->outcome.verdict == Verdict::Ok &&
          (best < 0 ||
           trial.record->outcome.ms < run.trials[static_cast<size_t>(best)].record->outcome.ms))
        best = static_cast<int>(i);
    }
    return best;
  }

  LayerRun &run;
  double seconds = 0;
  bool raced = false;
  int firstTimed = -1;
  std::map<std::string, int> latest; // by plan: the trial that stands for it as an incumbent
};

Gain gainOf(const LayerRun &run) {
  Gain gain;
  if (run.winner < 0 || run.defaultTrial < 0)
    return gain;
  const Trial &winner = run.trials[static_cast<size_t>(run.winner)];
  gain.confidence = winner.record->outcome.confidence;
  gain.ratio = -winner.toDefault;
  const Trial &standard = run.trials[static_cast<size_t>(run.defaultTrial)];
  if (planKey(winner.record->plan) == planKey(standard.record->plan)) {
    gain.source = GainSource::DefaultKept;
    gain.ratio = {};
  } else if (const Record *final = run.confirmation) {
    gain.source = GainSource::Final;
    gain.ratio =
        LogRatio::of(final->outcome.ratio, final->outcome.ratioLow, final->outcome.ratioHigh);
    gain.confidence = final->outcome.confidence;
  } else if (winner.incumbent < 0) {
    gain.source = GainSource::Apart;
  } else {
    const Trial &beaten = run.trials[static_cast<size_t>(winner.incumbent)];
    gain.source = beaten.record->role == "default" ? GainSource::Race : GainSource::Chain;
  }
  return gain;
}

std::string nameOf(const Record &record) {
  return record.name.empty() ? schedules::describeProblem(record.problem.kernel) : record.name;
}

} // namespace

LogRatio LayerRun::toWinner(const Trial &trial) const {
  const Trial &best = trials[static_cast<size_t>(winner)];
  if (&trial == &best)
    return {};
  // From the winner back to the incumbent that both were measured against: what lies before it
  // cancels.
  LogRatio back;
  for (int at = winner; at >= 0; at = trials[static_cast<size_t>(at)].incumbent) {
    if (&trials[static_cast<size_t>(at)] == &trial)
      return -back;
    if (at == trial.incumbent)
      return trial.toIncumbent + -back;
    back = back + trials[static_cast<size_t>(at)].toIncumbent;
  }
  return trial.toDefault + -best.toDefault;
}

std::string machineOf(const Record &record) {
  std::string processor = schedules::spellProcessor(record.hardware);
  return processor.empty() ? "unknown machine" : processor;
}

std::string planKey(const Plan &plan) {
  std::string key = plan.algorithm;
  for (const auto &[name, value] : plan.parameters)
    key += "," + name + "=" + std::to_string(value);
  return key;
}

std::vector<LayerRun> layerRuns(const std::vector<const Record *> &records) {
  using Identity = std::tuple<std::string, std::string, int, std::string, std::string, std::string>;
  std::map<Identity, size_t> places;
  std::vector<std::vector<const Record *>> groups;
  for (const Record *record : records) {
    auto [place, isNew] =
        places.emplace(Identity{record->key, record->problem.target, record->problem.threads,
                                machineOf(*record), record->measure, record->cache},
                       groups.size());
    if (isNew)
      groups.emplace_back();
    groups[place->second].push_back(record);
  }
  std::vector<LayerRun> runs;
  for (const std::vector<const Record *> &group : groups) {
    LayerRun &run = runs.emplace_back();
    run.name = nameOf(*group[0]);
    run.machine = machineOf(*group[0]);
    Assembler assembler(run);
    for (const Record *record : group)
      assembler.add(*record);
    assembler.chooseWinner(group);
    run.gain = gainOf(run);
  }
  return runs;
}

} // namespace convwright::report
