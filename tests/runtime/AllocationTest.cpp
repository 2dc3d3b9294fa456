//===- AllocationTest.cpp - run allocates nothing ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The program replaces the C library's allocator by one that counts.
//
//===----------------------------------------------------------------------===//

#include "tests/runtime/support/ToyLayer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <thread>

extern "C" {
void *__libc_malloc(size_t bytes);
void __libc_free(void *memory);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
}

static std::atomic<int64_t> allocations{0};

extern "C" {
void *malloc(size_t bytes) {
  ++allocations;
  return __libc_malloc(bytes);
}
void *calloc(size_t count, size_t bytes) {
  ++allocations;
  return __libc_calloc(count, bytes);
}
void *realloc(void *memory, size_t bytes) {
  ++allocations;
  return __libc_realloc(memory, bytes);
}
void *memalign(size_t alignment, size_t bytes) {
  ++allocations;
  return __libc_memalign(alignment, bytes);
}
void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }
int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  *memory = memalign(alignment, bytes);
  return *memory ? 0 : ENOMEM;
}
void free(void *memory) { __libc_free(memory); }
}

namespace convwright::runtime::testing {
namespace {

/// Allocations of 100 calls, after a few that may set things up.
int64_t allocationsOf(ToyCall &call, const cw_options &options) {
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(call.run(&options), CW_OK) << cw_last_error();
  int64_t before = allocations;
  for (int i = 0; i < 100; ++i)
    call.run(&options);
  int64_t after = allocations;
  EXPECT_TRUE(call.isRight());
  return after - before;
}

TEST(Allocation, TheCounterCounts) {
  int64_t before = allocations;
  Block memory = block(64);
  EXPECT_EQ(allocations - before, 1);
}

TEST(Allocation, NoneInTheFirstRunWithTheCallersWorkspace) {
  ToyCall call(64, 100);
  ASSERT_EQ(call.pack(), CW_OK);
  int64_t sizes[] = {64, 100};
  cw_options options{};
  options.threads = 1;
  options.workspace_bytes = cwrt_workspace_bytes(&toyLayer(), sizes);
  Block memory = block(options.workspace_bytes);
  options.workspace = memory.get();
  int64_t before = allocations;
  int status = call.run(&options);
  int64_t after = allocations;
  EXPECT_EQ(status, CW_OK) << cw_last_error();
  EXPECT_EQ(after - before, 0);
  EXPECT_TRUE(call.isRight());
}

TEST(Allocation, NoneWithThePoolsThreadsAndTheCallersWorkspace) {
  ToyCall call(64, 100);
  ASSERT_EQ(call.pack(), CW_OK);
  int64_t sizes[] = {64, 100};
  cw_options options{};
  options.threads = 4;
  options.workspace_bytes = cwrt_variant_workspace_bytes(&toyLayer(), &toyVariant(), sizes, 4);
  Block memory = block(options.workspace_bytes);
  options.workspace = memory.get();
  EXPECT_EQ(allocationsOf(call, options), 0);
}

TEST(Allocation, NoneInSteadyStateWithTheArena) {
  for (int threads : {1, 4}) {
    ToyCall call(64, 100);
    ASSERT_EQ(call.pack(), CW_OK);
    cw_options options{};
    options.threads = threads;
    EXPECT_EQ(allocationsOf(call, options), 0);
  }
}

TEST(Allocation, NoneForErrors) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  call.x.shape[2] = 66;
  int64_t before = allocations;
  int status = call.run();
  int64_t after = allocations;
  EXPECT_EQ(status, CW_ERROR_SIZE);
  EXPECT_EQ(after - before, 0);
}

} // namespace
} // namespace convwright::runtime::testing
