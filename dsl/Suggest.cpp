//===- Suggest.cpp - did you mean -----------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Suggest.h"

#include <algorithm>
#include <string>

namespace convwright::dsl {

/// Whether two neighbouring letters are swapped, and nothing else: the commonest slip, which counts
/// as one.
static bool isSwap(llvm::StringRef a, llvm::StringRef b) {
  if (a.size() != b.size())
    return false;
  auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin());
  return a.end() - left >= 2 && left[0] == right[1] && left[1] == right[0] &&
         std::equal(left + 2, a.end(), right + 2);
}

std::optional<llvm::StringRef> suggest(llvm::StringRef typed,
                                       llvm::ArrayRef<llvm::StringRef> candidates) {
  std::string lower = typed.lower();
  // A third of the name may be wrong: one letter of "relu", two of "padding".
  unsigned nearest = std::max<unsigned>(1, typed.size() / 3) + 1;
  std::optional<llvm::StringRef> best;
  for (llvm::StringRef candidate : candidates) {
    // A longer typed name costs quadratic time and cannot be near.
    if (typed.size() > 2 * candidate.size() + 2)
      continue;
    std::string known = candidate.lower();
    unsigned distance =
        isSwap(lower, known)
            ? 1
            : llvm::StringRef(lower).edit_distance(known, /*AllowReplacements=*/true, nearest);
    if (distance >= nearest || distance >= candidate.size())
      continue;
    nearest = distance;
    best = candidate;
  }
  return best;
}

} // namespace convwright::dsl
