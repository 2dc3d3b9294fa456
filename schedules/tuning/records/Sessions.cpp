//===- Sessions.cpp - records that were measured together -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Sessions.h"

#include "schedules/tuning/records/Origin.h"

#include <map>
#include <tuple>

namespace convwright::schedules {

bool isEstimate(const Record &record) {
  return record.measure == "static" || record.measure == "replay";
}

std::vector<Session> groupSessions(const std::vector<const Record *> &records) {
  using Key = std::tuple<std::string, std::string, int, std::string, std::string, std::string,
                         std::string, std::string, std::string>;
  std::map<Key, size_t> numbers;
  std::vector<Session> sessions;
  for (const Record *record : records) {
    Key key{record->session,
            record->problem.target,
            record->problem.threads,
            spellProcessor(record->hardware),
            record->measure,
            record->cache,
            record->convwrightVersion,
            record->halideVersion,
            kernelToJson(record->problem.kernel).dump()};
    auto [found, isNew] = numbers.try_emplace(std::move(key), sessions.size());
    if (isNew)
      sessions.emplace_back();
    sessions[found->second].push_back(record);
  }
  return sessions;
}

const Record *defaultOf(const Session &session) {
  for (const Record *record : session)
    if (record->role == "default" && record->outcome.verdict == Verdict::Ok)
      return record;
  return nullptr;
}

const Record *winnerOf(const Session &session) {
  const Record *incumbent = nullptr;
  Session finals;
  for (const Record *record : session) {
    if (record->role == "final")
      finals.push_back(record);
    else if (record->outcome.verdict == Verdict::Ok &&
             (record->role == "default" || record->outcome.better ||
              (!incumbent && !record->incumbent))) // not better: an earlier session's was
      incumbent = record;
  }
  if (finals.empty())
    return incumbent;
  Plan last = finals.back()->plan; // a search that went on may have had another before
  std::erase_if(finals, [&](const Record *record) { return !samePlan(record->plan, last); });
  std::vector<const Outcome *> outcomes;
  for (const Record *record : finals)
    outcomes.push_back(&record->outcome);
  Comparisons comparisons = tally(outcomes);
  if (comparisons.count() == 0)
    return incumbent; // guesses, which overrule no race
  return comparisons.hold() ? finals[comparisons.middle] : defaultOf(session);
}

} // namespace convwright::schedules
