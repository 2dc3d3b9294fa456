//===- CompileTest.cpp - what compiled objects refer to and look like ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Kernels.h"

#include "schedules/Schedules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

/// An object in a file for as long as this lives.
struct ObjectFile {
  std::filesystem::path directory, path;

  explicit ObjectFile(const std::vector<std::byte> &object) {
    std::string pattern = (std::filesystem::temp_directory_path() / "object-XXXXXX").string();
    directory = mkdtemp(pattern.data());
    path = directory / "k.o";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(object.data()),
               static_cast<std::streamsize>(object.size()));
  }
  ~ObjectFile() { std::filesystem::remove_all(directory); }
  ObjectFile(const ObjectFile &) = delete;
  ObjectFile &operator=(const ObjectFile &) = delete;
};

/// Symbols of an object file, as `nm` with `option` lists them.
std::set<std::string> symbols(const std::vector<std::byte> &object, const std::string &option) {
  ObjectFile file(object);
  std::string command = "nm -P " + option + " " + file.path.string();
  std::set<std::string> names;
  FILE *pipe = popen(command.c_str(), "r");
  std::array<char, 512> line;
  while (fgets(line.data(), line.size(), pipe)) {
    std::istringstream text(line.data());
    std::string name;
    text >> name;
    names.insert(name);
  }
  EXPECT_EQ(pclose(pipe), 0);
  return names;
}

Kernel everyFunctionKernel() {
  Kernel kernel = convolutionKernel({.C = 8,
                                     .H = 20,
                                     .W = 20,
                                     .K = 16,
                                     .R = 3,
                                     .S = 3,
                                     .padH = 1,
                                     .padW = 1,
                                     .relu = false,
                                     .symbolic = true});
  ScalarExpr value = kernel.outputs[0].value;
  for (ScalarOp op : {ScalarOp::Abs, ScalarOp::Sqrt, ScalarOp::Exp, ScalarOp::Log, ScalarOp::Log1p,
                      ScalarOp::Expm1, ScalarOp::Tanh, ScalarOp::Erf})
    value = unary(op, value);
  kernel.outputs[0].value = convert(value, ElementType::U8);
  kernel.outputs[0].type = ElementType::U8;
  return kernel;
}

CompiledKernel compiled(const Kernel &kernel, const std::string &target,
                        const std::string &algorithm) {
  PlanRequest request;
  request.algorithm = algorithm;
  Target row = *findTarget(target);
  Result<Choice> choice = choosePlan(kernel, row, request);
  EXPECT_TRUE(choice) << choice.error().message;
  Result<CompiledKernel> result = compileKernel(kernel, choice->plan, row, "entry");
  EXPECT_TRUE(result) << result.error().message;
  return *result;
}

TEST(Compile, ObjectsReferToNothingButMemoryAndTheParallelLoop) {
  for (const char *target : {"x86-64-v2", "x86-64-v3", "x86-64-v4", "znver4", "armv8-a"})
    EXPECT_THAT(symbols(compiled(everyFunctionKernel(), target, "direct").object, "-u"),
                ::testing::IsSubsetOf({"halide_malloc", "halide_free", "halide_do_par_for"}))
        << target;
}

TEST(Compile, ObjectsDefineTheirEntriesAndTasksOfParallelLoops) {
  EXPECT_THAT(
      symbols(compiled(everyFunctionKernel(), "x86-64-v3", "direct").object, "-g --defined-only"),
      ::testing::UnorderedElementsAre("entry", "entry_argv", "entry_pack", "entry_pack_argv",
                                      "entry_task0"));
}

CompiledKernel compiledStrided(const Kernel &kernel, const Plan &plan) {
  Result<CompiledKernel> result =
      compileStridedKernel(kernel, plan, *findTarget("x86-64-v3"), "entry");
  EXPECT_TRUE(result) << result.error().message << " " << print(plan);
  return *result;
}

TEST(Compile, AKernelForDenseTensorsHasASecondEntryForOthers) {
  Kernel line = convolutionKernel({.C = 8, .H = 7, .W = 7, .K = 16});
  Target target = *findTarget("x86-64-v3");
  PlanRequest request;
  request.algorithm = "pointwise";
  Plan plan = choosePlan(line, target, request)->plan;
  CompiledKernel both = compiledStrided(line, plan);
  EXPECT_EQ(both.stridedEntry, "entry_strided");
  EXPECT_THAT(symbols(both.object, "-g --defined-only"),
              ::testing::IsSupersetOf({"entry_argv", "entry_pack_argv", "entry_strided_argv"}));
  EXPECT_EQ(compileKernel(line, plan, target, "entry")->stridedEntry, "");

  Kernel plane = convolutionKernel({.C = 8, .H = 7, .W = 7, .K = 16, .R = 3, .S = 3});
  EXPECT_EQ(compiledStrided(plane, choosePlan(plane, target, {})->plan).stridedEntry, "");
}

