//===- Evict.cpp - takes tensors out of the caches -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Evict.h"

namespace convwright::measure {

namespace {

constexpr size_t line = 64;

void flush(const std::byte *data, size_t bytes) {
  for (size_t at = 0; at < bytes; at += line) {
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
  for (const HostTensor &tensor : tensors.operands)
    flush(tensor.data(), tensor.bytes());
  for (const HostTensor &tensor : tensors.outputs)
    flush(tensor.data(), tensor.bytes());
  if (const GuardedMemory *memory = contender.parameters())
    flush(memory->atTheEnd(), static_cast<size_t>(memory->size()));
  wait();
}

} // namespace convwright::measure
