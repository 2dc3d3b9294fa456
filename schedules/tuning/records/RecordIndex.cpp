//===- RecordIndex.cpp - choosing a plan from records ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/RecordIndex.h"

#include "schedules/Schedules.h"
#include "schedules/algorithms/Algorithm.h"
#include "schedules/tuning/records/Sessions.h"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <unordered_map>

namespace convwright::schedules {

std::string_view spell(Trust trust) {
  switch (trust) {
  case Trust::Measured:
    return "measured";
  case Trust::Hint:
    return "hint";
  case Trust::Similar:
    return "similar";
  }
  return {};
}

namespace {

//===----------------------------------------------------------------------===//
// Between sessions
//===----------------------------------------------------------------------===//

struct Candidate {
  const Record *record;
  const Record *standard; // its session's default; may be null
  bool similar, estimate, otherHardware, otherVersion, otherThreads;

  bool isDefault() const { return standard && record->plan == standard->plan; }

  Trust trust() const {
    if (similar)
      return Trust::Similar;
    return estimate || otherHardware || otherVersion || otherThreads ? Trust::Hint
                                                                     : Trust::Measured;
  }
};

/// Records lie in one vector: a later one has the greater address.
bool before(const Candidate &a, const Candidate &b) {
  auto rank = [](const Candidate &c) {
    return std::tuple(c.similar, c.estimate, c.otherHardware, c.otherVersion, c.otherThreads);
  };
  if (rank(a) != rank(b))
    return rank(a) < rank(b);
  return std::tie(a.record->date, a.record) > std::tie(b.record->date, b.record);
}

bool hasVersions(const Record &record, const Origin &here) {
  const Algorithm *algorithm = findAlgorithm(record.plan.algorithm);
  return record.convwrightVersion == here.convwright && record.halideVersion == here.halide &&
         algorithm && record.templateVersion == algorithm->version();
}

//===----------------------------------------------------------------------===//
// For people
//===----------------------------------------------------------------------===//

std::string formatted(const char *format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Texts of records go to terminals.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
  return text;
}

std::string comparison(const Candidate &candidate) {
  const Record &record = *candidate.record;
  if (candidate.isDefault())
    return ", the default";
  if (record.role == "final" && record.outcome.ratio > 0)
    return ", " + formatted("%.2f", record.outcome.ratio) + " x the default";
  if (candidate.standard)
    return ", about " + formatted("%.2f", candidate.standard->outcome.ms / record.outcome.ms) +
           " x the default";
  return "";
}

std::string reservations(const Candidate &candidate) {
  const Record &record = *candidate.record;
  std::string text;
  if (candidate.similar)
    text += ", for other work around the same convolutions";
  if (candidate.otherHardware)
    text += ", on other hardware";
  if (candidate.otherVersion)
    text += ", by another version (convwright " + record.convwrightVersion + ", halide " +
            record.halideVersion + ", template " + std::to_string(record.templateVersion) + ")";
  if (candidate.otherThreads)
    text += ", on " + std::to_string(record.problem.threads) +
            (record.problem.threads == 1 ? " thread" : " threads");
  return text;
}

std::string noteOf(const Candidate &candidate) {
  const Record &record = *candidate.record;
  std::string text = candidate.estimate ? "estimated " : "measured ";
  text += formatted("%.4g", record.outcome.ms) + " ms" + comparison(candidate);
  if (!record.date.empty())
    text += ", " + record.date.substr(0, 10);
  if (std::string cpu = spellProcessor(record.hardware); !cpu.empty())
    text += ", " + cpu;
  return printable(text + reservations(candidate));
}

std::string textOf(const Kernel &canonical) { return kernelToJson(canonical).dump(); }

} // namespace

/// The texts are what is equal or not; the map hashes them.
struct RecordIndex::State {
  using Bucket = std::vector<size_t>;

  State(RecordSet records, Origin here) : set(std::move(records)), here(std::move(here)) {
    for (size_t i = 0; i < set.records.size(); ++i) {
      const Problem &problem = set.records[i].problem;
      byProblem[textOf(problem.kernel)].push_back(i);
      byConvolutions[convolutionText(problem.kernel)].push_back(i);
    }
  }

  static const Bucket &find(const std::unordered_map<std::string, Bucket> &map,
                            const std::string &text) {
    static const Bucket none;
    auto found = map.find(text);
    return found == map.end() ? none : found->second;
  }

  Candidate candidateOf(const Session &session, const Record &winner, const Problem &problem,
                        bool similar) const {
    Candidate candidate;
    candidate.record = &winner;
    candidate.standard = defaultOf(session);
    candidate.similar = similar;
    candidate.estimate = isEstimate(winner);
    candidate.otherHardware = !isFrom(winner.hardware, here);
    candidate.otherVersion = !hasVersions(winner, here);
    candidate.otherThreads = winner.problem.threads != problem.threads;
    return candidate;
  }

  /// The winners of all sessions of the problem and of similar ones, best first.
  std::vector<Candidate> candidates(const Problem &problem) const {
    Kernel canonical = canonicalKernel(problem.kernel);
    std::string text = textOf(canonical);
    std::vector<const Record *> records;
    for (size_t i : find(byConvolutions, convolutionText(canonical)))
      if (set.records[i].problem.target == problem.target)
        records.push_back(&set.records[i]);
    std::vector<Candidate> candidates;
    for (const Session &session : groupSessions(records))
      if (const Record *winner = winnerOf(session))
        candidates.push_back(
            candidateOf(session, *winner, problem, textOf(winner->problem.kernel) != text));
    std::sort(candidates.begin(), candidates.end(), before);
    return candidates;
  }

  RecordSet set;
  Origin here;
  std::unordered_map<std::string, Bucket> byProblem, byConvolutions;
};

RecordIndex::RecordIndex(RecordSet records, Origin here)
    : state(std::make_unique<State>(std::move(records), std::move(here))) {}
RecordIndex::~RecordIndex() = default;
RecordIndex::RecordIndex(RecordIndex &&) noexcept = default;

const RecordSet &RecordIndex::all() const { return state->set; }

std::vector<const Record *> RecordIndex::of(const Problem &problem) const {
  std::vector<const Record *> records;
  for (size_t i : State::find(state->byProblem, textOf(canonicalKernel(problem.kernel))))
    if (state->set.records[i].problem.target == problem.target)
      records.push_back(&state->set.records[i]);
  return records;
}

std::optional<Found> RecordIndex::best(const Problem &problem, const Target &target) const {
  return look(problem, target).found;
}

Lookup RecordIndex::look(const Problem &problem, const Target &target,
                         const Objection &objection) const {
  Lookup lookup;
  for (const Candidate &candidate : state->candidates(problem)) {
    Found found{candidate.record, candidate.record->plan, candidate.trust(), noteOf(candidate)};
    found.plan.source = candidate.estimate ? PlanSource::Model : PlanSource::Record;
    Result<Plan> valid = validatePlan(problem.kernel, target, found.plan);
    std::optional<std::string> reason;
    if (!valid)
      reason = valid.error().message;
    else if (candidate.otherVersion && candidate.isDefault())
      reason = "nothing was better than the default of then; today's stands";
    else if (objection)
      reason = objection(found.plan);
    if (!reason) {
      lookup.found = std::move(found);
      return lookup;
    }
    lookup.passedOver.push_back(found.note + ": " + *reason);
  }
  return lookup;
}

} // namespace convwright::schedules
