//===- StaticModelTest.cpp - features, estimates and the measurer ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/StaticModel.h"
#include "schedules/algorithms/Algorithm.h"
#include "schedules/tuning/measure/static/BlockAnalyser.h"
#include "schedules/tuning/measure/static/Features.h"
#include "schedules/tuning/measure/static/StaticMeasurer.h"
#include "tests/schedules/support/Kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace convwright::schedules;
using ::testing::HasSubstr;

namespace {

Kernel denseKernel() {
  convwright::schedules::testing::Layer layer;
  layer.C = 32;
  layer.H = layer.W = 14;
  layer.K = 32;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  return convwright::schedules::testing::convolutionKernel(layer);
}

Kernel depthwiseKernel() {
  convwright::schedules::testing::Layer layer;
  layer.C = layer.K = layer.groups = 32;
  layer.H = layer.W = 14;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  return convwright::schedules::testing::convolutionKernel(layer);
}

Target targetOf(const char *name) { return *findTarget(name); }

Plan defaultPlan(const Kernel &kernel, const Target &target, const std::string &algorithm) {
  return findAlgorithm(algorithm)->defaultPlan(kernel, target);
}

Result<CodeFeatures> featuresOf(const Kernel &kernel, const Target &target,
                                const std::string &algorithm) {
  return codeFeatures(kernel, defaultPlan(kernel, target, algorithm), target,
                      *machineModelOf(target));
}

} // namespace

TEST(CodeFeatures, CountTheMultiplyAddsOfTheConvolution) {
  Result<CodeFeatures> features = featuresOf(denseKernel(), targetOf("x86-64-v3"), "direct");
  ASSERT_TRUE(features) << features.error().message;
  double fmas = 0;
  for (const BlockFeatures &block : features->blocks)
    fmas += block.trips * block.counts.vectorFma;
  // 8 lanes; taps in the padding may be left out, and tiles may compute pixels twice.
  double all = 32.0 * 32 * 9 * 14 * 14 / 8;
  EXPECT_GT(fmas, 0.85 * all);
  EXPECT_LT(fmas, 1.25 * all);
}

TEST(CodeFeatures, SurviveJson) {
  CodeFeatures features;
  features.blocks = {{"1_for_x", 7, true, {.all = 3, .vectorFma = 2}, 1.5}};
  features.memory.l1Misses = 12;
  Result<CodeFeatures> back = featuresFromJson(toJson(features));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(toJson(*back), toJson(features));
}

TEST(CodeFeatures, OfSomethingElseAreAnError) {
  nlohmann::json json = toJson(CodeFeatures());
  json.erase("memory");
  Result<CodeFeatures> features = featuresFromJson(json);
  ASSERT_FALSE(features);
  EXPECT_THAT(features.error().message, HasSubstr("memory"));
}

TEST(CodeFeatures, ComeWithTheObjectThatACompileMakes) {
  Kernel kernel = denseKernel();
  for (const char *name : {"x86-64-v3", "znver4", "armv8-a"}) {
    Target target = targetOf(name);
    Plan plan = defaultPlan(kernel, target, "direct");
    CodeFeatures features;
    Result<CompiledKernel> with =
        compileKernelWithFeatures(kernel, plan, target, "k", *machineModelOf(target), features);
    ASSERT_TRUE(with) << with.error().message;
    EXPECT_FALSE(features.blocks.empty());
    Result<CompiledKernel> alone = compileKernel(kernel, plan, target, "k");
    ASSERT_TRUE(alone) << alone.error().message;
    EXPECT_TRUE(with->object == alone->object) << name << ": they differ by a byte at least";
  }
}

