//===- Burst.h - a short burst of FMAs: the core's peak and its health -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C, because Python runners load it too.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BURST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BURST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs a fixed burst of independent f32 multiply-adds, about 30 microseconds, with the widest
/// vectors that this CPU has (AVX-512, AVX2 with FMA, or 128-bit multiply and add).
/// The best burst ever seen gives the core's peak; a slow one says that the core was shared or
/// slowed. Returns nanoseconds. Threads: any.
int64_t cw_burst(void);

/// Floating-point operations in one cw_burst().
double cw_burst_flops(void);

#ifdef __cplusplus
}
#endif

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BURST_H
