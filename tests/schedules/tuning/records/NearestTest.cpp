//===- NearestTest.cpp - why no record is of a problem ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Nearest.h"

#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gmock/gmock.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

Layer sampleLayer() {
  Layer layer;
  layer.C = layer.K = 32;
  layer.H = layer.W = 14;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  return layer;
}

Problem problemOf(const Layer &layer, const char *target = "x86-64-v3") {
  return {convolutionKernel(layer), target, 1};
}

Record recordOf(const Layer &layer, const char *name) {
  Record record = sampleRecord();
  record.problem.kernel = canonicalKernel(convolutionKernel(layer));
  record.key = problemKey(record.problem.kernel);
  record.name = name;
  return record;
}

std::vector<std::string> differences(const Layer &record, const Layer &here) {
  return differencesBetween(recordOf(record, "").problem, problemOf(here));
}

} // namespace

TEST(Nearest, ASizeThatDiffersIsSaidByTheNameOfTheTensor) {
  Layer other = sampleLayer();
  other.H = 16;
  std::string x = problemOf(sampleLayer()).kernel.operands[0].name;
  EXPECT_THAT(differences(other, sampleLayer()),
              ElementsAre(x + " is 1x32x16x14 in the record, 1x32x14x14 here"));
}

TEST(Nearest, StridesAndPaddingAndTargetsAreSaid) {
  Layer other = sampleLayer();
  other.strideH = 2;
  other.padW = 0;
  EXPECT_THAT(differences(other, sampleLayer()),
              ElementsAre("the stride is 2x1 in the record, 1x1 here",
                          "the padding before is 1x0 in the record, 1x1 here",
                          "the padding after is 1x0 in the record, 1x1 here"));
  EXPECT_THAT(differencesBetween(recordOf(sampleLayer(), "").problem,
                                 problemOf(sampleLayer(), "x86-64-v4")),
              ElementsAre("the target is x86-64-v3 in the record, x86-64-v4 here"));
}

TEST(Nearest, SizesAreSaidAlsoWhereOneHasABiasAndTheOtherNone) {
  Layer other = sampleLayer();
  other.H = 16;
  other.bias = false;
  std::string x = problemOf(sampleLayer()).kernel.operands[0].name;
  EXPECT_THAT(differences(other, sampleLayer()),
              ElementsAre(x + " is 1x32x16x14 in the record, 1x32x14x14 here",
                          "the number of tensors read is 2 in the record, 3 here"));
}

TEST(Nearest, EqualProblemsDifferInNothing) {
  EXPECT_THAT(differences(sampleLayer(), sampleLayer()), IsEmpty());
}

TEST(Nearest, TheFewestDifferencesComeFirstAndThenTheNearestSizes) {
  Layer far = sampleLayer(), near = sampleLayer(), odd = sampleLayer();
  far.H = 224;
  near.H = 16;
  odd.H = 15;
  odd.strideH = 2;
  std::vector<Record> records{recordOf(far, "far"), recordOf(near, "near"), recordOf(odd, "odd")};
  auto nearest = nearestTo(problemOf(sampleLayer()), records);
  ASSERT_TRUE(nearest);
  EXPECT_THAT(describe(*nearest), HasSubstr("the nearest is of near: "));
  EXPECT_FALSE(nearestTo(problemOf(sampleLayer()), {}));
}

TEST(Nearest, NamesOfRecordsCannotReachTheTerminal) {
  Layer other = sampleLayer();
  other.H = 16;
  std::vector<Record> records{recordOf(other, "a\033[31mb")};
  EXPECT_EQ(describe(*nearestTo(problemOf(sampleLayer()), records)).find('\033'),
            std::string::npos);
}
