//===- Outcome.cpp - the names of verdicts --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/measure/Outcome.h"

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

} // namespace convwright::schedules
