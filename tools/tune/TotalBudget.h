//===- TotalBudget.h - one budget for all kernels of a run ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_TOTALBUDGET_H
#define CONVWRIGHT_TOOLS_TUNE_TOTALBUDGET_H

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace convwright::tools {

/// What `--total-budget` goes to: the searches, then confirming their winners, then layers' forms.
/// Searches get equal shares, and what one leaves goes to those after it, as does what its winner
/// would have been confirmed in, when it has none. Each may overrun its share to finish a
/// candidate, but not at the cost of all those after it.
class TotalBudget {
public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  TotalBudget(double seconds, Time start, size_t kernels, bool forms);

  /// How far the searches are.
  struct Progress {
    size_t left = 0;    // searches that have not begun
    size_t winners = 0; // of those that have ended, to be confirmed
  };
  /// Seconds for the next search; 0: there is no time left.
  double share(Progress progress, Time now) const;
  /// When a search that is given its share now is cut off.
  Time cutOff(Progress progress, Time now) const;

  double seconds() const { return total; }
  Time searchesEnd(Progress progress) const;
  Time confirmingEnd() const { return start + span(total - forForms); }
  Time end() const { return start + span(total); }

private:
  static Clock::duration span(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }

  double total;
  Time start;
  double toConfirm; // a winner
  double forForms;
};

/// What a total budget was too short for, by name.
struct Undone {
  std::vector<std::string> unmeasured;  // not even the default
  std::vector<std::string> hurried;     // few candidates
  std::vector<std::string> unconfirmed; // winners with fewer comparisons than wanted
  std::vector<std::string> forms;       // layers

  bool empty() const {
    return unmeasured.empty() && hurried.empty() && unconfirmed.empty() && forms.empty();
  }
};
/// Fewer candidates of a kernel than this are few.
constexpr int fewCandidates = 10;

/// A line that says it and what would do; empty when nothing is undone.
std::string describeUndone(const Undone &undone, double totalSeconds, size_t kernels);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_TOTALBUDGET_H
