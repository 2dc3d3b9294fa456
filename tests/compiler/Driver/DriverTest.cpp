//===- DriverTest.cpp - the flow from a .conv file, as tools see it -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"
#include "compiler/Driver/KernelTexts.h"
#include "tests/dsl/Goldens.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace convwright::compiler {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char *twoLayers = R"(/// Smooths.
layer smooth(x: f32[1, 4, H, W] nhwc, weight w: f32[8, 4, 3, 3], weight b: f32[8])
    for H in 3..64 like 16, W in 3..64 like 16 {
  return relu(conv2d(x, w, b, padding = 1));
}
layer twice(x: u8[1, 1, 4, 4]) -> (two: f32[1, 1, 4, 4], four: f32[1, 1, 4, 4]) {
  y = f32(x) * 2;
  return y, y * 2;
}
)";

class DriverTest : public ::testing::Test {
protected:
  bool open(const char *text) { return driver.openText(text, "test.conv", "."); }
  schedules::Target target = *schedules::findTarget("x86-64-v3");
  std::ostringstream messages;
  Driver driver{messages};
};

TEST_F(DriverTest, AMissingFileIsTheUsersError) {
  EXPECT_FALSE(driver.open("/nowhere/net.conv"));
  EXPECT_EQ(messages.str(), "error: cannot read /nowhere/net.conv: No such file or directory\n");
  EXPECT_EQ(driver.blame(), Blame::User);
}

TEST_F(DriverTest, AFolderIsTheUsersError) {
  EXPECT_FALSE(driver.open("/tmp"));
  EXPECT_THAT(messages.str(), StartsWith("error: cannot read /tmp: "));
  EXPECT_EQ(driver.blame(), Blame::User);
}

TEST_F(DriverTest, SyntaxErrorsAndImportErrorsAreTheUsers) {
  EXPECT_FALSE(open("layer a("));
  EXPECT_EQ(driver.blame(), Blame::User);
  std::ostringstream others;
  Driver other(others);
  EXPECT_FALSE(other.openText("layer a(x: f32[1]) { return y; }", "b.conv", "."));
  EXPECT_THAT(others.str(), StartsWith("b.conv:1:29: error: there is no value 'y'"));
  EXPECT_EQ(other.blame(), Blame::User);
}

TEST_F(DriverTest, FilesReadAreNamed) {
  auto folder = std::filesystem::path(::testing::TempDir()) / "convwright_driver";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(
      CONVWRIGHT_SOURCE_DIR "/tests/compiler/Import/diagnostics/weights.safetensors",
      folder / "weights.safetensors", std::filesystem::copy_options::overwrite_existing);
  std::string path = (folder / "net.conv").string();
  std::ofstream(path) << "const b = load(\"weights.safetensors\", \"conv1.bias\");\n"
                         "layer a(x: f32[2]) { return x + b; }\n";
  ASSERT_TRUE(driver.open(path)) << messages.str();
  EXPECT_THAT(driver.filesRead(), ElementsAre(path, (folder / "weights.safetensors").string()));
  std::filesystem::remove_all(folder);
}

TEST_F(DriverTest, LayersAreDescribed) {
  ASSERT_TRUE(open(twoLayers)) << messages.str();
  ASSERT_EQ(driver.layers().size(), 2u);
  const LayerInterface &smooth = driver.layers()[0];
  EXPECT_EQ(smooth.name, "smooth");
  EXPECT_EQ(smooth.documentation, "Smooths.");
  EXPECT_EQ(smooth.symbols[1].name, "W");
  ASSERT_EQ(smooth.arguments.size(), 1u);
  EXPECT_EQ(smooth.arguments[0].layout, schedules::Layout::ChannelsLast);
  ASSERT_EQ(smooth.weights.size(), 2u);
  EXPECT_EQ(smooth.weights[1].name, "b");
  EXPECT_EQ(smooth.results[0].name, "result");
  EXPECT_EQ(driver.findLayer("twice")->results[1].name, "four");
  EXPECT_EQ(driver.findLayer("thrice"), nullptr);
}

TEST_F(DriverTest, CompilingGivesEveryLayerItsKernels) {
  ASSERT_TRUE(open(twoLayers));
  auto program = driver.compile(target);
  ASSERT_TRUE(program) << messages.str();
  EXPECT_EQ(program->target.name, "x86-64-v3");
  ASSERT_EQ(program->layers.size(), 2u);
  EXPECT_EQ(program->layers[0].steps.size(), 1u);
  EXPECT_EQ(program->layers[0].steps[0].choice.considered.size(),
            schedules::algorithmNames().size());
}

