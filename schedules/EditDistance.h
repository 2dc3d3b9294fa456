//===- EditDistance.h - how far a typed name is from a known one -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_EDITDISTANCE_H
#define CONVWRIGHT_SCHEDULES_EDITDISTANCE_H

#include <cstddef>
#include <string_view>

namespace convwright::schedules {

/// Insertions, deletions and substitutions that make `a` of `b`: for did-you-mean.
size_t editDistance(std::string_view a, std::string_view b);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_EDITDISTANCE_H
