//===- RecordIndex.h - choosing a plan from records -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDINDEX_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDINDEX_H

#include "schedules/targets/Target.h"
#include "schedules/tuning/records/Origin.h"
#include "schedules/tuning/records/RecordFile.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// How far a record can be trusted for a problem on this machine, best first.
enum class Trust : uint8_t {
  Measured, // this very problem, target, hardware and versions
  Hint,     // the same problem, but other hardware, another version, or the static model
  Similar,  // the same convolutions with other pointwise work around them
};
/// "measured", "hint", "similar".
std::string_view spell(Trust trust);

/// A plan found in records.
struct Found {
  const Record *record = nullptr;
  Plan plan; // source = Record; Model when it was measured by the static model
  Trust trust = Trust::Measured;
  std::string note; // for --explain: "measured 1.25 ms, 1.08 x the default, 2026-11-27, AMD EPYC"
};

/// What a search through records gave.
struct Lookup {
  std::optional<Found> found;
  /// Plans that would have come before it, and why they were passed over.
  std::vector<std::string> passedOver;
};

/// A reason of the caller's own against a plan; none when it will do.
using Objection = std::function<std::optional<std::string>(const Plan &)>;

/// Records of many files, by problem. Choosing trusts nothing: a plan that validatePlan() refuses
/// is passed over. Among records of one session the tuner's verdicts decide, not the smallest
/// number (Sessions.h: winnerOf).
/// Between sessions the order is: this very problem before similar ones; measured before estimated;
/// this hardware, then these versions, then these threads before others; newer before older (who
/// measures again has a reason, and the machine may have changed); later in the files before
/// earlier. So sessions that contradict each other are never mixed.
/// Threads: all const members may be called from several.
class RecordIndex {
public:
  explicit RecordIndex(RecordSet records, Origin here = thisOrigin());
  ~RecordIndex();
  RecordIndex(RecordIndex &&) noexcept;

  /// The best plan for the problem; none when nothing fits. `threads` other than the problem's are
  /// a Hint.
  std::optional<Found> best(const Problem &problem, const Target &target) const;
  /// The same, telling what was passed over; `objection` is asked beside validatePlan().
  Lookup look(const Problem &problem, const Target &target, const Objection &objection = {}) const;
  /// Every record of that problem (any hardware), in order.
  std::vector<const Record *> of(const Problem &problem) const;
  const RecordSet &all() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDINDEX_H
