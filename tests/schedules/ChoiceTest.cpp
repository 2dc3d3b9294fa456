//===- ChoiceTest.cpp - choosing and validating plans ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Kernels.h"

#include "schedules/Schedules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

const Layer layer3x3{.C = 64, .H = 56, .W = 56, .K = 64, .R = 3, .S = 3, .padH = 1, .padW = 1};
const Layer layer1x1{.C = 64, .H = 56, .W = 56, .K = 256};

Choice choose(const Layer &layer, const char *target, const PlanRequest &request = {}) {
  Result<Choice> choice = choosePlan(convolutionKernel(layer), *findTarget(target), request);
  EXPECT_TRUE(choice) << choice.error().message;
  return *choice;
}

std::string refusal(const Layer &layer, const PlanRequest &request) {
  Result<Choice> choice = choosePlan(convolutionKernel(layer), *findTarget("x86-64-v3"), request);
  EXPECT_FALSE(choice);
  return choice ? "" : choice.error().message;
}

TEST(ChoosePlan, TakesDirectFor3x3AndPointwiseFor1x1) {
  for (const char *target : {"x86-64-v2", "x86-64-v3", "znver4", "neoverse-n1"}) {
    EXPECT_EQ(choose(layer3x3, target).plan.algorithm, "direct") << target;
    EXPECT_EQ(choose(layer1x1, target).plan.algorithm, "pointwise") << target;
  }
}

// Loops have channels in the lanes: of one channel they compute one element at a time.
TEST(ChoosePlan, TakesDepthwiseForOneChannelImages) {
  Layer image{.C = 1, .H = 1080, .W = 1920, .K = 1, .R = 3, .S = 3, .padH = 1, .padW = 1};
  for (const char *target : {"x86-64-v2", "x86-64-v3", "znver4", "neoverse-n1"})
    EXPECT_EQ(choose(image, target).plan.algorithm, "depthwise") << target;
}

TEST(ChoosePlan, SaysOfEveryAlgorithmWhyItWasNotChosen) {
  Choice choice = choose(layer3x3, "znver4");
  std::vector<std::string> names = algorithmNames();
  ASSERT_EQ(choice.considered.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(choice.considered[i].algorithm, names[i]);
    EXPECT_EQ(choice.considered[i].whyNot.empty(), choice.considered[i].chosen);
  }
  EXPECT_THAT(choice.considered[0].whyNot, HasSubstr("3x3"));
}

TEST(ChoosePlan, KeepsAccumulatorsInRegisters) {
  for (const Target &target : allTargets()) {
    if (target.isGpu())
      continue;
    Plan plan = choose(layer3x3, target.name.c_str()).plan;
    int64_t tile = plan.get("tile_x", 0) * plan.get("tile_y", 0) * plan.get("tile_k", 0);
    EXPECT_GE(tile, 6) << print(plan);
    EXPECT_LE(tile + plan.get("tile_k", 0), target.vectorRegisters) << print(plan);
  }
}

TEST(ChoosePlan, HonoursTheUsersAlgorithmAndParameters) {
  PlanRequest request;
  request.algorithm = "direct";
  request.parameters = {{"tile_x", 7}};
  Plan plan = choose(layer1x1, "znver4", request).plan;
  EXPECT_EQ(plan.algorithm, "direct");
  EXPECT_EQ(plan.get("tile_x", 0), 7);
  EXPECT_EQ(plan.source, PlanSource::User);
}

TEST(ChoosePlan, RefusesWhatTheUserCannotHave) {
  PlanRequest request;
  request.algorithm = "dirct";
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("unknown algorithm 'dirct'"));
  request.algorithm = "pointwise";
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("the filter is 3x3"));
  request.algorithm = "direct";
  request.parameters = {{"tile_z", 7}};
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("no parameter 'tile_z'"));
  request.parameters = {{"tile_x", 0}};
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("tile_x = 0"));
  request.parameters = {{"tile_x", 12}, {"tile_k", 4}};
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("vector registers"));
  request.algorithm = "";
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("without an algorithm"));
}

