//===- Shrink.cpp - the smallest program that is still wrong -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes away steps, then numbers, and makes numbers smaller, as long as the program stays wrong in
// the same way. The decisions are such that any numbers make a program, and smaller ones a simpler
// one: see Choices.h.
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Process.h"

namespace convwright::fuzz {

namespace {

class Shrinker {
public:
  Shrinker(Decisions decisions, Verdict verdict, const CheckOptions &options, int seconds)
      : options(options),
        deadline(std::chrono::steady_clock::now() + std::chrono::seconds(seconds)) {
    best.decisions = std::move(decisions);
    best.verdict = std::move(verdict);
  }

  Shrunk run() {
    while (!isOver() && pass())
      ;
    return std::move(best);
  }

private:
  bool isOver() const { return interrupted || std::chrono::steady_clock::now() > deadline; }

  /// Whether it helped.
  bool pass() {
    bool better = false;
    for (size_t part = best.decisions.size() - 1; part-- > 1;)
      better |= tryWith([&](Decisions &d) { d.erase(d.begin() + static_cast<ptrdiff_t>(part)); });
    for (size_t part = 0; part < best.decisions.size(); ++part)
      better |= shrinkPart(part);
    return better;
  }

  bool shrinkPart(size_t part) {
    bool better = tryWith([&](Decisions &d) { d[part].clear(); });
    for (size_t length = best.decisions[part].size() / 2; length >= 1; length /= 2)
      for (size_t i = 0; i + length <= best.decisions[part].size() && !isOver(); i += length)
        if (length > 1)
          better |= tryWith([&](Decisions &d) {
            std::fill_n(d[part].begin() + static_cast<ptrdiff_t>(i), length, 0);
          });
    for (size_t i = 0; i < best.decisions[part].size() && !isOver(); ++i) {
      auto set = [&](uint32_t number) {
        return tryWith([&](Decisions &d) { d[part][i] = number; });
      };
      better |= set(0);
      while (i < best.decisions[part].size() && best.decisions[part][i] > 1 &&
             set(best.decisions[part][i] / 2))
        better = true;
      while (i < best.decisions[part].size() && best.decisions[part][i] > 0 &&
             set(best.decisions[part][i] - 1))
        better = true;
    }
    return better;
  }

  template <typename Change> bool tryWith(const Change &change) {
    Decisions smaller = best.decisions;
    change(smaller);
    if (smaller == best.decisions || isOver())
      return false;
    ++best.tried;
    Verdict verdict = checkAlone({0, smaller}, options, 20);
    if (!verdict.isBug() || verdict.state != best.verdict.state ||
        verdict.ending != best.verdict.ending || verdict.stage != best.verdict.stage)
      return false;
    // What was used of the numbers; a process that died may have kept fewer.
    best.decisions = std::move(smaller);
    best.verdict = std::move(verdict);
    return true;
  }

  CheckOptions options;
  std::chrono::steady_clock::time_point deadline;
  Shrunk best;
};

} // namespace

Shrunk shrink(const Decisions &decisions, const Verdict &verdict, const CheckOptions &options,
              int seconds) {
  return Shrinker(decisions, verdict, options, seconds).run();
}

} // namespace convwright::fuzz
