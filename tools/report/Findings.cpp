//===- Findings.cpp - what a reader should know before believing a run --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Findings.h"

#include <algorithm>
#include <set>

namespace convwright::report {

using schedules::BrokenLine;
using schedules::Record;
using schedules::Verdict;

namespace {

std::string counted(size_t count, const std::string &what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string percentOf(double share) {
  std::string text = std::to_string(static_cast<int>(share * 1000 + 0.5));
  text.insert(text.size() - 1, text.size() == 1 ? "0." : ".");
  return text + " %";
}

size_t countTrust(const std::vector<Layer> &layers, Trust trust) {
  return static_cast<size_t>(std::count_if(layers.begin(), layers.end(), [=](const Layer &layer) {
    return layer.judgement.trust == trust;
  }));
}

class Findings {
public:
  std::vector<Finding> all;

  void add(Level level, std::string text) { all.push_back({level, std::move(text)}); }

  void trust(const std::vector<Layer> &layers) {
    std::string of = " of " + counted(layers.size(), "layer");
    if (size_t count = countTrust(layers, Trust::Clear))
      add(Level::Good, std::to_string(count) + of +
                           ": faster than the default beyond doubt, and confirmed once more in a "
                           "fresh process.");
    if (size_t count = countTrust(layers, Trust::Kept))
      add(Level::Good,
          std::to_string(count) + of + ": nothing better was found; the default stays.");
    if (size_t count = countTrust(layers, Trust::Unconfirmed))
      add(Level::Note, std::to_string(count) + of +
                           ": faster in the search, but there is no final measurement: the run was "
                           "perhaps interrupted.");
    if (size_t count = countTrust(layers, Trust::Doubtful))
      add(Level::Warning,
          std::to_string(count) + of + ": the gain is doubtful; their sections say why.");
    if (size_t count = countTrust(layers, Trust::Estimated))
      add(Level::Warning, std::to_string(count) + of + ": a model's estimates, not measurements.");
    if (size_t count = countTrust(layers, Trust::Nothing))
      add(Level::Warning, std::to_string(count) + of + ": nothing to compare was timed.");
  }

  void steadiness(const std::vector<Layer> &layers) {
    size_t timed = 0, drifting = 0;
    double low = 1, high = 1;
    for (const Layer &layer : layers) {
      timed += static_cast<size_t>(layer.noise.timed);
      drifting += static_cast<size_t>(layer.noise.drifting);
      low = std::min(low, layer.noise.steadyLow);
      high = std::max(high, layer.noise.steadyHigh);
    }
    if (timed == 0)
      return;
    std::string text =
        "Incumbents, measured again beside their challengers, took between " + percentOf(low) +
        " and " + percentOf(high) + " of their usual time (9 in 10 trials of each layer); " +
        (drifting ? "the canary called the machine drifting in " + counted(drifting, "trial")
                  : std::string("the canary never called the machine drifting")) +
        ".";
    add(drifting * 20 > timed || high - low > 0.2 ? Level::Warning : Level::Good, text);
  }

  void correctness(const std::vector<const Record *> &records) {
    size_t wrong = 0, crashed = 0;
    for (const Record *record : records) {
      wrong += record->outcome.verdict == Verdict::Wrong;
      crashed += record->outcome.verdict == Verdict::Crashed;
    }
    if (wrong)
      add(Level::Warning, counted(wrong, "candidate") +
                              " computed wrong results. The gate kept them out, but every legal "
                              "plan should be right: please report them.");
    if (crashed)
      add(Level::Warning, counted(crashed, "candidate") + " crashed; please report them.");
  }

  void mixture(const std::vector<const Record *> &records) {
    std::set<std::string> machines, versions, targets;
    for (const Record *record : records) {
      machines.insert(machineOf(*record));
      versions.insert(record->convwrightVersion + " with Halide " + record->halideVersion);
      targets.insert(record->problem.target);
    }
    if (machines.size() > 1)
      add(Level::Note, "Records of " + counted(machines.size(), "machine") +
                           "; each layer is shown for each machine apart.");
    if (targets.size() > 1)
      add(Level::Note, "Records for " + counted(targets.size(), "target") +
                           "; the mean gain is over all of them.");
    if (versions.size() > 1)
      add(Level::Warning, "Records of " + counted(versions.size(), "version") +
                              " of the compiler: times may not compare.");
  }
};

} // namespace

std::string_view spell(Level level) {
  return level == Level::Good ? "good" : level == Level::Note ? "note" : "warning";
}

std::vector<Finding> findingsOf(const std::vector<const Record *> &records,
                                const std::vector<Layer> &layers,
                                const std::vector<BrokenLine> &broken) {
  Findings findings;
  findings.trust(layers);
  findings.steadiness(layers);
  findings.correctness(records);
  findings.mixture(records);
  if (!broken.empty())
    findings.add(Level::Warning,
                 counted(broken.size(), "line") + " of the files could not be read; listed below.");
  return findings.all;
}

} // namespace convwright::report