TEST(ChoosePlan, StagesWholeImagesOnlyWhereTheyAreKnownToBeSmall) {
  PlanRequest request;
  request.algorithm = "direct";
  request.parameters = {{"parallel_k", 1}};
  Layer layer = layer3x3;
  layer.symbolic = true;
  EXPECT_THAT(refusal(layer, request), HasSubstr("constant sizes"));
  layer.symbolic = false;
  layer.H = layer.W = 4096;
  EXPECT_THAT(refusal(layer, request), HasSubstr("bytes"));
}

TEST(ChoosePlan, RefusesAToleranceThatNothingKeeps) {
  PlanRequest request;
  request.tolerance = 1e-12;
  EXPECT_THAT(refusal(layer3x3, request), HasSubstr("1.0e-12"));
}

TEST(ValidatePlan, IsAsStrictWithRecordsAsWithUsers) {
  Kernel kernel = convolutionKernel(layer3x3);
  Target target = *findTarget("x86-64-v3");
  Plan plan = choosePlan(kernel, target, {})->plan;
  EXPECT_TRUE(validatePlan(kernel, target, plan));
  Plan wrong = plan;
  wrong.parameters["tile_x"] = -3;
  EXPECT_FALSE(validatePlan(kernel, target, wrong));
  wrong = plan;
  wrong.algorithm = "magic";
  EXPECT_FALSE(validatePlan(kernel, target, wrong));
}

TEST(DefaultPlans, AreAcceptedForEveryTargetAndManyShapes) {
  for (const Target &target : allTargets())
    for (int64_t channels : {1, 3, 10, 16, 100})
      for (int64_t size : {1, 2, 7, 33})
        for (bool symbolic : {false, true}) {
          Kernel kernel = convolutionKernel({.C = channels,
                                             .H = size,
                                             .W = size,
                                             .K = channels + 1,
                                             .R = 3,
                                             .S = 3,
                                             .padH = 1,
                                             .padW = 1,
                                             .symbolic = symbolic});
          Choice choice = *choosePlan(kernel, target, {});
          for (const Consideration &thought : choice.considered) {
            if (!thought.legal)
              continue;
            Result<Plan> valid = validatePlan(kernel, target, thought.plan);
            EXPECT_TRUE(valid) << target.name << ": " << valid.error().message;
          }
        }
}

TEST(ChoosePlan, SaysOfEveryAlgorithmWhyNoneCan) {
  Kernel kernel = convolutionKernel(layer1x1);
  kernel.stages.clear();
  kernel.operands.resize(1);
  ScalarExpr x = ScalarExpr::operand(0, ElementType::F32), sum = x;
  sum.nodes[0].op = ScalarOp::Fold;
  kernel.folds = {{x, kernel.operands[0].dims, Axis::C}};
  kernel.outputs[0].value = sum;
  kernel.outputs[0].dims = kernel.operands[0].dims;
  Result<Choice> choice = choosePlan(kernel, *findTarget("opencl"), {});
  ASSERT_FALSE(choice);
  EXPECT_THAT(choice.error().message,
              HasSubstr("no algorithm computes 'layer' on opencl: pointwise: "));
  EXPECT_THAT(choice.error().message,
              HasSubstr("loops: sums and maxima over an axis are computed on CPUs only"));
}

TEST(Targets, AreFoundByNameAndHostRunsHere) {
  for (const Target &target : allTargets())
    EXPECT_EQ(findTarget(target.name)->name, target.name);
  EXPECT_TRUE(runsHere(*findTarget("host")));
  Result<Target> unknown = findTarget("znvr4");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'znver4'"));
}

TEST(Plans, PrintAsTheIrSpellsThem) {
  Plan plan;
  plan.algorithm = "direct";
  plan.parameters = {{"tile_x", 14}, {"tile_k", 2}};
  EXPECT_EQ(print(plan), "algorithm = direct, tile_k = 2, tile_x = 14, source = default");
}

} // namespace
