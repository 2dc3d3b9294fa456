//===- Rounds.h - many searches at once, in rounds --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_SEARCH_ROUNDS_H
#define CONVWRIGHT_SCHEDULES_TUNING_SEARCH_ROUNDS_H

#include "schedules/tuning/search/Search.h"

namespace convwright::schedules {

/// A search and what it is about; both outlive the rounds.
struct RoundSearch {
  Search *search = nullptr;
  const Problem *problem = nullptr;
};

struct RoundCallbacks {
  /// Writes a round's records, all of them final; called once a round.
  std::function<Result<size_t>(const std::vector<Record> &)> record;
  /// After every outcome: how many there are in this round, of how many.
  std::function<void(size_t outcomes, size_t wanted)> progress;
};

/// Runs searches to their ends, measurer.problemsAtOnce() of them at a time: each round every
/// active search is asked for measurer.batch() candidates, and all of them are measured together.
/// Searches are asked on `threads` threads (0: one for each CPU); everything else happens on the
/// caller's. One result for each search, in order.
/// When `cancelled` becomes true, what is final is recorded and the searches end as interrupted.
/// Errors: records cannot be written; measuring is impossible. Outcomes that were final are
/// recorded.
Result<std::vector<SearchResult>> runRounds(const std::vector<RoundSearch> &searches,
                                            Measurer &measurer, const RoundCallbacks &callbacks,
                                            const std::atomic<bool> *cancelled,
                                            unsigned threads = 0);

/// Compares the winners of searches that are over with their defaults once more, in rounds over all
/// of them, so that a search's comparisons lie apart, until enough is known of each
/// (Search::confirm). Gives the number of comparisons. callbacks.record is called after each, and
/// callbacks.progress with their number and how many there may be.
/// Errors: as above.
Result<size_t> confirmWinners(const std::vector<RoundSearch> &searches, Measurer &measurer,
                              const RoundCallbacks &callbacks, const std::atomic<bool> *cancelled);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_SEARCH_ROUNDS_H
