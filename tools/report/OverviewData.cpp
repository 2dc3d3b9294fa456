//===- OverviewData.cpp - the top of the page as JSON -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/OverviewData.h"

#include "tools/report/Findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace convwright::report {

using nlohmann::json;
using schedules::BrokenLine;
using schedules::Record;

namespace {

using Records = std::vector<const Record *>;

/// Each different description of hardware once, as it was recorded.
json machinesData(const Records &records) {
  json machines = json::array();
  std::map<std::string, size_t> places;
  for (const Record *record : records) {
    std::string key = record->hardware.dump(-1, ' ', true, json::error_handler_t::replace);
    auto [place, isNew] = places.emplace(key, machines.size());
    if (isNew)
      machines.push_back(
          {{"name", machineOf(*record)}, {"hardware", record->hardware}, {"records", 0}});
    json &count = machines[place->second]["records"];
    count = count.get<size_t>() + 1;
  }
  return machines;
}

json versionsData(const Records &records) {
  std::set<std::string> versions;
  for (const Record *record : records)
    versions.insert("convwright " + record->convwrightVersion + ", Halide " +
                    record->halideVersion);
  return versions;
}

json sessionsData(const Records &records) {
  struct Session {
    std::string strategy, first, last;
    std::set<std::string> layers;
    uint64_t seed = 0;
    size_t records = 0;
    double seconds = 0;
  };
  std::vector<std::string> order;
  std::map<std::string, Session> sessions;
  for (const Record *record : records) {
    auto [place, isNew] = sessions.emplace(record->session, Session());
    if (isNew)
      order.push_back(record->session);
    Session &session = place->second;
    session.strategy = record->strategy.empty() ? session.strategy : record->strategy;
    session.seed = record->seed;
    session.layers.insert(record->key + record->problem.target);
    ++session.records;
    session.seconds += record->outcome.compileSeconds + record->outcome.measureSeconds;
    if (session.first.empty() || record->date < session.first)
      session.first = record->date;
    session.last = std::max(session.last, record->date);
  }
  json data = json::array();
  for (const std::string &name : order) {
    const Session &session = sessions[name];
    data.push_back({{"id", name},
                    {"strategy", session.strategy},
                    {"seed", session.seed},
                    {"first", session.first},
                    {"last", session.last},
                    {"layers", session.layers.size()},
                    {"records", session.records},
                    {"seconds", rounded(session.seconds)}});
  }
  return data;
}

json verdictsData(const Records &records) {
  std::map<std::string, size_t> counts;
  for (const Record *record : records)
    if (record->role != "final")
      ++counts[std::string(spell(record->outcome.verdict))];
  return counts;
}

json brokenData(const std::vector<BrokenLine> &broken) {
  constexpr size_t shown = 20;
  json lines = json::array();
  for (size_t i = 0; i < std::min(shown, broken.size()); ++i)
    lines.push_back(
        {{"file", broken[i].file}, {"line", broken[i].line}, {"problem", broken[i].problem}});
  return {{"count", broken.size()}, {"lines", lines}};
}

} // namespace

MeanGain meanGain(const std::vector<Layer> &layers) {
  MeanGain mean;
  double sum = 0, below = 0, above = 0;
  for (const Layer &layer : layers) {
    const Gain &gain = layer.run.gain;
    if (gain.source == GainSource::None || gain.source == GainSource::Apart)
      continue;
    ++mean.layers;
    sum += gain.ratio.value;
    below = std::hypot(below, gain.ratio.below);
    above = std::hypot(above, gain.ratio.above);
    if (gain.confidence > 0)
      mean.confidence =
          mean.confidence > 0 ? std::min(mean.confidence, gain.confidence) : gain.confidence;
  }
  if (mean.layers > 0) {
    auto count = static_cast<double>(mean.layers);
    mean.ratio = {sum / count, below / count, above / count};
  }
  return mean;
}

json overviewData(const Records &records, const std::vector<Layer> &layers,
                  const std::vector<BrokenLine> &broken) {
  MeanGain mean = meanGain(layers);
  json gain = ratioData(mean.ratio);
  gain["layers"] = mean.layers;
  gain["confidence"] = rounded(mean.confidence);
  json findings = json::array();
  for (const Finding &finding : findingsOf(records, layers, broken))
    findings.push_back({{"level", spell(finding.level)}, {"text", finding.text}});
  return {{"machines", machinesData(records)},
          {"versions", versionsData(records)},
          {"sessions", sessionsData(records)},
          {"verdicts", verdictsData(records)},
          {"mean", gain},
          {"findings", findings},
          {"broken", brokenData(broken)}};
}

} // namespace convwright::report
