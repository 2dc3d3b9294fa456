//===- BoundsTest.cpp - durations and shares ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Bounds.h"

#include <gtest/gtest.h>

using namespace convwright::tools;

TEST(Bounds, DurationsHaveUnitsAndSums) {
  EXPECT_EQ(*parseDuration("90"), 90);
  EXPECT_EQ(*parseDuration("90s"), 90);
  EXPECT_EQ(*parseDuration("10m"), 600);
  EXPECT_EQ(*parseDuration("1.5h"), 5400);
  EXPECT_EQ(*parseDuration("1h30m5s"), 5405);
  EXPECT_EQ(*parseDuration("2d"), 172800);
}

TEST(Bounds, WhatIsNoDurationIsRefusedWithAnExample) {
  for (const char *text :
       {"", "s", "10x", "-5s", "0", "0s", "1h30", "nan", "inf", "1e9h", "10 m"}) {
    auto seconds = parseDuration(text);
    ASSERT_FALSE(seconds) << text;
    EXPECT_NE(seconds.error().message.find("1h30m"), std::string::npos) << text;
  }
}

TEST(Bounds, SharesArePercentagesOrFractions) {
  EXPECT_DOUBLE_EQ(*parseShare("1%"), 0.01);
  EXPECT_DOUBLE_EQ(*parseShare("0.05"), 0.05);
  for (const char *text : {"", "%", "0", "100%", "1", "-1%", "1%%", "x"})
    EXPECT_FALSE(parseShare(text)) << text;
}

TEST(Bounds, SecondsAreSpeltInTheUnitThatFits) {
  EXPECT_EQ(spellSeconds(45), "45 s");
  EXPECT_EQ(spellSeconds(725), "12 min 5 s");
  EXPECT_EQ(spellSeconds(12000), "3 h 20 min");
}
