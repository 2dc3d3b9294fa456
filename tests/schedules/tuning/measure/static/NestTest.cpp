//===- NestTest.cpp - trip counts, assembly loops and cache simulation ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/Assembly.h"
#include "schedules/tuning/measure/static/MemoryTrace.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace convwright::schedules;

namespace {

Affine number(int64_t value) { return {value, {}}; }
Affine slot(int index, int64_t factor = 1) { return {0, {{index, factor}}}; }

NestNode loop(LoopNest &nest, const std::string &name, int variable, const Affine &extent,
              std::vector<NestNode> body) {
  NestNode node;
  node.kind = NestNode::Kind::Loop;
  node.slot = variable;
  node.b = extent;
  node.ordinal = static_cast<int>(nest.loops.size());
  node.body = std::move(body);
  nest.loops.emplace_back().name = name;
  nest.slots = std::max(nest.slots, variable + 1);
  return node;
}

NestNode touch(const Affine &address, int64_t bytes) {
  NestNode node;
  node.a = address;
  node.bytes = bytes;
  return node;
}

/// for y in 0..rows: for x in 0..columns: 32 bytes at y * pitch + x * 32.
LoopNest walk(int64_t rows, int64_t columns, int64_t pitch) {
  LoopNest nest;
  NestNode x = loop(nest, "2_for_x", 1, number(columns), {touch(slot(0, pitch) + slot(1, 32), 32)});
  nest.body = {loop(nest, "1_for_y", 0, number(rows), {x})};
  return nest;
}

MissCounts missesOf(const LoopNest &nest, double budget = traceBudget) {
  return simulateMisses(nest, tripCounts(nest), {32 << 10, 8}, {512 << 10, 8}, budget);
}

} // namespace

TEST(TripCounts, OfATriangleAreItsArea) {
  LoopNest nest;
  NestNode inner = loop(nest, "2_for_x", 1, slot(0) + number(1), {});
  nest.body = {loop(nest, "1_for_y", 0, number(10), {inner})};
  EXPECT_EQ(tripCounts(nest), (std::vector<double>{55, 10}));
}

TEST(TripCounts, FollowDefinitionsAndConditions) {
  // for y in 0..8: n = min(y, 3); if y < 2: for x in 0..n
  LoopNest nest;
  NestNode define, condition, less;
  define.kind = less.kind = NestNode::Kind::Define;
  define.slot = 1;
  define.op = IntOp::Min;
  define.a = slot(0);
  define.b = number(3);
  less.slot = 2;
  less.op = IntOp::Less;
  less.a = slot(0);
  less.b = number(2);
  condition.kind = NestNode::Kind::If;
  condition.a = slot(2);
  condition.body = {loop(nest, "2_for_x", 3, slot(1), {})};
  nest.body = {loop(nest, "1_for_y", 0, number(8), {define, less, condition})};
  EXPECT_EQ(tripCounts(nest), (std::vector<double>{1, 8}));
}

TEST(TripCounts, DivisionRoundsDownAndByZeroGivesZero) {
  EXPECT_EQ(apply(IntOp::Divide, -7, 2, 0), -4);
  EXPECT_EQ(apply(IntOp::Modulo, -7, 2, 0), 1);
  EXPECT_EQ(apply(IntOp::Divide, 7, 0, 0), 0);
}

TEST(MemoryTrace, WarmDataThatFitsDoesNotMiss) {
  MissCounts misses = missesOf(walk(8, 64, 2048)); // 16 KiB
  EXPECT_EQ(misses.l1, 0);
  EXPECT_EQ(misses.l2, 0);
}

TEST(MemoryTrace, MoreThanL1MissesEachLineInSequence) {
  MissCounts misses = missesOf(walk(64, 64, 2048)); // 128 KiB
  EXPECT_EQ(misses.l1, 128 * 1024 / 64);
  EXPECT_GT(misses.l1Sequential, 0.95 * misses.l1);
  EXPECT_EQ(misses.l2, 0);
}

TEST(MemoryTrace, RowsAPageApartCollideInL1) {
  // 16 lines of one set, visited in turn: 8 ways cannot hold them.
  LoopNest nest;
  NestNode row = loop(nest, "2_for_y", 1, number(16), {touch(slot(1, 4096), 4)});
  nest.body = {loop(nest, "1_for_x", 0, number(10), {row})};
  EXPECT_EQ(missesOf(nest).l1, 160);
}

TEST(MemoryTrace, SamplingGivesTheMissesOfTheWhole) {
  LoopNest nest = walk(4096, 64, 2048); // 8 MiB
  double whole = missesOf(nest, 1e9).l1, sampled = missesOf(nest, 20'000).l1;
  EXPECT_NEAR(sampled / whole, 1, 0.02);
}

TEST(Assembly, LoopsAreFoundByTheirHeadersNames) {
  const char *text = "k:                  # @k\n"
                     "# %bb.0:            # %entry\n"
                     "\tpushq\t%rbx\n"
                     ".LBB0_1:            # %\"1_for_y\"\n"
                     "                    # =>This Loop Header: Depth=1\n"
                     "                    #     Child Loop BB0_2 Depth 2\n"
                     "\taddq\t$1, %rax # comment\n"
                     ".LBB0_2:            # %\"2_for_x.us\"\n"
                     "                    #   Parent Loop BB0_1 Depth=1\n"
                     "                    # =>  This Inner Loop Header: Depth=2\n"
                     "\tvfmadd231ps\t(%rdi), %ymm1, %ymm0\n"
                     "# %bb.3:            # %\"2_end_for_x\"\n"
                     "                    #   in Loop: Header=BB0_1 Depth=1\n"
                     "\tincl\t%eax\n"
                     "# %bb.4:            # %destructor_block\n"
                     "\tretq\n"
                     ".Lfunc_end0:\n";
  std::vector<AsmFunction> functions = parseAssembly(text);
  ASSERT_EQ(functions.size(), 1U);
  ASSERT_EQ(functions[0].blocks.size(), 5U);
  EXPECT_EQ(functions[0].blocks[1].text, "addq\t$1, %rax\n");
  ASSERT_EQ(functions[0].loops.size(), 2U);
  EXPECT_FALSE(functions[0].loops[0].inner);
  EXPECT_TRUE(functions[0].loops[1].inner);
  LoopNest nest;
  nest.loops = {{"1_for_y", -1, false}, {"2_for_x", 0, false}};
  EXPECT_EQ(blockTrips(functions, nest, {10, 70}, "k").front(),
            (std::vector<double>{1, 10, 70, 10, 1}));
}

TEST(Assembly, TextWithoutFunctionsGivesNone) {
  EXPECT_TRUE(parseAssembly("").empty());
  EXPECT_TRUE(parseAssembly("\t.text\n# nothing\n").empty());
}