TEST(Compile, EveryPlanOfALineHasASecondEntry) {
  for (Layout layout : {Layout::ChannelsLast, Layout::ChannelsFirst})
    for (int64_t channels : {3, 24}) {
      Kernel line =
          convolutionKernel({.C = channels, .H = 5, .W = 9, .K = 40, .in = layout, .out = layout});
      Target target = *findTarget("x86-64-v3");
      PlanRequest request;
      request.algorithm = "pointwise";
      for (const auto &[name, value] :
           std::initializer_list<std::pair<std::string, int64_t>>{{"tile_x", 14},
                                                                  {"tile_k", 1},
                                                                  {"vector", 4},
                                                                  {"block_c", 3},
                                                                  {"unroll", 1},
                                                                  {"parallel_k", 1},
                                                                  {"channels_inside", 1},
                                                                  {"stage", 0}}) {
        request.parameters = {{name, value}};
        if (Result<Choice> choice = choosePlan(line, target, request))
          EXPECT_EQ(compiledStrided(line, choice->plan).stridedEntry, "entry_strided");
      }
    }
}

TEST(Compile, TheSameKernelGivesTheSameBytes) {
  Kernel kernel = convolutionKernel(
      {.C = 8, .H = 20, .W = 20, .K = 16, .R = 3, .S = 3, .padH = 1, .padW = 1, .symbolic = true});
  for (const char *target : {"x86-64-v3", "znver4"}) {
    std::vector<std::byte> first = compiled(kernel, target, "direct").object;
    for (int i = 0; i < 12; ++i)
      EXPECT_TRUE(first == compiled(kernel, target, "direct").object) << target;
  }
}

TEST(Compile, KernelsCompileOnManyThreads) {
  std::vector<std::thread> threads;
  std::vector<size_t> sizes(4);
  for (size_t i = 0; i < sizes.size(); ++i)
    threads.emplace_back([&sizes, i] {
      Kernel kernel =
          convolutionKernel({.C = 8 + static_cast<int64_t>(i), .H = 9, .W = 9, .K = 16});
      sizes[i] = compiled(kernel, "x86-64-v3", "direct").object.size();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_THAT(sizes, ::testing::Each(::testing::Gt(0u)));
}

TEST(Compile, EmitsAssemblyIrAndStatements) {
  Kernel kernel = convolutionKernel({.C = 8, .H = 9, .W = 9, .K = 16});
  Target target = *findTarget("x86-64-v3");
  Plan plan = choosePlan(kernel, target, {})->plan;
  EXPECT_THAT(*emitKernel(kernel, plan, target, "entry", EmitKind::Assembly),
              ::testing::HasSubstr("vfmadd"));
  EXPECT_THAT(*emitKernel(kernel, plan, target, "entry", EmitKind::LlvmIr),
              ::testing::HasSubstr("define"));
  EXPECT_THAT(*emitKernel(kernel, plan, target, "entry", EmitKind::HalideStatement),
              ::testing::HasSubstr("produce"));
  EXPECT_THAT(*emitKernel(kernel, plan, target, "entry", EmitKind::LoopNest),
              ::testing::HasSubstr("vectorized"));
  EXPECT_FALSE(emitKernel(kernel, plan, target, "entry", EmitKind::DeviceCode));
}

TEST(Compile, RefusesWeightsThatAreTooManyWhenPacked) {
  Kernel kernel = convolutionKernel({.C = 40'000'000, .H = 1, .W = 1, .K = 1});
  Result<Choice> choice = choosePlan(kernel, *findTarget("x86-64-v3"), {});
  ASSERT_TRUE(choice) << choice.error().message;
  Result<CompiledKernel> result =
      compileKernel(kernel, choice->plan, *findTarget("x86-64-v3"), "entry");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message,
              ::testing::HasSubstr("more than 2147483647 elements when they are packed"));
}

TEST(Compile, RefusesAPlanThatDoesNotFit) {
  Kernel kernel = convolutionKernel({.C = 8, .H = 9, .W = 9, .K = 16});
  Plan plan;
  plan.algorithm = "direct";
  plan.parameters = {{"tile_x", 100}};
  Result<CompiledKernel> result = compileKernel(kernel, plan, *findTarget("x86-64-v3"), "entry");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("tile_x = 100"));
}

} // namespace
