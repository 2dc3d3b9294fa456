//===- Evict.cpp - takes tensors out of the caches -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Evict.h"

namespace convwright::measure {

namespace {

constexpr int64_t line = 64;

void flush(const std::byte *data, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += line) {
#if defined(__x86_64__)
    __builtin_ia32_clflush(data + at);
#elif defined(__aarch64__)
    __asm__ volatile("dc civac, %0" ::"r"(data + at) : "memory");
#endif
  }
}

void wait() {
#if defined(__x86_64__)
  __builtin_ia32_mfence();
#elif defined(__aarch64__)
  __asm__ volatile("dsb sy" ::: "memory");
#endif
}

} // namespace

void evict(const Contender &contender, const Tensors &tensors) {
  for (const GuardedTensor &tensor : tensors.operands)
    flush(tensor.data(), tensor.bytes());
  for (const GuardedTensor &tensor : tensors.outputs)
    flush(tensor.data(), tensor.bytes());
  if (const GuardedMemory *memory = contender.parameters())
    flush(memory->atTheEnd(), memory->size());
  wait();
}

} // namespace convwright::measure
