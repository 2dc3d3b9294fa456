//===- Suggest.h - did you mean --------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_SUGGEST_H
#define CONVWRIGHT_DSL_SUGGEST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace convwright::dsl {

/// The candidate nearest to `typed` by edit distance (case counts for nothing), if one is near
/// enough to be what was meant. Among equals the first candidate wins. What other frameworks call
/// a candidate (`float32`, `clip`) counts as nearest of all.
std::optional<llvm::StringRef> suggest(llvm::StringRef typed,
                                       llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_SUGGEST_H
