//===- Outcome.h - what became of a candidate ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_OUTCOME_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_OUTCOME_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// Spelled in records as "ok", "slower", "wrong", "crashed", "timed_out", "out_of_memory",
/// "refused". Slower: right, but racing stopped it before all its samples were taken, because it is
/// hopeless against the incumbent; its ms is an estimate.
enum class Verdict : uint8_t { Ok, Slower, Wrong, Crashed, TimedOut, OutOfMemory, Refused };
std::string_view spell(Verdict verdict);
std::optional<Verdict> verdictFrom(std::string_view text);

/// What became of one candidate. Everything but a verdict of Ok or Slower leaves the times empty.
/// Slower with neither samples nor a ratio: the static model expected so little of the candidate
/// that nobody timed it, and `ms` is the model's.
struct Outcome {
  Verdict verdict = Verdict::Refused;
  std::string reason; // for people, when not Ok: what happened, with the numbers
  double ms = 0;      // of one call: median of the clean samples (static back-end: the estimate)
  double spread = 0;  // interquartile range over the median
  std::vector<double> samples;   // clean, nanoseconds a call, in the order in which they were taken
  std::vector<double> incumbent; // the incumbent's, interleaved with them, one for one
  int spoilt = 0;                // thrown away because a burst beside them ran slow
  /// Incumbent's time / candidate's (more than 1: the candidate is faster), and its interval at
  /// `confidence`, valid although one stops looking as soon as it is clear. 0: no incumbent.
  double ratio = 0, ratioLow = 0, ratioHigh = 0, confidence = 0;
  bool better = false; // ratioLow > 1, seen again in a second fresh process
  double relativeError = 0, allowedError = 0;
  double compileSeconds = 0, measureSeconds = 0;
  int64_t objectBytes = 0;
  std::string machineState; // "steady" or "drifting": what the canary said

  /// Right, so that `ms` is known, be it as a guess.
  bool right() const { return verdict == Verdict::Ok || verdict == Verdict::Slower; }
  /// Nobody ran it. A guess says nothing against what was measured.
  bool guessed() const { return verdict == Verdict::Slower && ratio == 0 && samples.empty(); }
  bool timed() const { return right() && !guessed(); }
};

/// Comparisons of one plan with another, made at different times. What favours a plan while a
/// machine is in one mood (a few per cent, for minutes) is not believed at once.
struct Comparisons {
  size_t better = 0, undecided = 0, worse = 0;
  size_t middle = 0; // which of them has the middle ratio; the smaller of two such

  size_t count() const { return better + undecided + worse; }
  /// Most of them say that the plan is faster, and none that it is slower or fails.
  bool hold() const { return worse == 0 && better > undecided; }
  /// Whether more of them, up to `most` in all, cannot change what they come to.
  bool decided(size_t most) const {
    return worse > 0 || better + undecided >= most || 2 * undecided >= most;
  }
};
/// Of an outcome without an interval the ratio counts; one without either is believed. Guesses
/// (Outcome::guessed) compare nothing and are left out.
Comparisons tally(const std::vector<const Outcome *> &comparisons);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_OUTCOME_H
