//===- DeviceLibraryTest.cpp - generated GPU kernels through the C entries, on PoCL ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Emit/EmitTestSupport.h"
#include "tests/compiler/Emit/Programs.h"

#include <gmock/gmock.h>

namespace convwright::compiler::testing {
namespace {

using ::testing::HasSubstr;
using Shape = schedules::testing::Layer;

/// A library for OpenCL, with a convolution whose weights are packed at run time and a layer of two
/// kernels whose intermediate stays on the device, linked into programs/call_device.c. The program
/// runs by itself: PoCL brings an LLVM of its own, which would meet this program's.
class DeviceLibrary : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    directory = std::make_unique<TemporaryDirectory>();
    EmitOptions options;
    options.name = "device";
    options.directory = directory->str();
    Shape conv{.C = 6, .H = 13, .W = 11, .K = 9, .R = 3, .S = 3, .padH = 1, .padW = 1};
    TargetProgram gpu = programOf("opencl", [&](const schedules::Target &target) {
      return std::vector{convolutionLayer("conv", conv, target), twoStepLayer("twice", target)};
    });
    TargetProgram cpu = programOf("x86-64-v2", [&](const schedules::Target &target) {
      return std::vector{convolutionLayer("conv", conv, target), twoStepLayer("twice", target)};
    });
    schedules::Result<std::vector<std::string>> files = emitLibrary({gpu, cpu}, options);
    ASSERT_TRUE(files) << files.error().message;
    std::string output;
    ASSERT_EQ(shell("clang-22 -std=c11 -Wall -Wextra -Werror -pedantic -I" + directory->str() +
                        " -I" CONVWRIGHT_SOURCE_DIR "/runtime/include -I" CONVWRIGHT_BINARY_DIR
                        "/runtime/include " CONVWRIGHT_SOURCE_DIR
                        "/tests/compiler/Emit/programs/call_device.c " +
                        directory->at("libdevice.a") +
                        " " CONVWRIGHT_BINARY_DIR
                        "/lib/libconvwright_runtime.a -pthread -ldl -lm -o " +
                        directory->at("program"),
                    output),
              0)
        << output;
  }
  static void TearDownTestSuite() { directory.reset(); }

  static std::string run(const std::string &environment) {
    std::string output;
    shell(environment + " " + directory->at("program"), output);
    return output;
  }

  static std::unique_ptr<TemporaryDirectory> directory;
};

std::unique_ptr<TemporaryDirectory> DeviceLibrary::directory;

TEST_F(DeviceLibrary, BothLayersAreRightOnTheDeviceFromManyThreads) {
  EXPECT_EQ(run("CONVWRIGHT_TARGET=opencl"), "right on opencl\n");
}

TEST_F(DeviceLibrary, CpuVariantIsPreferredForTensorsInHostMemory) {
  EXPECT_EQ(run(""), "right on x86-64-v2\n");
}

TEST_F(DeviceLibrary, WithoutADriverThereIsAnErrorWithItsText) {
  std::string output = run("CONVWRIGHT_TARGET=opencl OCL_ICD_VENDORS=/nonexistent");
  EXPECT_THAT(output, HasSubstr("CW_ERROR_DEVICE: device_conv for target opencl failed on the "
                                "device"));
  EXPECT_THAT(output, HasSubstr("clGetPlatformIDs"));
}

} // namespace
} // namespace convwright::compiler::testing
