//===- GpuTest.cpp - kernels for OpenCL on PoCL, and for CUDA by ptxas -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Expect.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <tuple>

namespace convwright::schedules::testing {

namespace {

class Gpu : public ::testing::TestWithParam<std::tuple<const char *, Layout>> {
protected:
  static const char *algorithm() { return std::get<0>(GetParam()); }
  static bool isDepthwise() { return std::string(algorithm()) == "depthwise"; }

  /// 3x3 with odd sizes; one group, or as many as there are channels.
  static Layer layer() {
    Layout layout = std::get<1>(GetParam());
    int64_t C = isDepthwise() ? 11 : 7, K = isDepthwise() ? 11 : 13;
    return {.C = C,
            .H = 9,
            .W = 37,
            .K = K,
            .R = 3,
            .S = 3,
            .padH = 1,
            .padW = 1,
            .groups = isDepthwise() ? C : 1,
            .in = layout,
            .out = layout};
  }
  static Layer stridedReflecting() {
    Layer strided = layer();
    strided.R = 5;
    strided.padH = 2;
    strided.strideH = strided.strideW = 2;
    strided.mode = PaddingMode::Reflect;
    strided.symbolic = true;
    return strided;
  }
  static Kernel bytesOut(Layer from) {
    Kernel kernel = convolutionKernel(from);
    kernel.outputs[0].value = convert(
        binary(ScalarOp::Mul, ScalarExpr::conv(0), ScalarExpr::constant(50, ElementType::F32)),
        ElementType::U8);
    kernel.outputs[0].type = ElementType::U8;
    return kernel;
  }
};

/// The lines of ptxas's log that say what a function spills, one for each function.
std::vector<std::string> spillLines(const std::string &path) {
  std::ifstream log(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);)
    if (line.find("bytes spill stores") != std::string::npos)
      lines.push_back(line);
  return lines;
}

/// The default plan's device code for CUDA, given to ptxas, which also checks the resources.
void expectAssembles(const Kernel &kernel, const std::string &algorithm) {
  Target target = *findTarget("cuda-sm_80");
  PlanRequest request;
  request.algorithm = algorithm;
  Result<Choice> choice = choosePlan(kernel, target, request);
  ASSERT_TRUE(choice) << choice.error().message;
  Result<std::string> ptx = emitKernel(kernel, choice->plan, target, "k", EmitKind::DeviceCode);
  ASSERT_TRUE(ptx) << ptx.error().message;
  std::string pattern = (std::filesystem::temp_directory_path() / "ptx-XXXXXX").string();
  std::filesystem::path directory = mkdtemp(pattern.data());
  std::ofstream(directory / "k.ptx") << *ptx;
  std::string command = CONVWRIGHT_PTXAS " -arch=sm_80 -v " + (directory / "k.ptx").string() +
                        " -o /dev/null 2> " + (directory / "log").string();
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::vector<std::string> spills = spillLines(directory / "log");
  EXPECT_FALSE(spills.empty());
  for (const std::string &line : spills)
    EXPECT_NE(line.find(" 0 bytes spill stores, 0 bytes spill loads"), std::string::npos) << line;
  std::filesystem::remove_all(directory);
}

} // namespace

TEST_P(Gpu, OddSizesAreRightOnPocl) {
  expectRight(convolutionKernel(layer()), {.algorithm = algorithm(), .target = "opencl"});
}

TEST_P(Gpu, SymbolicStridedReflectingLayersAreRightOnPocl) {
  expectRight(convolutionKernel(stridedReflecting()),
              {.algorithm = algorithm(), .target = "opencl", .sizes = {{9, 37}, {3, 3}, {30, 66}}});
}

TEST_P(Gpu, BytesAreRightOnPocl) {
  expectRight(bytesOut(layer()), {.algorithm = algorithm(), .target = "opencl"});
}

TEST_P(Gpu, NanAndInfinityReachWhatReadsThemOnPocl) {
  Kernel kernel = convolutionKernel(layer());
  Target target = *findTarget("opencl");
  PlanRequest request;
  request.algorithm = algorithm();
  KernelRunner runner(kernel, choosePlan(kernel, target, request)->plan, target);
  ASSERT_EQ(runner.error(), "");
  runner.prepare({});
  runner.operand(0).set({0, 2, 4, 20}, std::nan(""));
  runner.operand(0).set({0, 5, 1, 3}, HUGE_VAL);
  ASSERT_EQ(runner.run().status, 0);
  EXPECT_LE(runner.relativeError(), 2e-6);
}

TEST_P(Gpu, PtxasAcceptsTheSameForCuda) {
  expectAssembles(convolutionKernel(layer()), algorithm());
  expectAssembles(convolutionKernel(stridedReflecting()), algorithm());
  expectAssembles(bytesOut(layer()), algorithm());
}

TEST_P(Gpu, PlansBeyondTheDeviceAreRefusedWithItsLimits) {
  Kernel kernel = convolutionKernel(layer());
  Target target = *findTarget("cuda-sm_80");
  PlanRequest request;
  request.algorithm = algorithm();
  request.parameters = {{"threads_x", 128}, {"threads_y", 16}, {"threads_z", 1}};
  Result<Choice> choice = choosePlan(kernel, target, request);
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("2048 threads exceeds the 1024"), std::string::npos)
      << choice.error().message;
  request.parameters = {{"stage", 1},  {"threads_x", 32}, {"threads_y", 8}, {"tile_x", 1},
                        {"tile_y", 8}, {"threads_z", 4},  {"tile_z", 8}};
  choice = choosePlan(kernel, target, request);
  ASSERT_FALSE(choice);
  EXPECT_NE(choice.error().message.find("bytes of shared memory"), std::string::npos)
      << choice.error().message;
}

INSTANTIATE_TEST_SUITE_P(, Gpu,
                         ::testing::Combine(::testing::Values("direct", "depthwise", "loops"),
                                            ::testing::Values(Layout::ChannelsFirst,
                                                              Layout::ChannelsLast)));

TEST(GpuTargets, HaveADeviceRuntimeAndOthersSayThatTheyHaveNone) {
  for (const char *name : {"opencl", "cuda-sm_80"}) {
    Result<std::vector<std::byte>> runtime = deviceRuntimeObject(*findTarget(name));
    ASSERT_TRUE(runtime) << runtime.error().message;
    EXPECT_GT(runtime->size(), 10000u);
  }
  Result<std::vector<std::byte>> none = deviceRuntimeObject(*findTarget("x86-64-v3"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "target x86-64-v3 needs no device runtime");
}

} // namespace convwright::schedules::testing
