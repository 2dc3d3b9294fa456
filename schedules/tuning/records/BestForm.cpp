//===- BestForm.cpp - choosing a layer's form from records -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/LayerRecord.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace convwright::schedules {
namespace {

/// Forms that were timed beside each other.
struct Session {
  const LayerRecord *first = nullptr;
  const LayerRecord *better = nullptr;   // the best of those that beat the default form
  const LayerRecord *standard = nullptr; // the default form
  size_t place = 0;                      // of the first record
  std::string date;                      // the latest

  const LayerRecord *winner() const { return better ? better : standard; }

  bool holds(const LayerRecord &record) const {
    return first->session == record.session && first->threads == record.threads &&
           spellProcessor(first->hardware) == spellProcessor(record.hardware) &&
           first->convwrightVersion == record.convwrightVersion &&
           first->halideVersion == record.halideVersion;
  }

  void add(const LayerRecord &record) {
    date = std::max(date, record.date);
    const Outcome &outcome = record.outcome;
    if (outcome.verdict != Verdict::Ok)
      return;
    if (outcome.better && (!better || outcome.ratio > better->outcome.ratio))
      better = &record;
    if (!outcome.better && outcome.ratioLow == 1 && outcome.ratioHigh == 1)
      standard = &record;
  }
};

/// Greater is better.
auto rank(const Session &session, int threads, const Origin &here) {
  const LayerRecord &record = *session.first;
  bool sameVersions =
      record.convwrightVersion == here.convwright && record.halideVersion == here.halide;
  return std::tuple(isFrom(record.hardware, here), sameVersions, record.threads == threads,
                    session.date, session.place);
}

std::string describe(const LayerRecord &record, bool here) {
  char text[96];
  if (record.outcome.better)
    std::snprintf(text, sizeof text, "measured %.4g ms, %.2f x the default form", record.outcome.ms,
                  record.outcome.ratio);
  else
    std::snprintf(text, sizeof text, "measured %.4g ms, no other form is better",
                  record.outcome.ms);
  std::string note = text;
  if (!record.date.empty())
    note += ", " + record.date.substr(0, 10);
  if (std::string cpu = spellProcessor(record.hardware); !cpu.empty())
    note += ", " + cpu;
  return here ? note : note + "; a hint: other hardware, versions or threads";
}

} // namespace

std::optional<FoundForm> bestForm(const std::vector<LayerRecord> &records, std::string_view layer,
                                  const std::string &target, int threads, const Origin &here) {
  std::vector<Session> sessions;
  for (size_t i = 0; i < records.size(); ++i) {
    const LayerRecord &record = records[i];
    if (record.layer != layer || record.target != target)
      continue;
    auto home = std::find_if(sessions.begin(), sessions.end(),
                             [&](const Session &session) { return session.holds(record); });
    if (home == sessions.end())
      home = sessions.insert(home, Session{&record, nullptr, nullptr, i, ""});
    home->add(record);
  }
  const Session *best = nullptr;
  for (const Session &session : sessions)
    if (session.winner() && (!best || rank(session, threads, here) > rank(*best, threads, here)))
      best = &session;
  if (!best)
    return std::nullopt;
  auto [sameCpu, sameVersions, sameThreads, date, place] = rank(*best, threads, here);
  bool measuredHere = sameCpu && sameVersions && sameThreads;
  return FoundForm{best->winner(), measuredHere, describe(*best->winner(), measuredHere)};
}

} // namespace convwright::schedules
