//===- PartsTest.cpp - comparing lines, guarding work -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Guarded.h"
#include "tools/report/LineDiff.h"

#include <gmock/gmock.h>

#include <csignal>
#include <unistd.h>

using namespace convwright::report;
using convwright::schedules::Error;
using convwright::schedules::Result;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

TEST(LineDiff, EqualTextsAreEqualLineByLine) {
  EXPECT_THAT(diffLines("a\nb\n", "a\nb\n"),
              ElementsAre(DiffRow{true, "a", "a"}, DiffRow{true, "b", "b"}));
  EXPECT_TRUE(diffLines("", "").empty());
}

TEST(LineDiff, WhatDiffersStandsSideBySide) {
  EXPECT_THAT(diffLines("a\nx\nb", "a\ny\nz\nb"),
              ElementsAre(DiffRow{true, "a", "a"}, DiffRow{false, "x", "y"},
                          DiffRow{false, std::nullopt, "z"}, DiffRow{true, "b", "b"}));
}

TEST(LineDiff, IndentationDoesNotCount) {
  EXPECT_THAT(diffLines("for x:\n  f()", "parallel y:\n  for x:\n    f()"),
              ElementsAre(DiffRow{false, std::nullopt, "parallel y:"},
                          DiffRow{true, "for x:", "  for x:"}, DiffRow{true, "  f()", "    f()"}));
}

TEST(LineDiff, MovedLinesKeepTheLongestCommonPart) {
  EXPECT_THAT(diffLines("1\n2\n3", "3\n1\n2"),
              ElementsAre(DiffRow{false, std::nullopt, "3"}, DiffRow{true, "1", "1"},
                          DiffRow{true, "2", "2"}, DiffRow{false, "3", std::nullopt}));
}

Result<std::string> guarded(const std::function<Result<std::string>()> &work) {
  return guardedText(work, std::chrono::seconds(20));
}

TEST(Guarded, GivesWhatTheWorkGives) {
  std::string large(1 << 20, 'x');
  Result<std::string> text = guarded([&]() -> Result<std::string> { return large; });
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, large);
  EXPECT_EQ(guarded([]() -> Result<std::string> { return Error{"no"}; }).error().message, "no");
}

TEST(Guarded, ACrashIsAnError) {
  Result<std::string> text = guarded([]() -> Result<std::string> { std::abort(); });
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("Aborted"));
  EXPECT_FALSE(guarded([]() -> Result<std::string> { _exit(0); }));
}

TEST(Guarded, AnEndlessLoopIsAnError) {
  Result<std::string> text = guardedText(
      []() -> Result<std::string> {
        while (true)
          pause();
      },
      std::chrono::milliseconds(50));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("50 ms"));
}

} // namespace
