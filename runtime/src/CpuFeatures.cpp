//===- CpuFeatures.cpp - what this machine's CPU can do ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuFeatures.h"

#include "convwright/abi.h"

#include <atomic>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace convwright::runtime {

namespace {

#if defined(__x86_64__)

/// The extended control register 0: which register states the operating system saves.
uint64_t savedStates() {
  uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

struct Leaves {
  uint32_t ecx1 = 0, ebx7 = 0, ecx7 = 0, eax71 = 0;

  Leaves() {
    uint32_t a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d))
      ecx1 = c;
    uint32_t subleaves = 0;
    if (__get_cpuid_count(7, 0, &subleaves, &b, &c, &d)) {
      ebx7 = b;
      ecx7 = c;
      if (subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d))
        eax71 = a;
    }
  }
};

bool all(uint32_t found, uint32_t wanted) { return (found & wanted) == wanted; }

uint64_t detect() {
  constexpr uint32_t sse = bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT;
  constexpr uint32_t avx1 = bit_AVX | bit_FMA | bit_F16C | bit_MOVBE;
  constexpr uint32_t avx7 = bit_AVX2 | bit_BMI | bit_BMI2;
  constexpr uint32_t avx512 =
      bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
  constexpr uint64_t ymm = 0x6, zmm = 0xe6;

  Leaves leaves;
  uint64_t states = leaves.ecx1 & bit_OSXSAVE ? savedStates() : 0;
  uint64_t features = 0;
  if (!all(leaves.ecx1, sse))
    return features;
  features |= CW_CPU_SSE41;
  if ((states & ymm) != ymm || !all(leaves.ecx1, avx1) || !all(leaves.ebx7, avx7))
    return features;
  features |= CW_CPU_AVX2;
  if ((states & zmm) != zmm || !all(leaves.ebx7, avx512))
    return features;
  features |= CW_CPU_AVX512;
  if (leaves.ecx7 & bit_AVX512VNNI)
    features |= CW_CPU_AVX512_VNNI;
  if (leaves.eax71 & bit_AVX512BF16)
    features |= CW_CPU_AVX512_BF16;
  return features;
}

#elif defined(__aarch64__)

uint64_t detect() {
  // <asm/hwcap.h> of an old C library lacks the later ones.
  constexpr unsigned long asimd = 1 << 1, scalarHalf = 1 << 9, vectorHalf = 1 << 10, dot = 1 << 20;
  unsigned long found = getauxval(AT_HWCAP);
  uint64_t features = 0;
  if (found & asimd)
    features |= CW_CPU_NEON;
  if ((found & scalarHalf) && (found & vectorHalf))
    features |= CW_CPU_FP16;
  if (found & dot)
    features |= CW_CPU_DOTPROD;
  return features;
}

#else
#error "Convwright's runtime knows x86-64 and aarch64"
#endif

} // namespace

uint64_t cpuFeatures() {
  static constexpr uint64_t known = 1ull << 63;
  static std::atomic<uint64_t> cache{0};
  uint64_t features = cache.load(std::memory_order_relaxed);
  if (!features) {
    features = detect() | known;
    cache.store(features, std::memory_order_relaxed);
  }
  return features & ~known;
}

Text spellCpuFeatures(uint64_t features) {
  static constexpr struct {
    uint64_t bit;
    const char *name;
  } names[] = {{CW_CPU_SSE41, "SSE4.2"},
               {CW_CPU_AVX2, "AVX2 and FMA"},
               {CW_CPU_AVX512, "AVX-512"},
               {CW_CPU_AVX512_VNNI, "AVX-512 VNNI"},
               {CW_CPU_AVX512_BF16, "AVX-512 BF16"},
               {CW_CPU_NEON, "NEON"},
               {CW_CPU_FP16, "FP16"},
               {CW_CPU_DOTPROD, "dot products"}};
  Text text;
  for (const auto &[bit, name] : names)
    if (features & bit)
      text.add("%s%s", *text.text() ? ", " : "", name);
  return text;
}

} // namespace convwright::runtime
