//===- Outcome.cpp - the names of verdicts; several comparisons --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Outcome.h"

#include <algorithm>
#include <array>
#include <utility>

namespace convwright::schedules {

static constexpr std::array<std::pair<Verdict, std::string_view>, 7> spellings{{
    {Verdict::Ok, "ok"},
    {Verdict::Slower, "slower"},
    {Verdict::Wrong, "wrong"},
    {Verdict::Crashed, "crashed"},
    {Verdict::TimedOut, "timed_out"},
    {Verdict::OutOfMemory, "out_of_memory"},
    {Verdict::Refused, "refused"},
}};

std::string_view spell(Verdict verdict) {
  for (auto [known, text] : spellings)
    if (known == verdict)
      return text;
  return {};
}

std::optional<Verdict> verdictFrom(std::string_view text) {
  for (auto [verdict, known] : spellings)
    if (known == text)
      return verdict;
  return std::nullopt;
}

Comparisons tally(const std::vector<const Outcome *> &comparisons) {
  Comparisons tally;
  std::vector<size_t> order;
  for (size_t i = 0; i < comparisons.size(); ++i) {
    const Outcome *outcome = comparisons[i];
    if (outcome->guessed())
      continue;
    order.push_back(i);
    bool hasInterval = outcome->ratioHigh > 0;
    double low = hasInterval ? outcome->ratioLow : outcome->ratio;
    double high = hasInterval ? outcome->ratioHigh : outcome->ratio;
    bool unknown = high == 0;
    if (outcome->verdict != Verdict::Ok || (!unknown && high < 1))
      ++tally.worse;
    else if (unknown || low > 1)
      ++tally.better;
    else
      ++tally.undecided;
  }
  if (order.empty())
    return tally;
  auto middle = order.begin() + static_cast<ptrdiff_t>((order.size() - 1) / 2);
  std::nth_element(order.begin(), middle, order.end(), [&](size_t a, size_t b) {
    return std::pair(comparisons[a]->ratio, a) < std::pair(comparisons[b]->ratio, b);
  });
  tally.middle = *middle;
  return tally;
}

} // namespace convwright::schedules
