//===- Choices.cpp - the decisions that make a random program --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Choices.h"

#include <charconv>

namespace convwright::fuzz {

Choices::Choices(uint64_t seed) : random(std::mt19937_64(seed)) {
  constexpr size_t counts[] = {1, 2, 2, 3, 3, 4, 5, 6};
  stepCount = counts[(*random)() % std::size(counts)];
}

Choices::Choices(Decisions decisions)
    : replayed(std::move(decisions)), stepCount(replayed.size() > 2 ? replayed.size() - 2 : 0) {}

void Choices::nextPart() { made.emplace_back(); }

uint32_t Choices::below(uint32_t count) {
  if (made.empty())
    made.emplace_back();
  size_t part = made.size() - 1, place = made[part].size();
  uint32_t number = 0;
  if (random)
    number = static_cast<uint32_t>((*random)() % count);
  else if (part < replayed.size() && place < replayed[part].size())
    number = replayed[part][place] % count;
  made[part].push_back(number);
  return number;
}

std::string print(const Decisions &decisions) {
  std::string text;
  for (size_t part = 0; part < decisions.size(); ++part) {
    text += part ? "/" : "";
    for (size_t i = 0; i < decisions[part].size(); ++i)
      text += (i ? "." : "") + std::to_string(decisions[part][i]);
  }
  return text;
}

std::optional<Decisions> parseDecisions(const std::string &text) {
  Decisions decisions(1);
  const char *at = text.data(), *end = at + text.size();
  while (at < end) {
    if (*at == '/') {
      decisions.emplace_back();
      ++at;
      continue;
    }
    at += *at == '.';
    uint32_t number = 0;
    auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc())
      return std::nullopt;
    decisions.back().push_back(number);
    at = next;
  }
  return decisions;
}

} // namespace convwright::fuzz
