//===- StackPlace.h - where generated code finds its stack -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_STACKPLACE_H
#define CONVWRIGHT_RUNTIME_SRC_STACKPLACE_H

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace convwright::runtime {

/// Does `work`, which returns a number, with the stack's top at the end of a page. x86 code that
/// spills vectors puts them at any multiple of 16 bytes; where one crosses a page each access takes
/// tens of cycles, and a process whose stack lies so computes some kernels at half their speed all
/// its life. Takes up to a page of stack. Threads: any.
template <typename Work> [[gnu::noinline]] std::invoke_result_t<Work> atPageEnd(Work &&work) {
#if defined(__x86_64__)
  constexpr uintptr_t page = 4096;
  size_t above = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) % page;
  auto *room = static_cast<volatile char *>(__builtin_alloca(above + 1));
  room[0] = 0;
  auto result = work();
  room[0] = 1; // the room is there until here
  return result;
#else
  return work();
#endif
}

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_STACKPLACE_H
