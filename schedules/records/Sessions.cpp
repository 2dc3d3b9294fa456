//===- Sessions.cpp - records that were measured together -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/records/Sessions.h"

#include "schedules/records/Origin.h"

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
            cpuOf(record->hardware),
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
  const Record *incumbent = nullptr, *final = nullptr;
  for (const Record *record : session) {
    if (record->outcome.verdict != Verdict::Ok)
      continue;
    if (record->role == "final")
      final = record;
    else if (record->role == "default" || record->outcome.better ||
             (!incumbent && !record->incumbent)) // raced and not better: an earlier session's was
      incumbent = record;
  }
  if (!final)
    return incumbent;
  bool sure = final->outcome.ratioHigh == 0 || final->outcome.ratioLow > 1;
  return sure ? final : defaultOf(session);
}

} // namespace convwright::schedules
