//===- VariantTest.cpp - the best variant that the machine runs ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/Variant.h"
#include "runtime/src/CpuFeatures.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t v2 = CW_CPU_SSE41, v3 = v2 | CW_CPU_AVX2, v4 = v3 | CW_CPU_AVX512;

cw_layer threeLevels() {
  cw_variant a = toyVariant(), b = toyVariant(), c = toyVariant();
  a.target = "x86-64-v4";
  a.cpu_features = v4;
  b.target = "x86-64-v3";
  b.cpu_features = v3;
  c.target = "x86-64-v2";
  c.cpu_features = v2;
  return toyLayerWith(1, {a, b, c});
}

const char *chosen(uint64_t features, const char *wanted, int &status) {
  cw_layer layer = threeLevels();
  const cw_variant *variant = chooseVariant(layer, features, wanted, status);
  return variant ? variant->target : nullptr;
}

TEST(Variant, FirstThatTheMachineRunsIsChosen) {
  int status;
  EXPECT_STREQ(chosen(v4, nullptr, status), "x86-64-v4");
  EXPECT_STREQ(chosen(v3, nullptr, status), "x86-64-v3");
  EXPECT_STREQ(chosen(v2, "", status), "x86-64-v2");
  EXPECT_STREQ(chosen(~0ull, nullptr, status), "x86-64-v4");
  EXPECT_EQ(status, CW_OK);
}

TEST(Variant, NoneForTheMachineSaysWhatIsMissing) {
  int status;
  EXPECT_EQ(chosen(0, nullptr, status), nullptr);
  EXPECT_EQ(status, CW_ERROR_TARGET);
  EXPECT_THAT(cw_last_error(), HasSubstr("target x86-64-v2 needs a CPU with SSE4.2; this one has "
                                         "none that variants ask for"));
}

TEST(Variant, NamedOneIsChosen) {
  int status;
  EXPECT_STREQ(chosen(v4, "x86-64-v3", status), "x86-64-v3");
  EXPECT_EQ(status, CW_OK);
}

TEST(Variant, UnknownNameListsTheTargets) {
  int status;
  EXPECT_EQ(chosen(v4, "x86-64-v5", status), nullptr);
  EXPECT_EQ(status, CW_ERROR_TARGET);
  EXPECT_THAT(cw_last_error(),
              HasSubstr("CONVWRIGHT_TARGET is \"x86-64-v5\", but toy was compiled for x86-64-v4, "
                        "x86-64-v3, x86-64-v2"));
}

TEST(Variant, NamedOneThatTheMachineLacksIsRefused) {
  int status;
  EXPECT_EQ(chosen(v3, "x86-64-v4", status), nullptr);
  EXPECT_EQ(status, CW_ERROR_TARGET);
  EXPECT_THAT(cw_last_error(), HasSubstr("needs a CPU with SSE4.2, AVX2 and FMA, AVX-512; this one "
                                         "has SSE4.2, AVX2 and FMA"));
}

/// /proc/cpuinfo is the kernel's own opinion.
bool kernelSays(const std::string &flag) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string word; file >> word;)
    if (word == flag)
      return true;
  return false;
}

TEST(CpuFeatures, AgreeWithTheOperatingSystem) {
#if defined(__x86_64__)
  EXPECT_EQ((cpuFeatures() & CW_CPU_AVX2) != 0,
            kernelSays("avx2") && kernelSays("fma") && kernelSays("f16c") && kernelSays("bmi2"));
  EXPECT_EQ((cpuFeatures() & CW_CPU_AVX512) != 0,
            kernelSays("avx512f") && kernelSays("avx512bw") && kernelSays("avx512vl"));
  EXPECT_EQ((cpuFeatures() & CW_CPU_AVX512_VNNI) != 0, kernelSays("avx512_vnni"));
  EXPECT_EQ((cpuFeatures() & CW_CPU_AVX512_BF16) != 0, kernelSays("avx512_bf16"));
  EXPECT_EQ(cpuFeatures() & CW_CPU_NEON, 0u);
#else
  EXPECT_NE(cpuFeatures() & CW_CPU_NEON, 0u);
#endif
}

} // namespace
} // namespace convwright::runtime::testing