TEST_F(DriverTest, OneLayerCanBeCompiledAlone) {
  ASSERT_TRUE(open(twoLayers));
  auto program = driver.compile(target, {}, "twice");
  ASSERT_TRUE(program);
  ASSERT_EQ(program->layers.size(), 1u);
  EXPECT_EQ(program->layers[0].name, "twice");
}

std::string lineWith(const std::string &text, const std::string &part) {
  size_t at = text.find(part), begin = text.rfind('\n', at) + 1;
  return at == std::string::npos ? "" : text.substr(begin, text.find('\n', at) - begin);
}

TEST_F(DriverTest, ExplainSaysWhichLinesStandInWhichKernel) {
  ASSERT_TRUE(open("fn act(v) = max(v, 0) * 2;\n"
                   "layer two(x: f32[1, 8, 8, 8], weight w: f32[8, 8, 3, 3]) {\n"
                   "  y = act(conv2d(x, w, padding = 1));\n"
                   "  z = conv2d(y, w);\n"
                   "  return z + 1;\n"
                   "}\n"))
      << messages.str();
  auto program = driver.compile(target);
  ASSERT_TRUE(program) << messages.str();
  std::string text = driver.explain(*program);
  size_t second = text.find("  kernel two_1: ");
  ASSERT_NE(second, std::string::npos) << text;
  EXPECT_THAT(
      text.substr(0, second),
      HasSubstr(
          "    computes line 3, conv2d and pointwise work: y = act(conv2d(x, w, padding = 1));\n"));
  EXPECT_THAT(text.substr(second),
              HasSubstr("    computes line 4, conv2d: z = conv2d(y, w);\n"
                        "    computes line 5, pointwise work: return z + 1;\n"));
}

TEST_F(DriverTest, ExplainEstimatesThePlanThatIsTakenNotTheDefault) {
  ASSERT_TRUE(open(twoLayers));
  auto explainWith = [&](const PlanOverrides &overrides) {
    auto program = driver.compile(target, overrides, "smooth");
    EXPECT_TRUE(program) << messages.str();
    return std::pair(lineWith(driver.explain(*program), " chosen, estimated "),
                     program->layers[0].steps[0].choice.plan);
  };
  PlanOverrides asked{"direct", {{"tile_x", 1}, {"tile_k", 1}}};
  auto [user, plan] = explainWith(asked);
  PlanOverrides advised;
  advised.advisor = [plan = plan](const schedules::Kernel &, const schedules::Target &,
                                  const schedules::PlanRequest &) {
    schedules::Advice advice{plan, {}};
    advice.plan->source = schedules::PlanSource::Record;
    return advice;
  };
  auto [record, taken] = explainWith(advised);
  EXPECT_EQ(taken.source, schedules::PlanSource::Record);
  EXPECT_EQ(record, user);
  EXPECT_NE(record, explainWith({"direct", {}}).first);
}

TEST(Explain, WhatTheToleranceExcludesWasNoChoice) {
  Step step;
  step.kernel.stages.emplace_back().C = 3; // sums of three
  schedules::Choice &choice = step.choice;
  choice.considered = {
      {"loops", true, false, "the model's choice, but direct was asked for", 1, {"loops", {}}},
      {"direct", true, true, "", 2, {"direct", {}}}};
  leaveOutByTolerance(step, 1);
  EXPECT_TRUE(choice.considered[0].legal) << "it promises less than that";
  leaveOutByTolerance(step, 1e-9);
  EXPECT_FALSE(choice.considered[0].legal);
  EXPECT_EQ(choice.considered[0].whyNot,
            "promises a relative error of 5.5e-07, more than the tolerance of 1.0e-09");
  EXPECT_TRUE(choice.considered[1].legal) << "it was taken";
}

TEST_F(DriverTest, TheCommandLinesAlgorithmIsUsed) {
  ASSERT_TRUE(open(twoLayers));
  auto program = driver.compile(target, {"loops", {}});
  ASSERT_TRUE(program) << messages.str();
  EXPECT_EQ(program->layers[0].steps[0].choice.plan.algorithm, "loops");
  EXPECT_EQ(program->layers[0].steps[0].choice.plan.source, schedules::PlanSource::User);
}

TEST_F(DriverTest, AnUnknownPlanParameterIsTheUsersError) {
  ASSERT_TRUE(open(twoLayers));
  EXPECT_FALSE(driver.compile(target, {"loops", {{"tile_sideways", 3}}}));
  EXPECT_EQ(driver.blame(), Blame::User);
  EXPECT_THAT(messages.str(), HasSubstr("tile_sideways"));
  EXPECT_TRUE(driver.compile(target)) << "an earlier refusal leaves nothing behind";
}

