//===- Search.h - one kernel's search, step by step ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A search as a machine that is asked what to measure and told what came of it, so that one kernel
// on this machine and thousands on a cluster go the same way:
//
//   what the records say of this kernel already counts as tried
//   the default plan is measured first; plans of other machines and versions next
//   until a bound is reached, what the strategy proposes, each beside the incumbent
//   the winner beside the default, in fresh processes, and again when other searches have ended
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SEARCH_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SEARCH_H

#include "schedules/tuning/measure/Measurer.h"
#include "schedules/tuning/records/RecordFile.h"
#include "schedules/tuning/search/Strategy.h"

#include <array>
#include <chrono>

namespace convwright::schedules {

struct SearchOptions {
  std::string strategy = "model";
  std::map<std::string, double> strategyOptions;
  SpaceOptions space;
  uint64_t seed = 1;
  /// The first bound that is reached ends the search. 0: no such bound.
  double seconds = 0;    // what earlier runs spent on the same search counts
  double runSeconds = 0; // of this run alone
  int trials = 0;        // candidates with an outcome, earlier runs' too
  double until = 0;      // 0.01: the last half of the trials (30 at least) gained less than 1 %
  std::string name;      // the layer's, for records
  std::string cache = "warm";
  std::string convwrightVersion, halideVersion; // of every record
  /// What is known, of this kernel and of others. May be null. Outlives the search.
  const RecordIndex *known = nullptr;
};

/// Why a search ended.
enum class Ended : uint8_t { Exhausted, Seconds, Trials, Settled, Interrupted };
std::string_view spell(Ended ended);

struct SearchResult {
  Plan best; // the default when nothing was better for sure
  double defaultMs = 0, bestMs = 0;
  /// Default's time / best's, from the middle one of the comparisons that the best plan was
  /// confirmed by, with its interval; of their times when there was none. 1 when best is default.
  double ratio = 1, ratioLow = 1, ratioHigh = 1;
  bool isDefault = true;         // whether best is it
  size_t comparisons = 0;        // of the winner with the default
  int tried = 0, resumed = 0;    // candidates with an outcome; of which earlier runs'
  std::array<int, 7> verdicts{}; // by Verdict
  double seconds = 0;            // spent in this run
  Ended ended = Ended::Interrupted;
};

/// How far a search is.
struct SearchProgress {
  double bestMs = 0, defaultMs = 0; // 0: not measured yet
  int tried = 0, failed = 0;        // candidates; those without a time
  double elapsedSeconds = 0;        // earlier runs' too
};

/// Never worse than the default: another plan wins only by a verdict of `better` against the
/// incumbent, and at last in most comparisons with the default. One thread at a time.
class Search {
public:
  /// Errors: the strategy or its options are unknown. `problem`, `target`, `measurer` and
  /// options.known outlive the search.
  static Result<std::unique_ptr<Search>> start(const Problem &problem, const Target &target,
                                               const Measurer &measurer,
                                               const SearchOptions &options);

  /// What is to be measured now: the plans, the incumbent beside which, and as what they are
  /// recorded.
  struct Request {
    std::vector<Plan> plans;
    std::optional<Plan> incumbent;
    std::string role; // Record::role
  };
  /// The next candidates, at most `count`; none when the search is over (ended() says why).
  /// Requires that everything asked for before has been taken or will never be.
  std::optional<Request> next(size_t count);
  /// One outcome: the record to be written.
  Record take(const Request &request, size_t index, const Outcome &measured);
  /// No more candidates; what is left is to confirm the winner, also when it was called interrupted
  /// before.
  void stop(Ended why);
  /// The winner beside the default once more, when the search is over: some time later is best,
  /// since what favours a plan may pass with the machine's mood. None when enough is known, or the
  /// search was interrupted.
  std::optional<Request> confirm() const;
  /// How often confirm() may still ask.
  size_t comparisonsLeft() const;
  /// How many more candidates there is time for, as fast as they went so far; 1 at least.
  size_t affordable() const;

  SearchProgress progress() const;
  SearchResult result() const;
  const Space &space() const { return plans; }
  const SearchOptions &options() const { return settings; }

private:
  Search(const Problem &problem, const Target &target, const Measurer &measurer,
         const SearchOptions &options);
  using Clock = std::chrono::steady_clock;
  enum class Phase : uint8_t { Default, Seeds, Candidates, Confirm, Over };

  double sinceBegin() const;
  double spent() const { return earlierSeconds + sinceBegin(); }
  bool tried(const Plan &plan) const;
  bool boundReached();
  std::optional<double> secondsLeft() const;
  bool settled() const;
  bool ours(const Record &record) const;
  void resume();
  void resumeComparisons();
  std::vector<Plan> seeds() const;
  void learn(const Plan &plan, const Outcome &outcome);
  Outcome compared(const Request &request, Outcome outcome) const;
  std::optional<Request> request(std::vector<Plan> wanted, std::optional<Plan> against,
                                 const char *role) const;

  const Problem &problem;
  const Measurer &measurer;
  SearchOptions settings;
  Space plans;
  std::string session;
  Clock::time_point begin = Clock::now();
  std::optional<Clock::time_point> end; // what is confirmed later is no part of its time
  std::unique_ptr<Strategy> strategy;
  nlohmann::json hardware;
  Plan standard;
  std::optional<Plan> incumbent;
  double incumbentMs = 0;
  double earlierSeconds = 0; // spent by earlier runs, ...
  double sessionSeconds = 0; // ... of which in this session
  std::vector<Plan> seen;
  std::vector<double> bestAfter;    // trial by trial
  std::vector<Outcome> comparisons; // of the incumbent with the default
  Phase phase = Phase::Default;
  SearchResult state;
};

/// Runs a search to its end, one request after the other. `record` is called with each record as
/// soon as it is final; its error, or measuring being impossible, ends the search.
Result<SearchResult> runSearch(Search &search, const Problem &problem, Measurer &measurer,
                               const std::function<Result<size_t>(const Record &)> &record,
                               const std::function<void()> &progress,
                               const std::atomic<bool> *cancelled);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_SEARCH_H
