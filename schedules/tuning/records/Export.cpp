//===- Export.cpp - records in other forms --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Export.h"

#include "schedules/tuning/records/LayerUpkeep.h"
#include "schedules/tuning/records/Origin.h"
#include "schedules/tuning/records/Sessions.h"

#include <charconv>
#include <map>
#include <tuple>

namespace convwright::schedules {

std::string spellParameters(const Plan &plan) {
  std::string text;
  for (const auto &[name, value] : plan.parameters)
    text += (text.empty() ? "" : " ") + name + "=" + std::to_string(value);
  return text;
}

namespace {

/// One line of cells.
class CsvRow {
public:
  CsvRow &operator<<(const std::string &text) {
    bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string::npos;
    std::string cell = (formula ? "'" : "") + text;
    if (cell.find_first_of(",\"\r\n") == std::string::npos)
      return add(cell);
    std::string quoted = "\"";
    for (char c : cell)
      quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return add(quoted + "\"");
  }
  CsvRow &operator<<(const char *text) { return *this << std::string(text); }
  CsvRow &operator<<(double value) {
    char text[32];
    return add({text, std::to_chars(text, text + sizeof text, value).ptr});
  }
  CsvRow &operator<<(int64_t value) { return add(std::to_string(value)); }
  CsvRow &operator<<(bool value) { return add(value ? "1" : "0"); }
  std::string line() const { return cells + "\r\n"; }

private:
  CsvRow &add(const std::string &cell) {
    cells += (first ? "" : ",") + cell;
    first = false;
    return *this;
  }

  std::string cells;
  bool first = true;
};

constexpr std::string_view heading =
    "name,problem,key,target,threads,cpu,algorithm,parameters,form,role,measure,cache,verdict,ms,"
    "spread,ratio,ratio_low,ratio_high,better,rel_error,compile_s,measure_s,strategy,seed,trial,"
    "session,date,convwright,halide,template,reason\r\n";

CsvRow &operator<<(CsvRow &row, const Outcome &outcome) {
  return row << std::string(spell(outcome.verdict)) << outcome.ms << outcome.spread << outcome.ratio
             << outcome.ratioLow << outcome.ratioHigh << outcome.better << outcome.relativeError
             << outcome.compileSeconds << outcome.measureSeconds;
}

std::string csvLine(const Record &record) {
  CsvRow row;
  row << record.name << describeProblem(record.problem.kernel) << record.key
      << record.problem.target << int64_t{record.problem.threads} << cpuOf(record.hardware)
      << record.plan.algorithm << spellParameters(record.plan) << "" << record.role
      << record.measure << record.cache << record.outcome << record.strategy
      << std::to_string(record.seed) << int64_t{record.trial} << record.session << record.date
      << record.convwrightVersion << record.halideVersion << int64_t{record.templateVersion}
      << record.outcome.reason;
  return row.line();
}

/// What only kernels have is empty.
std::string csvLine(const LayerRecord &record) {
  CsvRow row;
  row << record.name << "layer" << record.key << record.target << int64_t{record.threads}
      << cpuOf(record.hardware) << "" << "" << spellForm(record) << "" << "" << "" << record.outcome
      << "" << "" << "" << record.session << record.date << record.convwrightVersion
      << record.halideVersion << "" << record.outcome.reason;
  return row.line();
}

std::string tunedLine(Record record) {
  record.outcome.samples.clear();
  record.outcome.incumbent.clear();
  record.outcome.reason.clear();
  record.incumbent.reset();
  return toLine(record) + "\n";
}

/// Later sessions take the place of earlier ones.
std::vector<Session> lastSessions(const std::vector<Session> &sessions) {
  using Key = std::tuple<std::string, std::string, int, std::string>;
  std::map<Key, size_t> numbers;
  std::vector<Session> last;
  for (const Session &session : sessions) {
    const Record *winner = winnerOf(session);
    if (!winner || isEstimate(*winner))
      continue;
    Key key{kernelToJson(winner->problem.kernel).dump(), winner->problem.target,
            winner->problem.threads, spellProcessor(winner->hardware)};
    auto [found, isNew] = numbers.try_emplace(std::move(key), last.size());
    if (isNew)
      last.push_back(session);
    else if (winner->date >= winnerOf(last[found->second])->date)
      last[found->second] = session;
  }
  return last;
}

} // namespace

std::string toCsv(const RecordSet &set) {
  std::string text(heading);
  for (const Record &record : set.records)
    text += csvLine(record);
  for (const LayerRecord &record : set.layers)
    text += csvLine(record);
  return text;
}

std::string toTuned(const RecordSet &set, const std::string &target) {
  std::vector<const Record *> records;
  for (const Record &record : set.records)
    if (target.empty() || record.problem.target == target)
      records.push_back(&record);
  std::string text;
  for (const Session &session : lastSessions(groupSessions(records))) {
    const Record *standard = defaultOf(session), *winner = winnerOf(session);
    if (standard && standard != winner)
      text += tunedLine(*standard);
    text += tunedLine(*winner);
  }
  return text + tunedLayers(set.layers, target);
}

} // namespace convwright::schedules
