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
/// Searches get equal shares, and what one leaves goes to those after it. Each may overrun its
/// share to finish a candidate, but not at the cost of those after it.
class TotalBudget {
public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  TotalBudget(double seconds, Time start, size_t kernels, bool forms);

  /// Seconds for the next search when so many are left, it included; 0: there is no time left.
  double share(size_t left, Time now) const;
  /// When a search that was given that share now is cut off.
  Time cutOff(double share, Time now) const;

  double seconds() const { return total; }
  Time searchesEnd() const { return start + span(total - forConfirming - forForms); }
  Time confirmingEnd() const { return start + span(total - forForms); }
  Time end() const { return start + span(total); }

private:
  static Clock::duration span(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }

  double total;
  Time start;
  double forConfirming, forForms;
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
