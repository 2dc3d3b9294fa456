//===- Outcome.cpp - how records spell verdicts ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/measure/Outcome.h"

namespace convwright::schedules {

namespace {

constexpr std::string_view spellings[] = {"ok",        "slower",        "wrong",  "crashed",
                                          "timed_out", "out_of_memory", "refused"};

} // namespace

std::string_view spell(Verdict verdict) { return spellings[static_cast<size_t>(verdict)]; }

std::optional<Verdict> verdictFrom(std::string_view text) {
  for (size_t i = 0; i < std::size(spellings); ++i)
    if (spellings[i] == text)
      return static_cast<Verdict>(i);
  return std::nullopt;
}

} // namespace convwright::schedules
