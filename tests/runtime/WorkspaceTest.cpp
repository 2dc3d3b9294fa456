//===- WorkspaceTest.cpp - the caller's workspace and the arena ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/Workspace.h"
#include "runtime/src/Arena.h"
#include "runtime/src/Arithmetic.h"
#include "runtime/src/Call.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

size_t bytesFor(int64_t h, int64_t w) {
  int64_t sizes[] = {h, w};
  return cwrt_workspace_bytes(&toyLayer(), sizes);
}

TEST(Size, OverflowStays) {
  EXPECT_FALSE((Size(INT64_MAX) + Size(0)).overflows());
  EXPECT_TRUE((Size(INT64_MAX) + Size(1)).overflows());
  EXPECT_TRUE((Size(INT64_MAX / 2) * Size(3)).overflows());
  EXPECT_TRUE((Size(INT64_MAX) * Size(2) * Size(0)).overflows());
  EXPECT_TRUE(Size(INT64_MAX).alignedUp().overflows());
  EXPECT_TRUE(Size(-1).overflows());
  EXPECT_EQ(Size(65).alignedUp().get(), 128);
}

TEST(Extent, DivisionRoundsDown) {
  int64_t sizes[] = {5};
  EXPECT_EQ(evaluate({0, 1, 1, 2}, sizes), 3);
  EXPECT_EQ(evaluate({0, 1, -6, 2}, sizes), -1);
  EXPECT_EQ(evaluate({-1, 0, 7, 1}, nullptr), 7);
  int64_t large[] = {INT64_MAX};
  EXPECT_EQ(evaluate({0, 2, 0, 1}, large), INT64_MAX);
}

TEST(Workspace, HasToBeAligned) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  Block memory = block(bytesFor(8, 5) + 64);
  cw_options options{};
  options.workspace = static_cast<char *>(memory.get()) + 8;
  options.workspace_bytes = bytesFor(8, 5);
  EXPECT_EQ(call.run(&options), CW_ERROR_ALIGNMENT);
  EXPECT_THAT(cw_last_error(), HasSubstr("options.workspace"));
}

TEST(Workspace, AskedSizeIsEnoughAndNothingBehindItIsTouched) {
  ToyCall call(64, 100);
  ASSERT_EQ(call.pack(), CW_OK);
  size_t bytes = bytesFor(64, 100);
  Block memory = block(bytes + 64);
  std::memset(memory.get(), 0x5a, bytes + 64);
  cw_options options{};
  options.workspace = memory.get();
  options.workspace_bytes = bytes;
  ASSERT_EQ(call.run(&options), CW_OK) << cw_last_error();
  EXPECT_TRUE(call.isRight());
  for (size_t i = bytes; i < bytes + 64; ++i)
    EXPECT_EQ(static_cast<unsigned char *>(memory.get())[i], 0x5a);
}

TEST(Workspace, OneByteTooFewForOneThreadIsRefusedWithTheNumbers) {
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  int64_t sizes[] = {8, 5};
  size_t one = cwrt_variant_workspace_bytes(&toyLayer(), &toyVariant(), sizes, 1);
  Block memory = block(one);
  cw_options options{};
  options.workspace = memory.get();
  options.workspace_bytes = one;
  EXPECT_EQ(call.run(&options), CW_OK) << cw_last_error();
  options.workspace_bytes = one - 1;
  EXPECT_EQ(call.run(&options), CW_ERROR_WORKSPACE);
  EXPECT_THAT(cw_last_error(), HasSubstr("options.workspace has " + std::to_string(one - 1) +
                                         " bytes; toy needs " + std::to_string(one)));
  options.workspace_bytes = 0;
  EXPECT_EQ(call.run(&options), CW_ERROR_WORKSPACE);
}

/// An executor that notes how many workers it was given.
int countWorkers(void *context, int64_t count, int workers, cw_task task, void *argument) {
  *static_cast<int *>(context) = workers;
  for (int64_t i = 0; i < count; ++i)
    if (int result = task(argument, static_cast<int>(i % workers), i))
      return result;
  return 0;
}

