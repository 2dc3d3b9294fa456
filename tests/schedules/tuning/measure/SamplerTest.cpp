//===- SamplerTest.cpp - timed samples and bursts ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Sampler.h"

#include <gtest/gtest.h>

using namespace convwright::schedules;

TEST(Burst, TakesTensOfMicrosecondsAtAPlausibleRate) {
  int64_t best = INT64_MAX;
  for (int i = 0; i < 200; ++i)
    best = std::min(best, cw_burst());
  double gflops = cw_burst_flops() / static_cast<double>(best);
  EXPECT_GT(best, 5'000);
  EXPECT_GT(gflops, 1);
  EXPECT_LT(gflops, 1000);
}

TEST(Sampler, RepeatsShortCallsUntilASampleIsLongEnough) {
  Sampler sampler(1'000'000, false);
  int64_t calls = 0;
  volatile double sink = 1;
  auto call = [&] {
    ++calls;
    for (int i = 0; i < 1000; ++i)
      sink = sink * 1.0000001;
  };
  sampler.take(1, INT64_MAX, call);
  int64_t before = calls;
  Samples samples = sampler.take(3, INT64_MAX, call);
  EXPECT_EQ(samples.clean.size() + samples.spoilt.size(), 3U);
  EXPECT_GT((calls - before) / 3, 10) << "a call takes far less than a millisecond";
  EXPECT_EQ((calls - before) % 3, 0);
}

TEST(Sampler, CallsEverySampleSpoiltWhenTheCoreIsSlowerThanItWas) {
  Sampler sampler(10'000, false);
  Samples samples = sampler.take(3, 1, [] {});
  EXPECT_TRUE(samples.clean.empty());
  EXPECT_EQ(samples.spoilt.size(), 3U);
}

TEST(Sampler, ASampleThatWaitedIsSpoiltAndCountsItsCpuTime) {
  Sampler sampler(1, true);
  Samples samples = sampler.take(2, INT64_MAX, [] {
    timespec pause{0, 20'000'000};
    nanosleep(&pause, nullptr);
  });
  ASSERT_EQ(samples.spoilt.size(), 2U);
  for (double time : samples.spoilt)
    EXPECT_LT(time, 15e6) << "nanoseconds; it slept for 20 milliseconds";
}
