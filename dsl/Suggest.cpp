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
    unsigned distance = llvm::StringRef(lower).edit_distance(candidate.lower(),
                                                             /*AllowReplacements=*/true, nearest);
    if (distance >= nearest || distance >= candidate.size())
      continue;
    nearest = distance;
    best = candidate;
  }
  return best;
}

} // namespace convwright::dsl