TEST(Workspace, RoomForFewerWorkersClampsTheThreads) {
  ToyCall call(64, 4);
  ASSERT_EQ(call.pack(), CW_OK);
  int64_t sizes[] = {64, 4};
  int workers = 0;
  cw_options options{};
  options.threads = 16;
  options.parallel_for = countWorkers;
  options.parallel_for_context = &workers;
  ASSERT_EQ(call.run(&options), CW_OK) << cw_last_error();
  EXPECT_EQ(workers, 16);

  options.workspace_bytes = cwrt_variant_workspace_bytes(&toyLayer(), &toyVariant(), sizes, 3) - 1;
  Block memory = block(options.workspace_bytes);
  options.workspace = memory.get();
  ASSERT_EQ(call.run(&options), CW_OK) << cw_last_error();
  EXPECT_EQ(workers, 2);
  EXPECT_TRUE(call.isRight());
}

TEST(Workspace, WrongSizesGiveZeroAndAMessage) {
  EXPECT_EQ(bytesFor(3, 5), 0u);
  EXPECT_THAT(cw_last_error(), HasSubstr("sizes has H = 3"));
  EXPECT_EQ(cwrt_workspace_bytes(&toyLayer(), nullptr), 0u);
  EXPECT_THAT(cw_last_error(),
              HasSubstr("sizes is null; it has to hold 2 values, the first for H"));
  EXPECT_GT(bytesFor(2, 1), 0u);
  EXPECT_STREQ(cw_last_error(), "");
}

TEST(Workspace, SizesBeyond64BitsAreSeen) {
  static constexpr cw_extent dims[] = {{-1, 0, INT64_MAX / 4, 1}};
  static constexpr cw_scratch huge[] = {{1, dims, 4, 1}};
  cw_kernel kernel = toyVariant().kernels[1];
  kernel.scratch_count = 1;
  kernel.scratch = huge;
  cw_variant variant = toyVariant();
  variant.kernel_count = 1;
  variant.kernels = &kernel;
  cw_layer layer = toyLayerWith(1, {variant});
  int64_t sizes[] = {2, 1};
  EXPECT_EQ(cwrt_workspace_bytes(&layer, sizes), 0u);
  EXPECT_THAT(cw_last_error(), HasSubstr("more bytes than 64 bits can count"));
}

TEST(Arena, SameSizeComesBack) {
  void *first;
  {
    ArenaLease lease(1000);
    first = lease.data();
  }
  ArenaLease again(1000);
  EXPECT_EQ(again.data(), first);
  ArenaLease second(1000);
  EXPECT_NE(second.data(), first);
}

TEST(Arena, SmallestFittingBlockIsTaken) {
  void *large, *small;
  {
    ArenaLease a(1 << 20), b(1 << 12);
    large = a.data();
    small = b.data();
  }
  ArenaLease c(1 << 12);
  EXPECT_EQ(c.data(), small);
  ArenaLease d(1 << 19);
  EXPECT_EQ(d.data(), large);
}

TEST(Arena, ImpossibleSizesGiveNull) {
  EXPECT_EQ(ArenaLease(INT64_MAX).data(), nullptr);
  EXPECT_EQ(ArenaLease(int64_t{1} << 60).data(), nullptr);
  EXPECT_NE(ArenaLease(64).data(), nullptr);
}

TEST(Region, ChunksAreAlignedAndApart) {
  alignas(64) static uint8_t memory[1024];
  Region region(memory, sizeof memory);
  auto *a = static_cast<uint8_t *>(region.allocate(1));
  auto *b = static_cast<uint8_t *>(region.allocate(100));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(b) % 64, 0u);
  EXPECT_GE(b, a + 64);
}

TEST(Region, EarlyFreesAreReusedOnceAllAboveAreFree) {
  alignas(64) static uint8_t memory[64 * 4];
  Region region(memory, sizeof memory);
  void *a = region.allocate(64), *b = region.allocate(64);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(region.allocate(1), nullptr);
  region.release(a);
  EXPECT_EQ(region.allocate(1), nullptr);
  region.release(b);
  EXPECT_EQ(region.allocate(64 * 3), a);
}

TEST(Region, HugeRequestsDoNotWrapAround) {
  alignas(64) static uint8_t memory[256];
  Region region(memory, sizeof memory);
  EXPECT_EQ(region.allocate(UINT64_MAX), nullptr);
  EXPECT_EQ(region.allocate(UINT64_MAX - 63), nullptr);
  EXPECT_EQ(Region().allocate(0), nullptr);
}

} // namespace
} // namespace convwright::runtime::testing
