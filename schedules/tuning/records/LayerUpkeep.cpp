//===- LayerUpkeep.cpp - which records of layers to keep --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/LayerUpkeep.h"

#include <tuple>

namespace convwright::schedules {
namespace {

/// What measures the same thing: a later measurement takes the place of an earlier one.
using Subject = std::tuple<std::string, std::string, int, std::string>;
Subject subjectOf(const LayerRecord &record) {
  return {record.layer, record.target, record.threads, spellProcessor(record.hardware)};
}

/// The last record of each subject.
std::map<Subject, const LayerRecord *> newestOf(const std::vector<LayerRecord> &layers) {
  std::map<Subject, const LayerRecord *> all;
  for (const LayerRecord &record : layers) {
    const LayerRecord *&newest = all[subjectOf(record)];
    if (!newest || record.date >= newest->date)
      newest = &record;
  }
  return all;
}

bool sameVersions(const LayerRecord &a, const LayerRecord &b) {
  return a.convwrightVersion == b.convwrightVersion && a.halideVersion == b.halideVersion;
}

} // namespace

std::vector<const LayerRecord *> layersWorthKeeping(const std::vector<LayerRecord> &layers) {
  std::map<Subject, const LayerRecord *> newest = newestOf(layers);
  std::vector<const LayerRecord *> kept;
  for (const LayerRecord &record : layers)
    if (sameVersions(record, *newest.at(subjectOf(record))))
      kept.push_back(&record);
  return kept;
}

std::string tunedLayers(const std::vector<LayerRecord> &layers, const std::string &target) {
  std::map<Subject, const LayerRecord *> newest = newestOf(layers);
  std::string text;
  for (const LayerRecord &record : layers) {
    const LayerRecord &last = *newest.at(subjectOf(record));
    bool wanted = (target.empty() || record.target == target) && record.session == last.session &&
                  sameVersions(record, last) && record.outcome.verdict == Verdict::Ok;
    if (!wanted)
      continue;
    LayerRecord small = record;
    small.outcome.samples.clear();
    small.outcome.reason.clear();
    text += toLine(small) + "\n";
  }
  return text;
}

} // namespace convwright::schedules
