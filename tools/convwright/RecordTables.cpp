//===- RecordTables.cpp - records for people ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/RecordTables.h"

#include "schedules/tuning/records/Export.h"
#include "schedules/tuning/records/Sessions.h"
#include "tools/convwright/Console.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <set>

using convwright::schedules::LayerRecord;
using convwright::schedules::Lookup;
using convwright::schedules::Outcome;
using convwright::schedules::Record;
using convwright::schedules::Result;
using convwright::schedules::Verdict;

namespace convwright::tools {

namespace {

std::string formatted(const char *format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Records may come from anywhere, and terminals obey control characters.
std::string printable(std::string text, size_t longest = 60) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
  return text.size() <= longest ? text : text.substr(0, longest - 3) + "...";
}

std::string layerOf(const Record &record) {
  return printable(record.name.empty() ? describeProblem(record.problem.kernel) : record.name);
}

/// "1.04 [1.02, 1.06] better"
std::string ratioOf(const Outcome &outcome) {
  if (outcome.ratio <= 0)
    return "";
  return formatted("%.3f", outcome.ratio) + " [" + formatted("%.3f", outcome.ratioLow) + ", " +
         formatted("%.3f", outcome.ratioHigh) + "]" + (outcome.better ? " better" : "");
}

/// Columns as wide as their widest cell; the last is not padded.
class Table {
public:
  void add(std::vector<std::string> cells) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], cells[i].size());
    rows.push_back(std::move(cells));
  }

  void print(std::ostream &out) const {
    for (const std::vector<std::string> &row : rows) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        if (i + 1 < row.size())
          line += std::string(widths[i] - row[i].size() + 2, ' ');
      }
      out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
    }
  }

private:
  std::vector<std::vector<std::string>> rows;
  std::vector<size_t> widths;
};

} // namespace

Result<std::string> checkFilter(const RecordFilter &filter) {
  if (!filter.target.empty())
    if (auto target = schedules::findTarget(filter.target); !target)
      return target.error();
  if (filter.verdict.empty() || schedules::verdictFrom(filter.verdict))
    return filter.verdict;
  std::vector<std::string> names;
  for (Verdict verdict : {Verdict::Ok, Verdict::Slower, Verdict::Wrong, Verdict::Crashed,
                          Verdict::TimedOut, Verdict::OutOfMemory, Verdict::Refused})
    names.emplace_back(spell(verdict));
  return schedules::Error{"unknown verdict '" + filter.verdict + "'" +
                          didYouMean(filter.verdict, names) + "; the verdicts are " + join(names)};
}

static bool fits(const Outcome &outcome, const std::string &targetName,
                 const RecordFilter &filter) {
  if (!filter.verdict.empty() && spell(outcome.verdict) != filter.verdict)
    return false;
  if (filter.target.empty())
    return true;
  auto target = schedules::findTarget(filter.target);
  return target && target->name == targetName;
}

bool isSelected(const LayerRecord &record, const RecordFilter &filter) {
  return fits(record.outcome, record.target, filter) &&
         record.name.find(filter.layer) != std::string::npos;
}

bool isSelected(const Record &record, const RecordFilter &filter) {
  if (!fits(record.outcome, record.problem.target, filter))
    return false;
  return filter.layer.empty() || record.name.find(filter.layer) != std::string::npos ||
         describeProblem(record.problem.kernel).find(filter.layer) != std::string::npos;
}

static void printLayers(std::ostream &out, const std::vector<LayerRecord> &layers) {
  Table table;
  table.add(
      {"layer", "target", "threads", "form", "kernels", "ms", "x default form", "verdict", "date"});
  for (const LayerRecord &record : layers)
    table.add({printable(record.name), printable(record.target), std::to_string(record.threads),
               printable(spellForm(record)), std::to_string(record.kernels.size()),
               record.outcome.timed() ? formatted("%.4g", record.outcome.ms) : "",
               ratioOf(record.outcome), std::string(spell(record.outcome.verdict)),
               printable(record.date.substr(0, 10))});
  table.print(out);
  out << layers.size() << " records of layers\n";
}

static void printBestForms(std::ostream &out, const std::vector<LayerRecord> &layers) {
  Table table;
  table.add({"layer", "target", "threads", "form", "trust", "why"});
  std::set<std::string> seen;
  for (const LayerRecord &record : layers) {
    std::string identity =
        record.layer + " " + record.target + " " + std::to_string(record.threads);
    if (!seen.insert(identity).second)
      continue;
    auto found = schedules::bestForm(layers, record.layer, record.target, record.threads);
    table.add({printable(record.name), printable(record.target), std::to_string(record.threads),
               found ? printable(spellForm(*found->record)) : "none",
               !found                ? ""
               : found->measuredHere ? "measured"
                                     : "hint",
               found ? printable(found->note, 200) : "no right form"});
  }
  table.print(out);
}

void printRecords(std::ostream &out, const schedules::RecordSet &set) {
  Table table;
  table.add({"layer", "target", "threads", "role", "algorithm", "parameters", "ms", "x incumbent",
             "verdict", "date", "machine"});
  for (const Record &record : set.records) {
    const Outcome &outcome = record.outcome;
    table.add({layerOf(record), record.problem.target, std::to_string(record.problem.threads),
               printable(record.role), record.plan.algorithm, spellParameters(record.plan),
               outcome.timed() ? formatted("%.4g", outcome.ms) : "", ratioOf(outcome),
               std::string(spell(outcome.verdict)), record.date.substr(0, 10),
               printable(isEstimate(record) ? record.measure
                                            : schedules::spellProcessor(record.hardware))});
  }
  table.print(out);
  out << set.records.size() << " records\n";
  if (!set.layers.empty())
    printLayers(out, set.layers);
}

void printBest(std::ostream &out, const schedules::RecordIndex &index) {
  Table table;
  table.add({"layer", "target", "threads", "plan", "trust", "why"});
  std::set<std::string> seen;
  for (const Record &record : index.all().records) {
    const schedules::Problem &problem = record.problem;
    std::string identity = kernelToJson(problem.kernel).dump() + " " + problem.target + " " +
                           std::to_string(problem.threads);
    if (!seen.insert(identity).second)
      continue;
    auto target = schedules::findTarget(problem.target);
    Lookup lookup = target ? index.look(problem, *target) : Lookup();
    std::vector<std::string> cells{layerOf(record), problem.target,
                                   std::to_string(problem.threads)};
    if (lookup.found)
      cells.insert(cells.end(),
                   {lookup.found->plan.algorithm + " " + spellParameters(lookup.found->plan),
                    std::string(spell(lookup.found->trust)), lookup.found->note});
    else
      cells.insert(cells.end(), {"none", "", target ? "no plan to use" : target.error().message});
    table.add(std::move(cells));
    for (const std::string &reason : lookup.passedOver)
      table.add({"", "", "", "", "", "not used: " + printable(reason, 200)});
  }
  table.print(out);
  if (!index.all().layers.empty())
    printBestForms(out, index.all().layers);
}

} // namespace convwright::tools
