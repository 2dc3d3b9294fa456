//===- Burst.cpp - FMA bursts for AVX-512, AVX2 and anything else ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Burst.h"

#include <chrono>

namespace {

constexpr int chains = 12; // covers 5 cycles of latency on 2 ports, and fits 16 registers

struct Kind {
  void (*run)();
  int iterations;
  int lanes;
};

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 12")
#endif

#if defined(__x86_64__)
#define REGISTER "+v"
#else
#define REGISTER "+w"
#endif

// One function for each vector width: a template cannot take its caller's target attribute.
// The accumulators decay to step / (1 - 0.999), far from denormals and infinities. The empty asm
// keeps the compiler from folding iterations together.
#define DEFINE_BURST(Name, Lanes, Iterations, Attribute)                                           \
  Attribute void Name() {                                                                          \
    typedef float Vector __attribute__((vector_size((Lanes) * sizeof(float))));                    \
    Vector accumulators[chains], scale = {}, step = {};                                            \
    scale += 0.999F;                                                                               \
    step += 1e-7F;                                                                                 \
    for (int i = 0; i < chains; ++i)                                                               \
      accumulators[i] = step * static_cast<float>(i);                                              \
    asm volatile("" : REGISTER(scale), REGISTER(step));                                            \
    for (int iteration = 0; iteration < (Iterations); ++iteration) {                               \
      UNROLL for (Vector &accumulator : accumulators) {                                            \
        accumulator = accumulator * scale + step;                                                  \
        asm volatile("" : REGISTER(accumulator));                                                  \
      }                                                                                            \
    }                                                                                              \
  }

#if defined(__x86_64__)
DEFINE_BURST(burst512, 16, 8000, __attribute__((target("avx512f,avx512vl,fma"))))
DEFINE_BURST(burst256, 8, 14000, __attribute__((target("avx2,fma"))))
#endif
DEFINE_BURST(burst128, 4, 6000, )

Kind chooseKind() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
    return {burst512, 8000, 16};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {burst256, 14000, 8};
#endif
  return {burst128, 6000, 4};
}

const Kind &kind() {
  static const Kind chosen = chooseKind();
  return chosen;
}

} // namespace

int64_t cw_burst(void) {
  auto begin = std::chrono::steady_clock::now();
  kind().run();
  return std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
}

double cw_burst_flops(void) { return 2.0 * chains * kind().lanes * kind().iterations; }
