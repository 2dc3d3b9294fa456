//===- Inputs.h - the numbers that candidates are tried on -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_INPUTS_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_INPUTS_H

#include "schedules/kernel/ScalarExpr.h"

#include <cstddef>
#include <cstdint>

namespace convwright::schedules {

/// Fills memory with pseudo-random elements, the i-th in memory depending on seed, operand and i
/// alone, so that every process on every machine has the same: f32 in [-1, 1), u8 over its range,
/// i8 and i32 in -100 .. 100.
void fillInput(ElementType type, std::byte *data, int64_t elements, uint64_t seed,
               uint64_t operand);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_INPUTS_H
