//===- Report.cpp - records to layers to page ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Report.h"

#include "tools/report/LayerData.h"
#include "tools/report/OverviewData.h"
#include "tools/report/Page.h"

#include <set>

namespace convwright::report {

using schedules::Error;
using schedules::Record;
using schedules::RecordSet;
using schedules::Result;

namespace {

bool wanted(const Record &record, const ReportOptions &options) {
  if (!options.target.empty() && record.problem.target != options.target)
    return false;
  return options.layer.empty() || record.name.find(options.layer) != std::string::npos ||
         schedules::describeProblem(record.problem.kernel).find(options.layer) != std::string::npos;
}

/// The first few of them, by commas.
std::string some(const std::set<std::string> &names) {
  std::string text;
  size_t count = 0;
  for (const std::string &name : names) {
    if (++count > 8)
      return text + ", ... (" + std::to_string(names.size()) + " in all)";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

Error nothingRead(const RecordSet &set) {
  if (set.broken.empty())
    return Error{"the files hold no records; `convwright tune --records FILE` writes them"};
  const schedules::BrokenLine &first = set.broken[0];
  return Error{"the files hold no records, but " + std::to_string(set.broken.size()) +
               " lines that are none; the first is " + first.file + ":" +
               std::to_string(first.line) + ": " + first.problem};
}

Error nothingWanted(const RecordSet &set, const ReportOptions &options) {
  std::set<std::string> targets, names;
  for (const Record &record : set.records) {
    targets.insert(record.problem.target);
    names.insert(record.name.empty() ? schedules::describeProblem(record.problem.kernel)
                                     : record.name);
  }
  std::string asked;
  if (!options.layer.empty())
    asked += " of a layer like '" + options.layer + "'";
  if (!options.target.empty())
    asked += " for target '" + options.target + "'";
  return Error{"no record" + asked + "; the files hold the targets " + some(targets) +
               " and the layers " + some(names)};
}

} // namespace

Result<std::string> renderReport(const RecordSet &set, const ReportOptions &options) {
  if (set.records.empty())
    return nothingRead(set);
  std::vector<const Record *> records;
  for (const Record &record : set.records)
    if (wanted(record, options))
      records.push_back(&record);
  if (records.empty())
    return nothingWanted(set, options);

  std::vector<Layer> layers;
  for (LayerRun &run : layerRuns(records)) {
    Layer layer{std::move(run), {}, {}, {}};
    layer.curve = bestSoFar(layer.run);
    layer.noise = noiseOf(layer.run);
    layer.judgement = judge(layer.run, layer.noise);
    layers.push_back(std::move(layer));
  }
  nlohmann::json data = overviewData(records, layers, set.broken);
  data["version"] = options.version;
  data["layers"] = nlohmann::json::array();
  for (const Layer &layer : layers) {
    if (options.progress)
      options.progress(data["layers"].size(), layers.size(), layer.run.name);
    data["layers"].push_back(layerData(layer));
    if (options.loopNests)
      data["layers"].back()["nests"] = loopNestData(layer.run);
  }
  return pageOf(data);
}

} // namespace convwright::report
