//===- Upkeep.cpp - merging and pruning files of records ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Upkeep.h"

#include "schedules/tuning/records/Sessions.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

namespace convwright::schedules {

/// What is wrong with a line; empty when it is a record.
static std::string problemOf(std::string_view line) {
  if (isLayerLine(line)) {
    auto layer = layerRecordFromLine(line);
    return layer ? "" : layer.error().message;
  }
  auto record = recordFromLine(line);
  return record ? "" : record.error().message;
}

Result<Merged> mergeFiles(const std::vector<std::string> &paths, const ReadProgress &progress) {
  Merged merged;
  std::unordered_set<std::string> seen;
  auto take = [&](const Line &line) {
    std::string problem = line.problem;
    if (problem.empty())
      problem = problemOf(line.text);
    if (!problem.empty())
      return merged.broken.push_back({line.file, line.number, problem});
    if (!seen.emplace(line.text).second) {
      ++merged.duplicates;
      return;
    }
    ++merged.records;
    merged.text.append(line.text).push_back('\n');
  };
  Result<size_t> read = forEachLine(paths, take, progress);
  if (!read)
    return read.error();
  return merged;
}

namespace {

/// What measures the same thing: a later measurement takes the place of an earlier one.
using Subject = std::tuple<std::string, std::string, int, std::string, std::string>;
Subject subjectOf(const Record &record) {
  return {kernelToJson(record.problem.kernel).dump(), record.problem.target, record.problem.threads,
          spellProcessor(record.hardware), record.measure};
}

/// The last of a subject's records.
struct Newest {
  const Record *record = nullptr;
  std::map<std::string, const Record *> ofAlgorithm;
};

bool isLater(const Record &record, const Record *than) {
  return !than || record.date >= than->date;
}

std::map<Subject, Newest> newestOf(const RecordSet &set) {
  std::map<Subject, Newest> all;
  for (const Record &record : set.records) {
    Newest &newest = all[subjectOf(record)];
    if (isLater(record, newest.record))
      newest.record = &record;
    const Record *&same = newest.ofAlgorithm[record.plan.algorithm];
    if (isLater(record, same))
      same = &record;
  }
  return all;
}

bool isSuperseded(const Record &record, const Newest &newest) {
  return record.convwrightVersion != newest.record->convwrightVersion ||
         record.halideVersion != newest.record->halideVersion ||
         record.templateVersion != newest.ofAlgorithm.at(record.plan.algorithm)->templateVersion;
}

void keepOf(const Session &session, size_t best, std::set<const Record *> &kept) {
  std::map<Verdict, const Record *> lastOf;
  Session right;
  for (const Record *record : session) {
    if (record->outcome.verdict == Verdict::Ok)
      right.push_back(record);
    else
      lastOf[record->outcome.verdict] = record;
    if (record->role == "final")
      kept.insert(record);
  }
  // Pointers go by the records' order.
  std::sort(right.begin(), right.end(), [](const Record *a, const Record *b) {
    return std::tie(a->outcome.ms, a) < std::tie(b->outcome.ms, b);
  });
  right.resize(std::min(best, right.size()));
  kept.insert(right.begin(), right.end());
  for (auto [verdict, record] : lastOf)
    kept.insert(record);
  for (const Record *record : {defaultOf(session), winnerOf(session)})
    if (record)
      kept.insert(record);
}

} // namespace

std::vector<const Record *> worthKeeping(const RecordSet &set, size_t best) {
  std::map<Subject, Newest> newest = newestOf(set);
  std::vector<const Record *> current;
  for (const Record &record : set.records)
    if (!isSuperseded(record, newest.at(subjectOf(record))))
      current.push_back(&record);
  std::set<const Record *> kept;
  for (const Session &session : groupSessions(current))
    keepOf(session, best, kept);
  std::erase_if(current, [&](const Record *record) { return !kept.contains(record); });
  return current;
}

} // namespace convwright::schedules