TEST(BlockAnalyser, ADependentChainCostsItsLatency) {
  MachineModel model = *findMachineModel("znver3");
  Result<BlockAnalyser> analyser = BlockAnalyser::create("x86_64-unknown-linux-gnu", model, 256);
  ASSERT_TRUE(analyser) << analyser.error().message;
  Result<bool> loaded =
      analyser->load({"vfmadd231ps %ymm1, %ymm2, %ymm0\n",
                      "vfmadd231ps (%rdi), %ymm2, %ymm0\nvmovaps %ymm0, 32(%rsp)\n"
                      "vbroadcastss 4(%rdi), %ymm3\ncallq memset@PLT\n"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_NEAR(*analyser->cycles(0, 1000), 4, 0.2);
  InstructionCounts counts = analyser->counts(1);
  EXPECT_EQ(counts.vectorFma, 1);
  EXPECT_EQ(counts.fullLoads, 1);
  EXPECT_EQ(counts.fullStores, 1);
  EXPECT_EQ(counts.broadcasts, 1);
  EXPECT_EQ(counts.spillStores, 1);
  EXPECT_EQ(counts.calls, 1);
}

TEST(BlockAnalyser, NamesTheLineThatIsNoInstruction) {
  Result<BlockAnalyser> analyser =
      BlockAnalyser::create("x86_64-unknown-linux-gnu", *findMachineModel("znver3"), 256);
  ASSERT_TRUE(analyser);
  Result<bool> loaded = analyser->load({"vfrobnicate %ymm0\n"});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("vfrobnicate"));
}

TEST(MachineModel, EveryRowIsACpuThatLlvmCanSimulate) {
  for (const MachineModel &model : allMachineModels()) {
    const char *triple =
        model.machine == Machine::X86 ? "x86_64-unknown-linux-gnu" : "aarch64-unknown-linux-gnu";
    Result<BlockAnalyser> analyser = BlockAnalyser::create(triple, model, 128);
    EXPECT_TRUE(analyser) << analyser.error().message;
  }
}

TEST(StaticModel, EveryCpuTargetAndAlgorithmGetsAPositiveEstimate) {
  for (const Target &target : allTargets())
    for (const auto &algorithm : allAlgorithms()) {
      Kernel kernel = algorithm->name() == "depthwise" ? depthwiseKernel() : denseKernel();
      if (target.isGpu() || algorithm->whyNot(kernel, target))
        continue;
      Result<CodeFeatures> features = featuresOf(kernel, target, std::string(algorithm->name()));
      ASSERT_TRUE(features) << features.error().message;
      EXPECT_GT(estimateTime(*features, *machineModelOf(target)).ms, 0)
          << target.name << " " << algorithm->name();
    }
}

TEST(StaticModel, TheSameCandidateGetsTheSameFeatures) {
  for (const char *name : {"x86-64-v3", "neoverse-n1"}) {
    Result<CodeFeatures> first = featuresOf(denseKernel(), targetOf(name), "direct");
    Result<CodeFeatures> second = featuresOf(denseKernel(), targetOf(name), "direct");
    ASSERT_TRUE(first && second);
    first->extractSeconds = second->extractSeconds = 0;
    EXPECT_EQ(toJson(*first), toJson(*second));
  }
}

TEST(StaticModel, AChainThroughTheStackCostsItsForwarding) {
  MachineModel model = *findMachineModel("znver3");
  BlockFeatures block;
  block.counts = {.all = 3, .vectorFma = 1, .fullLoads = 1, .fullStores = 1, .spillChain = 1};
  EXPECT_EQ(blockCycles(block, model), model.forwardCycles);
}

TEST(StaticModel, AGainThatOnePartAloneSeesIsNone) {
  Views reference{2, 2, 1};
  EXPECT_DOUBLE_EQ(cautiousRatio(reference, reference), 1);
  EXPECT_DOUBLE_EQ(cautiousRatio({1, 1, 1}, reference), 1);       // memory's
  EXPECT_DOUBLE_EQ(cautiousRatio({1, 2.2, 0.5}, reference), 1.1); // the pipeline's
  EXPECT_DOUBLE_EQ(cautiousRatio({1, 1.2, 0.5}, reference), 0.6);
}

TEST(StaticModel, AGpuTargetIsAnError) {
  Result<MachineModel> model = machineModelOf(targetOf("cuda-sm_80"));
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("x86-64-v3"));
}

namespace {

std::vector<Outcome> outcomesOf(const StaticOptions &options, const std::vector<Plan> &plans) {
  Target target = targetOf("x86-64-v3");
  Result<std::unique_ptr<Measurer>> measurer = makeStaticMeasurer(target, options);
  EXPECT_TRUE(measurer) << measurer.error().message;
  std::vector<size_t> order;
  Result<std::vector<Outcome>> outcomes = (*measurer)->measure(
      {denseKernel(), target.name, 1}, plans, std::nullopt,
      [&](size_t index, const Outcome &) { order.push_back(index); }, nullptr);
  EXPECT_TRUE(outcomes) << outcomes.error().message;
  for (size_t i = 0; i < order.size(); ++i)
    EXPECT_EQ(order[i], i);
  return *outcomes;
}

} // namespace

TEST(StaticMeasurer, EstimatesGoodPlansAndRefusesBadOnesInOrder) {
  Plan good = defaultPlan(denseKernel(), targetOf("x86-64-v3"), "direct"), bad = good;
  bad.parameters["tile_x"] = -3;
  std::vector<Outcome> outcomes = outcomesOf({}, {good, bad, good});
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0].verdict, Verdict::Ok);
  EXPECT_GT(outcomes[0].ms, 0);
  EXPECT_EQ(outcomes[0].ms, outcomes[2].ms);
  EXPECT_EQ(outcomes[1].verdict, Verdict::Refused);
  EXPECT_THAT(outcomes[1].reason, HasSubstr("tile_x"));
}

TEST(StaticMeasurer, EstimatesAreCautiousBesideTheDefaults) {
  Target target = targetOf("x86-64-v3");
  MachineModel model = *machineModelOf(target);
  Plan standard = choosePlan(denseKernel(), target, {})->plan, other = standard;
  other.parameters["tile_x"] = 2;
  auto viewsOf = [&](const Plan &plan) {
    return estimateViews(*codeFeatures(denseKernel(), plan, target, model), model);
  };
  Views reference = viewsOf(standard);
  std::vector<Outcome> outcomes = outcomesOf({}, {other, standard});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_DOUBLE_EQ(outcomes[0].ms, reference[0] * cautiousRatio(viewsOf(other), reference));
  EXPECT_DOUBLE_EQ(outcomes[1].ms, reference[0]);
}

TEST(StaticMeasurer, StopsCandidatesThatTakeTooLong) {
  Plan plan = defaultPlan(denseKernel(), targetOf("x86-64-v3"), "direct");
  StaticOptions options;
  options.compileSeconds = 0.001;
  std::vector<Outcome> outcomes = outcomesOf(options, {plan});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].verdict, Verdict::TimedOut);
}

TEST(StaticMeasurer, AnUnknownCpuIsAnErrorThatNamesTheKnown) {
  StaticOptions options;
  options.cpu = "znver33";
  Result<std::unique_ptr<Measurer>> measurer = makeStaticMeasurer(targetOf("x86-64-v3"), options);
  ASSERT_FALSE(measurer);
  EXPECT_THAT(measurer.error().message, HasSubstr("znver3"));
}
