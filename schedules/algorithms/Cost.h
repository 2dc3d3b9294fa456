//===- Cost.h - what cost models share -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_COST_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_COST_H

#include "schedules/kernel/Kernel.h"

#include <vector>

namespace convwright::schedules {

/// Elements of a tensor at the `like` sizes; in double, which cannot overflow.
double elementCount(std::span<const Extent> dims, const Kernel &kernel);
/// Multiply-adds of all convolutions, taps in the padding included.
double convolutionFmas(const Kernel &kernel);
/// Activations read and outputs written, once each.
double bytesMoved(const Kernel &kernel);

/// Time of so many cycles on a core at 3 GHz: costs are compared with each other, not with clocks.
double millisecondsOfCycles(double cycles);
/// Time to move bytesMoved() at 20 GB/s: what no schedule can be faster than on large tensors.
double millisecondsOfBytes(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_COST_H
