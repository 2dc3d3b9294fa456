//===- ModelTrustTest.cpp - pruning is earned, and lost -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/ModelTrust.h"

#include <gtest/gtest.h>

using namespace convwright::schedules;

namespace {

/// The model was right of six pairs: two plans that it calls twice as slow as three others are.
ModelTrust trusted() {
  ModelTrust trust(1.6);
  for (const char *fast : {"a", "b", "c"})
    trust.observe(fast, 1, 10);
  for (const char *slow : {"x", "y"})
    trust.observe(slow, 2, 30);
  return trust;
}

} // namespace

TEST(ModelTrust, SparesNothingBeforeItHasBeenRight) {
  EXPECT_FALSE(ModelTrust(1.6).spares("new", 10, 1));
  EXPECT_TRUE(trusted().spares("new", 10, 1));
}

TEST(ModelTrust, SparesOnlyWhatIsFarBehind) {
  EXPECT_FALSE(trusted().spares("new", 1.5, 1));
  EXPECT_FALSE(trusted().spares("new", 10, 0)) << "an estimate of 0 is none";
  EXPECT_FALSE(ModelTrust(0).spares("new", 10, 1));
}

TEST(ModelTrust, SparesNoPlanThatWasTimed) { EXPECT_FALSE(trusted().spares("x", 2, 1)); }

TEST(ModelTrust, IsLostWhereThePlanThatItCalledSlowIsTheFaster) {
  ModelTrust trust = trusted();
  trust.observe("winner", 2.2, 5);
  EXPECT_FALSE(trust.spares("new", 10, 1));
}

TEST(ModelTrust, ALaterTimeOfAPlanTakesThePlaceOfTheEarlier) {
  ModelTrust trust = trusted();
  trust.observe("winner", 2.2, 5);
  trust.observe("winner", 2.2, 30);
  EXPECT_TRUE(trust.spares("new", 10, 1));
}

TEST(ModelTrust, IsProbedNowAndThen) {
  ModelTrust trust = trusted();
  size_t timed = 0;
  for (size_t i = 0; i < 3 * ModelTrust::probeEvery; ++i)
    timed += !trust.spares("new" + std::to_string(i), 10, 1);
  EXPECT_EQ(timed, 3U);
}