TEST_F(DriverTest, EveryStageHasAText) {
  ASSERT_TRUE(open(twoLayers));
  const std::map<Stage, const char *> sign{{Stage::Ast, "layer smooth"},
                                           {Stage::Mlir, "func.func @smooth"},
                                           {Stage::Plan, "conv.kernel"},
                                           {Stage::LoopNest, "produce"},
                                           {Stage::Halide, "layer smooth, kernel"},
                                           {Stage::Assembly, "vfmadd"},
                                           {Stage::LlvmIr, "define"}};
  ASSERT_EQ(sign.size(), allStages().size());
  for (Stage stage : allStages()) {
    auto text = driver.textAt(stage, target);
    ASSERT_TRUE(text) << spell(stage) << messages.str();
    EXPECT_THAT(*text, HasSubstr(sign.at(stage))) << spell(stage);
  }
}

TEST_F(DriverTest, TheSameInputGivesTheSamePlan) {
  ASSERT_TRUE(open(twoLayers));
  auto first = driver.textAt(Stage::Plan, target);
  std::ostringstream ignored;
  Driver other(ignored);
  ASSERT_TRUE(other.openText(twoLayers, "test.conv", "."));
  EXPECT_EQ(first, other.textAt(Stage::Plan, target));
}

TEST_F(DriverTest, ExplainSaysOfEveryAlgorithmWhyItWasOrWasNotChosen) {
  ASSERT_TRUE(open(twoLayers));
  auto program = driver.compile(target, {}, "smooth");
  ASSERT_TRUE(program);
  std::string text = driver.explain(*program);
  EXPECT_THAT(text, AllOf(StartsWith("layer smooth on x86-64-v3\n"),
                          HasSubstr(" chosen, estimated "), HasSubstr("the filter is 3x3")));
  for (const std::string &algorithm : schedules::algorithmNames())
    EXPECT_THAT(text, HasSubstr("    " + algorithm + " "));
}

TEST_F(DriverTest, TheReferenceRunsALayer) {
  ASSERT_TRUE(open(twoLayers));
  ExactTensor x{schedules::ElementType::U8, {1, 1, 4, 4}, std::vector<double>(16, 21)};
  auto results = driver.runReference("twice", {{"x", x}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->at("two").values[3], 42);
  EXPECT_EQ(results->at("four").values[3], 84);
  auto unknown = driver.runReference("thrice", {{"x", x}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "there is no layer 'thrice'");
}

TEST_F(DriverTest, WhatTheChoiceOfPlansRefusesIsReportedAtItsPlace) {
  dsl::testing::checkGoldens("tests/compiler/Driver/refusals", [&](dsl::testing::Source &source) {
    std::ostringstream said;
    Driver refused(said);
    const llvm::MemoryBuffer *buffer = source.manager.getMemoryBuffer(source.buffer);
    ASSERT_TRUE(
        refused.openText(buffer->getBuffer().str(), buffer->getBufferIdentifier().str(), "."))
        << said.str();
    EXPECT_FALSE(refused.compile(target));
    EXPECT_EQ(refused.blame(), Blame::User);
    source.stream << said.str();
  });
}

TEST_F(DriverTest, TheTreeShowsEveryPartAndItsPrecedence) {
  ASSERT_TRUE(open("const k: f32[2] = [1, -2.5];\nfn f(a, b) = a - b * -a / 2;\n"
                   "/// Doc.\nlayer l(x: f32[1, 2, H, 8] nhwc, weight w: f32[2, 2, 1, 3])\n"
                   "    -> (y: f32[1, 2, H, 8]) for H in 1..8 like 4 step 1 {\n"
                   "  t = conv2d(x, w, padding = [[0, 0], [1, 1]], padding_mode = reflect);\n"
                   "  return where(t <= 0, f(t, k), x);\n}\n"))
      << messages.str();
  EXPECT_EQ(*driver.textAt(Stage::Ast, target),
            "const k: f32[2]\n  [1, -2.5]\n"
            "fn f\n  parameter a\n  parameter b\n  (- a (/ (* b (- a)) 2))\n"
            "layer l\n  /// Doc.\n  argument x: f32[1, 2, H, 8] nhwc\n"
            "  weight w: f32[2, 2, 1, 3]\n  result y: f32[1, 2, H, 8]\n"
            "  size H in 1..8 like 4 step 1\n"
            "  t = (call conv2d x w padding=[[0, 0], [1, 1]] padding_mode=reflect)\n"
            "  return (call where (<= t 0) (call f t k) x)\n");
}

} // namespace
} // namespace convwright::compiler
