//===- Rounds.cpp - many searches at once, in rounds ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Rounds.h"

#include <algorithm>
#include <thread>

namespace convwright::schedules {

namespace {

/// Searches that go through their rounds together.
class Rounds {
public:
  Rounds(const std::vector<RoundSearch> &searches, Measurer &measurer,
         const RoundCallbacks &callbacks, unsigned threads)
      : searches(searches), measurer(measurer), callbacks(callbacks), threads(threads) {}

  std::optional<Error> run(const std::atomic<bool> *cancelled) {
    size_t most = std::min(std::max<size_t>(1, measurer.problemsAtOnce()), searches.size());
    while (!(cancelled && *cancelled)) {
      while (active.size() < most && waiting < searches.size())
        active.push_back(&searches[waiting++]);
      ask();
      if (active.empty() && waiting == searches.size())
        return std::nullopt;
      if (std::optional<Error> failure = measure(cancelled))
        return failure;
    }
    interrupt();
    return std::nullopt;
  }

private:
  void interrupt() {
    while (waiting < searches.size())
      active.push_back(&searches[waiting++]);
    for (const RoundSearch *each : active) // those that are over have left
      each->search->stop(Ended::Interrupted);
  }
  /// Asks every active search for its next candidates; those that are over leave.
  void ask();
  std::optional<Error> measure(const std::atomic<bool> *cancelled);

  const std::vector<RoundSearch> &searches;
  Measurer &measurer;
  const RoundCallbacks &callbacks;
  unsigned threads;
  size_t waiting = 0; // the first search that has not begun
  std::vector<const RoundSearch *> active;
  std::vector<std::optional<Search::Request>> requests; // of the active ones
};

void Rounds::ask() {
  requests.assign(active.size(), std::nullopt);
  std::atomic<size_t> next{0};
  auto askSome = [&] {
    for (size_t i = next++; i < active.size(); i = next++)
      requests[i] = active[i]->search->next(measurer.batch());
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(threads, active.size()); ++i)
    others.emplace_back(askSome);
  askSome();
  for (std::thread &other : others)
    other.join();
  size_t kept = 0;
  for (size_t i = 0; i < active.size(); ++i)
    if (requests[i]) {
      std::swap(active[kept], active[i]);
      std::swap(requests[kept++], requests[i]);
    }
  active.resize(kept);
  requests.resize(kept);
}

std::optional<Error> Rounds::measure(const std::atomic<bool> *cancelled) {
  std::vector<MeasureRequest> wanted;
  size_t candidates = 0;
  for (size_t i = 0; i < active.size(); ++i) {
    wanted.push_back({active[i]->problem, requests[i]->plans, requests[i]->incumbent});
    candidates += requests[i]->plans.size();
  }
  std::vector<Record> records;
  Result<size_t> measured = measurer.measureMany(
      wanted,
      [&](size_t request, size_t plan, const Outcome &outcome) {
        records.push_back(active[request]->search->take(*requests[request], plan, outcome));
        if (callbacks.progress)
          callbacks.progress(records.size(), candidates);
      },
      cancelled);
  if (!records.empty())
    if (Result<size_t> written = callbacks.record(records); !written)
      return written.error();
  return measured ? std::nullopt : std::optional(measured.error());
}

} // namespace

Result<std::vector<SearchResult>> runRounds(const std::vector<RoundSearch> &searches,
                                            Measurer &measurer, const RoundCallbacks &callbacks,
                                            const std::atomic<bool> *cancelled, unsigned threads) {
  if (threads == 0)
    threads = std::max(1U, std::thread::hardware_concurrency());
  if (std::optional<Error> failure = Rounds(searches, measurer, callbacks, threads).run(cancelled))
    return *failure;
  std::vector<SearchResult> results;
  for (const RoundSearch &each : searches)
    results.push_back(each.search->result());
  return results;
}

Result<size_t> confirmWinners(const std::vector<RoundSearch> &searches, Measurer &measurer,
                              const RoundCallbacks &callbacks, const std::atomic<bool> *cancelled) {
  size_t compared = 0;
  while (!(cancelled && *cancelled)) {
    std::vector<Search *> asked;
    std::vector<Search::Request> requests;
    std::vector<MeasureRequest> wanted;
    size_t before = compared, most = compared;
    for (const RoundSearch &each : searches)
      if (std::optional<Search::Request> request = each.search->confirm()) {
        asked.push_back(each.search);
        wanted.push_back({each.problem, request->plans, request->incumbent});
        requests.push_back(std::move(*request));
        most += each.search->comparisonsLeft();
      }
    if (wanted.empty())
      break;
    std::optional<Error> failure;
    Result<size_t> measured = measurer.measureMany(
        wanted,
        [&](size_t request, size_t plan, const Outcome &outcome) {
          Record record = asked[request]->take(requests[request], plan, outcome);
          if (Result<size_t> written = callbacks.record({record}); !written && !failure)
            failure = written.error();
          ++compared;
          if (callbacks.progress)
            callbacks.progress(compared, most);
        },
        cancelled);
    if (failure || !measured)
      return failure ? *failure : measured.error();
    if (compared == before)
      break; // nothing comes of asking again
  }
  return compared;
}

} // namespace convwright::schedules
