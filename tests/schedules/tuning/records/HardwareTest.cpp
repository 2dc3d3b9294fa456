//===- HardwareTest.cpp - which machine a record speaks of ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Origin.h"

#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gmock/gmock.h>

#include <sstream>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using nlohmann::json;
using ::testing::HasSubstr;

namespace {

json parsed(const char *cpuinfo) {
  std::istringstream text(cpuinfo);
  return processorFrom(text);
}

const json zen3{{"cpu", "AMD EPYC"}, {"family", 25}, {"model", 1}, {"stepping", 1}};
const json zen5{{"cpu", "AMD EPYC"}, {"family", 26}, {"model", 2}, {"stepping", 1}};

} // namespace

TEST(Hardware, FamilyModelAndSteppingAreReadBesideTheName) {
  EXPECT_EQ(parsed("processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\n"
                   "model name\t: AMD EPYC\nstepping\t: 1\ncpu cores\t: 2\n\n"
                   "processor\t: 1\ncpu family\t: 99\n"),
            zen3);
}

TEST(Hardware, ArmGivesNumbersInsteadOfAName) {
  EXPECT_EQ(parsed("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"),
            (json{{"cpu", "ARM implementer 0x41 part 0xd0c"}}));
}

TEST(Hardware, WhatIsNoNumberIsLeftOut) {
  EXPECT_EQ(parsed("model name : X\ncpu family : many\nstepping : unknown\nmodel :\n"),
            (json{{"cpu", "X"}}));
  EXPECT_FALSE(cpuOf(parsed("")).empty());
}

TEST(Hardware, OneNameOfTwoGenerationsIsTwoMachines) {
  EXPECT_FALSE(sameHardware(zen3, zen5));
  EXPECT_TRUE(sameHardware(zen3, zen3));
  EXPECT_NE(spellProcessor(zen3), spellProcessor(zen5));
  EXPECT_EQ(spellProcessor(zen3), "AMD EPYC (family 25, model 1, stepping 1)");
}

TEST(Hardware, WhatIsNotSaidDoesNotContradict) {
  json old{{"cpu", "AMD EPYC"}, {"cores", {1}}};
  EXPECT_TRUE(sameHardware(old, zen3));
  EXPECT_TRUE(sameHardware(old, zen5));
  EXPECT_EQ(spellProcessor(old), "AMD EPYC");
}

TEST(Hardware, CachesOfOtherSizesContradict) {
  json here = zen5, old{{"cpu", "AMD EPYC"}, {"l1", 32768}, {"l2", 0}};
  here["l1"] = 49152;
  here["l2"] = 1048576;
  EXPECT_FALSE(sameHardware(old, here));
  old["l1"] = 49152;
  EXPECT_TRUE(sameHardware(old, here)) << "0 is unknown";
}

TEST(Hardware, NonsenseContradictsNothingButTheName) {
  json odd{{"cpu", "AMD EPYC"}, {"family", "x"}, {"l1", json::array()}};
  EXPECT_TRUE(sameHardware(odd, zen3));
  EXPECT_FALSE(sameHardware(json::array(), zen3));
}

TEST(Origin, ThisMachinesRecordsAreItsOwn) {
  EXPECT_TRUE(isFrom(thisOrigin().hardware, thisOrigin()));
  EXPECT_TRUE(isFrom({{"cpu", cpuOf(thisOrigin().hardware)}}, thisOrigin()));
}

TEST(Origin, FeaturesThatWouldRunOtherTargetsContradict) {
  json hardware = thisOrigin().hardware;
  hardware["features"] = 0; // of a machine that runs no target of ours but this one
  bool runsSome = runsHere(*findTarget("host")) && findTarget("host")->cpuFeatures != 0;
  EXPECT_EQ(isFrom(hardware, thisOrigin()), !runsSome);
}

TEST(Origin, ARecordOfAnotherGenerationIsAHint) {
  Record record = sampleRecord();
  for (auto [family, trust] : {std::pair(25, Trust::Hint), {26, Trust::Measured}}) {
    record.hardware = {{"cpu", "AMD EPYC"}, {"family", family}, {"model", 1}};
    Origin here = thisOrigin();
    here.hardware = {{"cpu", "AMD EPYC"}, {"family", 26}, {"model", 1}};
    auto found = RecordIndex({{record}, {}, {}}, here).best(sampleProblem(), sampleTarget());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->trust, trust);
    EXPECT_THAT(found->note, HasSubstr("AMD EPYC (family " + std::to_string(family)));
  }
}
