//===- Summary.cpp - what a tuning run found, for people -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Summary.h"

#include <cmath>
#include <cstdio>
#include <ostream>

using convwright::schedules::SearchProgress;
using convwright::schedules::SearchResult;
using convwright::schedules::Verdict;

namespace convwright::tools {
namespace {

template <typename... Values> std::string formatted(const char *format, Values... values) {
  char text[512];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string describeRatio(const SearchResult &result) {
  if (result.defaultMs == 0)
    return "not measured";
  if (result.isDefault)
    return "1.000 (the default)";
  if (result.comparisons == 0)
    return formatted("%.3f (not confirmed)", result.ratio);
  return formatted("%.3f (%.3f .. %.3f)", result.ratio, result.ratioLow, result.ratioHigh);
}

/// The columns of a kernel's line up to the number of candidates, which may be blank.
std::string firstColumns(const std::string &name, const SearchResult &result,
                         const std::string &tried) {
  return formatted("%-32s %10.4g %10.4g  %-24s %6s  ", name.c_str(), result.defaultMs,
                   result.bestMs, describeRatio(result).c_str(), tried.c_str());
}

} // namespace

std::string describeProgress(const SearchProgress &progress) {
  if (progress.bestMs == 0)
    return formatted("%d tried, no time yet", progress.tried);
  std::string text = formatted("best %.4g ms", progress.bestMs);
  if (progress.defaultMs > 0)
    text += formatted(" = %.2f x default", progress.defaultMs / progress.bestMs);
  text += formatted(", %d tried", progress.tried);
  if (progress.failed > 0)
    text += formatted(" (%d failed)", progress.failed);
  return text;
}

std::string describePlan(const schedules::Plan &plan) {
  std::string text = plan.algorithm;
  const char *separator = " ";
  for (const auto &[name, value] : plan.parameters) {
    text += separator + name + " = " + std::to_string(value);
    separator = ", ";
  }
  return text;
}

void printTuneHeading(std::ostream &out) {
  out << formatted("%-32s %10s %10s  %-24s %6s  %s\n", "kernel", "default ms", "best ms",
                   "default / best (99 %)", "tried", "plan; why it ended");
}

void printTuned(std::ostream &out, const std::string &name, const SearchResult &result) {
  out << firstColumns(name, result, std::to_string(result.tried)) << describePlan(result.best)
      << "; " << spell(result.ended);
  if (result.resumed > 0)
    out << ", " << result.resumed << " of them earlier";
  out << '\n';
}

void printConfirmed(std::ostream &out, const std::string &name, const SearchResult &before,
                    const SearchResult &after) {
  if (after.comparisons == before.comparisons)
    return;
  out << firstColumns(name, after, "") << "after " << after.comparisons
      << " comparisons with the default";
  if (after.best != before.best)
    out << ": " << describePlan(after.best);
  out << '\n';
}

void printTuneSummary(std::ostream &out, const std::vector<SearchResult> &results) {
  if (results.empty())
    return;
  double logs = 0;
  int tried = 0, gained = 0;
  std::array<int, 7> verdicts{};
  for (const SearchResult &result : results) {
    logs += std::log(result.ratio);
    tried += result.tried;
    gained += !result.isDefault;
    for (size_t i = 0; i < verdicts.size(); ++i)
      verdicts[i] += result.verdicts[i];
  }
  double mean = std::exp(logs / static_cast<double>(results.size()));
  out << formatted("%zu kernel%s, %d with a better plan than the default; geometric mean of "
                   "default / best %.3f; %d candidates:",
                   results.size(), results.size() == 1 ? "" : "s", gained, mean, tried);
  const char *separator = " ";
  for (size_t i = 0; i < verdicts.size(); ++i)
    if (verdicts[i] > 0) {
      out << separator << verdicts[i] << ' ' << schedules::spell(static_cast<Verdict>(i));
      separator = ", ";
    }
  out << '\n';
}

void printForm(std::ostream &out, const schedules::LayerRecord &record) {
  const schedules::Outcome &outcome = record.outcome;
  out << record.name << ", " << spellForm(record) << ": ";
  if (!outcome.timed())
    out << spell(outcome.verdict) << ": " << outcome.reason << '\n';
  else if (outcome.ratio == 0)
    out << formatted("%.4g ms\n", outcome.ms);
  else
    out << formatted("%.4g ms, default form / this %.3f (%.3f .. %.3f)%s\n", outcome.ms,
                     outcome.ratio, outcome.ratioLow, outcome.ratioHigh,
                     outcome.better ? ": better" : "");
}

} // namespace convwright::tools
