//===- CountingAllocator.h - how often the program asked for memory ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SUPPORT_COUNTINGALLOCATOR_H
#define CONVWRIGHT_TESTS_SUPPORT_COUNTINGALLOCATOR_H

#include <cstdint>

namespace convwright::testing {

/// Calls so far of malloc and its kind, by anything in the process: a program that links
/// CountingAllocator.cpp has the C library's allocator replaced by one that counts. (With
/// -rdynamic, also for what it loads.)
int64_t allocationCount();

} // namespace convwright::testing

#endif // CONVWRIGHT_TESTS_SUPPORT_COUNTINGALLOCATOR_H
