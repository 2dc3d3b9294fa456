//===- ParallelCompileTest.cpp - children that answer, fail, crash or take too long ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/ParallelCompile.h"
#include "compiler/Emit/KernelTransfer.h"

#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

using namespace convwright::schedules;
using ::testing::HasSubstr;

namespace convwright::compiler {
namespace {

CompiledKernel sampleKernel() {
  CompiledKernel kernel;
  kernel.entry = "entry";
  kernel.packEntry = "pack";
  kernel.object = {std::byte{1}, std::byte{0}, std::byte{255}};
  kernel.activations = {0, 3};
  kernel.weights = {1};
  kernel.packed = {{ElementType::I8, {4, 5}}, {ElementType::F32, {}}};
  kernel.constantPacked.resize(100000, std::byte{7});
  kernel.scratch = {{{Extent::ofSymbol(0), Extent::constant(9)}, 2, true}};
  return kernel;
}

TEST(KernelTransfer, EveryFieldArrives) {
  CompiledKernel kernel = sampleKernel();
  auto result = fromBytes(toBytes(kernel));
  ASSERT_TRUE(result && *result);
  const CompiledKernel &other = **result;
  EXPECT_EQ(other.entry, kernel.entry);
  EXPECT_EQ(other.packEntry, kernel.packEntry);
  EXPECT_EQ(other.object, kernel.object);
  EXPECT_EQ(other.activations, kernel.activations);
  EXPECT_EQ(other.weights, kernel.weights);
  ASSERT_EQ(other.packed.size(), 2u);
  EXPECT_EQ(other.packed[0].type, ElementType::I8);
  EXPECT_EQ(other.packed[0].dims, kernel.packed[0].dims);
  EXPECT_EQ(other.constantPacked, kernel.constantPacked);
  ASSERT_EQ(other.scratch.size(), 1u);
  EXPECT_EQ(other.scratch[0].dims, kernel.scratch[0].dims);
  EXPECT_EQ(other.scratch[0].elementBytes, 2);
  EXPECT_TRUE(other.scratch[0].perThread);
}

TEST(KernelTransfer, ErrorsArrive) {
  auto result = fromBytes(toBytes(Error{"no such tile"}));
  ASSERT_TRUE(result);
  ASSERT_FALSE(*result);
  EXPECT_EQ(result->error().message, "no such tile");
}

TEST(KernelTransfer, EveryTruncationIsSeen) {
  CompiledKernel kernel = sampleKernel();
  kernel.constantPacked.resize(3);
  std::string bytes = toBytes(kernel);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(fromBytes(bytes.substr(0, length))) << length;
  EXPECT_FALSE(fromBytes(bytes + "x"));
}

/// A program of eight steps that a test's compiler answers for.
class Children : public ::testing::Test {
protected:
  Children() {
    program.target.name = "some-target";
    program.layers.resize(1);
    program.layers[0].name = "layer";
    program.layers[0].steps.resize(8);
    for (Step &step : program.layers[0].steps)
      step.choice.plan.algorithm = "loops";
    results.resize(8);
    for (size_t s = 0; s < 8; ++s)
      jobs.push_back({&program, &program.layers[0], s, &results[s]});
    options.name = "sample";
    options.jobs = 3;
  }

  std::string errorWith(const KernelCompiler &compiler) {
    std::optional<Error> error = compileInChildren(jobs, options, compiler);
    return error ? error->message : "";
  }

  TargetProgram program;
  std::vector<CompiledKernel> results;
  std::vector<CompileJob> jobs;
  EmitOptions options;
};

TEST_F(Children, EachResultGoesToItsPlace) {
  EXPECT_EQ(errorWith([](const CompileJob &job, const std::string &entry) {
              CompiledKernel kernel = sampleKernel();
              kernel.entry = entry;
              kernel.constantPacked.resize(job.step * 100000);
              return kernel;
            }),
            "");
  for (size_t s = 0; s < 8; ++s) {
    EXPECT_EQ(results[s].entry, "cwk_sample_layer_" + std::to_string(s) + "_some_target");
    EXPECT_EQ(results[s].constantPacked.size(), s * 100000);
  }
}

TEST_F(Children, ErrorNamesTheKernel) {
  EXPECT_EQ(errorWith([](const CompileJob &job, const std::string &) -> Result<CompiledKernel> {
              if (job.step == 5)
                return Error{"no such tile"};
              return sampleKernel();
            }),
            "layer layer, target some-target, algorithm loops: no such tile");
}

TEST_F(Children, CrashIsAnErrorLikeAnyOther) {
  EXPECT_THAT(errorWith([](const CompileJob &, const std::string &) -> Result<CompiledKernel> {
                signal(SIGABRT, SIG_DFL);
                abort();
              }),
              HasSubstr("algorithm loops: the code generator crashed (Aborted); please report"));
  EXPECT_THAT(errorWith([](const CompileJob &, const std::string &) -> Result<CompiledKernel> {
                _exit(0);
              }),
              HasSubstr("the code generator crashed (it ended early)"));
}

TEST_F(Children, InterruptionDoesNotWaitForThem) {
  std::atomic<bool> cancelled{false};
  options.cancelled = &cancelled;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancelled = true;
  });
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(errorWith([](const CompileJob &, const std::string &) -> Result<CompiledKernel> {
              sleep(60);
              return sampleKernel();
            }),
            "interrupted: nothing was written");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

} // namespace
} // namespace convwright::compiler
