//===- SanitizerOptions.cpp - what the runtime's tests do on purpose -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// They ask for more memory than there is, and start threads in a forked child.

extern "C" {
const char *__asan_default_options() { return "allocator_may_return_null=1"; }
const char *__tsan_default_options() { return "allocator_may_return_null=1:die_after_fork=0"; }
}
