//===- ErrorBound.h - how far f32 sums stray from the truth ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_ERRORBOUND_H
#define CONVWRIGHT_SCHEDULES_KERNEL_ERRORBOUND_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules {

/// The longest sum of a kernel: terms behind one element of a stage or a fold, at the symbols'
/// largest values. 0: no sums.
int64_t longestSum(const Kernel &kernel);

/// The relative L2 error that is promised of a kernel which adds the terms of each element one
/// after the other in f32. With u = 2^-24 and n terms, independent rounding errors come to
/// 0.29·u·sqrt(n) of a sum whose terms have either sign (2.3e-6 at n = 16129). Promised are
/// 0.5·u·sqrt(n), 5e-7 for what else is rounded, and 1e-6 where expressions have functions such as
/// exp or taps are displaced. Errors that agree, as those of an image that is constant do, may come
/// to n·u.
double sumErrorBound(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_ERRORBOUND_H
