//===- ProgressTest.cpp - progress lines ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Progress.h"

#include <gtest/gtest.h>
#include <sstream>

using convwright::tools::Progress;
using namespace std::chrono_literals;

TEST(Progress, IsSilentForTwoSecondsThenGivesAnEstimateOnceASecond) {
  std::ostringstream out;
  Progress::Clock::time_point begin = Progress::Clock::now();
  Progress progress(out, Progress::Mode::Lines, "compiling", begin);
  progress.update(1, 10, "a", begin + 1s);
  EXPECT_EQ(out.str(), "");
  progress.update(2, 10, "b", begin + 3s);
  EXPECT_EQ(out.str(), "compiling: 2 of 10 (b), about 12 s to go\n");
  progress.update(3, 10, "c", begin + 3500ms);
  EXPECT_EQ(out.str(), "compiling: 2 of 10 (b), about 12 s to go\n");
  progress.update(4, 300, "d", begin + 5s);
  EXPECT_NE(out.str().find("4 of 300 (d), about 6 min 10 s to go\n"), std::string::npos);
}

TEST(Progress, OverwritesAndClearsItsLineOnATerminal) {
  std::ostringstream out;
  Progress::Clock::time_point begin = Progress::Clock::now();
  {
    Progress progress(out, Progress::Mode::Terminal, "timing", begin);
    progress.update(1, 2, "", begin + 4s);
    EXPECT_EQ(out.str(), "\rtiming: 1 of 2, about 4 s to go\033[K");
  }
  EXPECT_TRUE(out.str().ends_with("\r\033[K"));
}

TEST(Progress, MakesRoomForWhatElseIsPrinted) {
  std::ostringstream out;
  Progress::Clock::time_point begin = Progress::Clock::now();
  Progress progress(out, Progress::Mode::Terminal, "counting", begin);
  progress.pause(); // nothing is there yet
  EXPECT_EQ(out.str(), "");
  progress.update(1, 2, "", begin + 4s);
  progress.pause();
  EXPECT_TRUE(out.str().ends_with("\033[K\r\033[K"));
  size_t written = out.str().size();
  progress.pause();
  EXPECT_EQ(out.str().size(), written);
}

TEST(Progress, IsOffWhenNobodyLooks) {
  std::ostringstream out;
  Progress::Clock::time_point begin = Progress::Clock::now();
  Progress(out, Progress::Mode::Off, "compiling", begin).update(1, 2, "a", begin + 9s);
  EXPECT_EQ(out.str(), "");
}
