//===- AllocationTest.cpp - run allocates nothing ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/runtime/support/ToyLayer.h"
#include "tests/support/CountingAllocator.h"

#include <gtest/gtest.h>

namespace convwright::runtime::testing {
namespace {

using convwright::testing::allocationCount;

/// Allocations of 100 calls, after a few that may set things up.
int64_t allocationsOf(ToyCall &call, const cw_options &options) {
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(call.run(&options), CW_OK) << cw_last_error();
  int64_t before = allocationCount();
  for (int i = 0; i < 100; ++i)
    call.run(&options);
  int64_t after = allocationCount();
  EXPECT_TRUE(call.isRight());
  return after - before;
}

TEST(Allocation, TheCounterCounts) {
  int64_t before = allocationCount();
  Block memory = block(64);
  EXPECT_EQ(allocationCount() - before, 1);
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
  int64_t before = allocationCount();
  int status = call.run(&options);
  int64_t after = allocationCount();
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
  int64_t before = allocationCount();
  int status = call.run();
  int64_t after = allocationCount();
  EXPECT_EQ(status, CW_ERROR_SIZE);
  EXPECT_EQ(after - before, 0);
}

} // namespace
} // namespace convwright::runtime::testing
