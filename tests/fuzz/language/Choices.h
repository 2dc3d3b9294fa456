//===- Choices.h - the decisions that make a random program ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program is drawn by a sequence of small numbers. Whoever draws lets 0 mean what is simplest, so
// that a failing program is made smaller by taking numbers away, and by making them smaller.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHOICES_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHOICES_H

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace convwright::fuzz {

/// The numbers, in parts: the head (arguments, sizes), one for each step, the tail (results, how to
/// compile).
using Decisions = std::vector<std::vector<uint32_t>>;

/// Draws decisions from a seed and keeps them, or replays decisions that were kept.
class Choices {
public:
  explicit Choices(uint64_t seed);
  explicit Choices(Decisions decisions);

  size_t steps() const { return stepCount; }
  /// Goes to the next part; replayed parts need not have as many numbers as are asked for: then
  /// comes 0.
  void nextPart();

  /// In [0, count).
  uint32_t below(uint32_t count);
  int64_t between(int64_t lo, int64_t hi) { return lo + below(static_cast<uint32_t>(hi - lo + 1)); }
  /// Once in `times`.
  bool once(uint32_t times) { return below(times) + 1 == times; }
  /// The first is the simplest.
  template <typename List> const auto &pick(const List &list) {
    return *(std::begin(list) + below(static_cast<uint32_t>(std::size(list))));
  }
  template <typename T> T pick(std::initializer_list<T> list) {
    return *(list.begin() + below(static_cast<uint32_t>(list.size())));
  }

  /// What was drawn, or what of the replayed decisions was used.
  const Decisions &decisions() const { return made; }

private:
  std::optional<std::mt19937_64> random;
  Decisions replayed, made;
  size_t stepCount;
};

/// "3.0.1/2.2/0", and back; what is no such text gives nothing.
std::string print(const Decisions &decisions);
std::optional<Decisions> parseDecisions(const std::string &text);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHOICES_H
