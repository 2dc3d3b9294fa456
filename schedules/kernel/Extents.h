//===- Extents.h - arithmetic of extents -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_EXTENTS_H
#define CONVWRIGHT_SCHEDULES_KERNEL_EXTENTS_H

#include "schedules/kernel/Kernel.h"

#include <optional>

namespace convwright::schedules {

int64_t floorDivide(int64_t numerator, int64_t denominator);

/// At one value of the extent's symbol; none on overflow.
std::optional<int64_t> valueAt(const Extent &extent, int64_t symbol);

/// The same values with gcd(mul, div) = 1, so that equal extents compare equal.
Extent normalised(Extent extent);

/// floor((extent + add) / div), normalised; none on overflow.
std::optional<Extent> addThenDivide(const Extent &extent, int64_t add, int64_t div);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_EXTENTS_H
