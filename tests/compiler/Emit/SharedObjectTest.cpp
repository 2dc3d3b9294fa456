//===- SharedObjectTest.cpp - generated code, loaded and called ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Emit/EmitTestSupport.h"
#include "tests/compiler/Emit/Programs.h"

#include <cmath>
#include <thread>

namespace convwright::compiler::testing {
namespace {

const std::string runtimePath = CONVWRIGHT_BINARY_DIR "/lib/libconvwright_runtime.a";

/// The sample library for this machine, built once for all tests of the program.
class SharedObject : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    directory = std::make_unique<TemporaryDirectory>();
    EmitOptions options;
    options.name = "sample";
    schedules::Result<std::string> path = emitSharedObject(
        {sampleProgram("host")}, options, runtimePath, directory->at("libsample.so"));
    ASSERT_TRUE(path) << path.error().message;
    library = std::make_unique<Loaded>(*path);
  }
  static void TearDownTestSuite() {
    library.reset();
    directory.reset();
  }

  static std::string lastError() { return library->get<const char *()>("cw_last_error")(); }

  static std::unique_ptr<TemporaryDirectory> directory;
  static std::unique_ptr<Loaded> library;
};

std::unique_ptr<TemporaryDirectory> SharedObject::directory;
std::unique_ptr<Loaded> SharedObject::library;

constexpr auto nhwc = schedules::Layout::ChannelsLast;

using schedules::HostTensor;
using WorkspaceBytes = size_t(const int64_t *);
using PackedBytes = size_t();
using PackTwo = int(const DLTensor *, const DLTensor *, void *);
using RunPacked = int(const void *, const DLTensor *, DLTensor *, const cw_options *);
using RunPlain = int(const DLTensor *, DLTensor *, const cw_options *);

/// relu(conv2d(x, w, b, padding = pad)) in double.
double convolutionAt(const HostTensor &x, const HostTensor &w, const HostTensor &b, int64_t pad,
                     int64_t k, int64_t p, int64_t q) {
  double sum = b.at(k);
  for (int64_t c = 0; c < x.shape()[1]; ++c)
    for (int64_t r = 0; r < w.shape()[2]; ++r)
      for (int64_t s = 0; s < w.shape()[3]; ++s) {
        int64_t h = p + r - pad, v = q + s - pad;
        if (h < 0 || v < 0 || h >= x.shape()[2] || v >= x.shape()[3])
          continue;
        sum += w.at({k, c, r, s}) * x.at({0, c, h, v});
      }
  return std::max(sum, 0.0);
}

struct PackedConvolution {
  PackedConvolution(Loaded &library) : w(floats({7, 5, 3, 3})), b(floats({7})) {
    packed = alignedBlock(library.get<PackedBytes>("sample_conv_packed_bytes")());
    status = library.get<PackTwo>("sample_conv_pack")(w.dlpack(), b.dlpack(), packed.get());
  }
  HostTensor w, b;
  AlignedBlock packed;
  int status;
};

TEST_F(SharedObject, ConvolutionWithPackedWeightsOfEverySizeIsRight) {
  PackedConvolution layer(*library);
  ASSERT_EQ(layer.status, CW_OK) << lastError();
  for (int64_t h : {1, 2, 7, 12, 33})
    for (int64_t v : {1, 3, 14, 40}) {
      HostTensor x = floats({1, 5, h, v}, nhwc), y = floats({1, 7, h, v}, nhwc);
      ASSERT_EQ(library->get<RunPacked>("sample_conv_run")(layer.packed.get(), x.dlpack(),
                                                           y.dlpack(), nullptr),
                CW_OK)
          << lastError();
      for (int64_t k = 0; k < 7; ++k)
        for (int64_t p = 0; p < h; ++p)
          for (int64_t q = 0; q < v; ++q)
            ASSERT_NEAR(y.at({0, k, p, q}), convolutionAt(x, layer.w, layer.b, 1, k, p, q), 1e-4)
                << h << "x" << v << " at " << k << ", " << p << ", " << q;
    }
}

TEST_F(SharedObject, CallersWorkspaceOfTheAskedSizeIsEnough) {
  PackedConvolution layer(*library);
  HostTensor x = floats({1, 5, 12, 14}, nhwc), y = floats({1, 7, 12, 14}, nhwc),
             fromArena = floats({1, 7, 12, 14}, nhwc);
  int64_t sizes[] = {12, 14};
  cw_options options{};
  options.workspace_bytes = library->get<WorkspaceBytes>("sample_conv_workspace_bytes")(sizes);
  ASSERT_GT(options.workspace_bytes, 0u) << lastError();
  AlignedBlock workspace = alignedBlock(options.workspace_bytes);
  options.workspace = workspace.get();
  auto *run = library->get<RunPacked>("sample_conv_run");
  ASSERT_EQ(run(layer.packed.get(), x.dlpack(), y.dlpack(), &options), CW_OK) << lastError();
  ASSERT_EQ(run(layer.packed.get(), x.dlpack(), fromArena.dlpack(), nullptr), CW_OK) << lastError();
  EXPECT_EQ(y.toDoubles(), fromArena.toDoubles());
}

TEST_F(SharedObject, StepsMeetInTheWorkspace) {
  HostTensor x = floats({1, 3, 5, 8}, nhwc), y = floats({1, 3, 5, 8}, nhwc);
  ASSERT_EQ(library->get<RunPlain>("sample_twice_run")(x.dlpack(), y.dlpack(), nullptr), CW_OK)
      << lastError();
  for (int64_t i = 0; i < x.elementCount(); ++i)
    ASSERT_EQ(y.at(i), 2 * (static_cast<float>(x.at(i)) + 1));
}

TEST_F(SharedObject, ConstantWeightsNeedNoPacking) {
  EXPECT_EQ(library->get<PackedBytes>("sample_known_packed_bytes"), nullptr);
  EXPECT_EQ(library->get<PackTwo>("sample_known_pack"), nullptr);
  HostTensor x = floats({1, 2, 6, 6}, nhwc), y = floats({1, 3, 4, 4}), w = floats({3, 2, 3, 3}),
             b = floats({3});
  for (int64_t i = 0; i < w.elementCount(); ++i)
    w.set(i, static_cast<double>(i + 1) / 16);
  b.fromDoubles(std::vector<double>{0.25, 0.25, 0.25});
  ASSERT_EQ(library->get<RunPlain>("sample_known_run")(x.dlpack(), y.dlpack(), nullptr), CW_OK)
      << lastError();
  for (int64_t k = 0; k < 3; ++k)
    for (int64_t p = 0; p < 4; ++p)
      for (int64_t q = 0; q < 4; ++q)
        ASSERT_NEAR(y.at({0, k, p, q}), convolutionAt(x, w, b, 0, k, p, q), 1e-4);
}

TEST_F(SharedObject, SizesOutOfRangeAreRefusedByName) {
  HostTensor x = floats({1, 3, 5, 7}, nhwc), y = floats({1, 3, 5, 7}, nhwc);
  EXPECT_EQ(library->get<RunPlain>("sample_twice_run")(x.dlpack(), y.dlpack(), nullptr),
            CW_ERROR_SIZE);
  EXPECT_EQ(lastError(), "x has W = 7; the layer was compiled for W in 2..64 in steps of 2: widen "
                         "the range after `for` in the .conv file if this size is wanted");
  int64_t sizes[] = {65, 2};
  EXPECT_EQ(library->get<WorkspaceBytes>("sample_twice_workspace_bytes")(sizes), 0u);
  EXPECT_NE(lastError().find("H = 65"), std::string::npos) << lastError();
}

TEST_F(SharedObject, DescriptionIsTheJson) {
  std::string text = library->get<const char *()>("sample_description")();
  EXPECT_NE(text.find("\"library\": \"sample\""), std::string::npos) << text;
}

TEST_F(SharedObject, ConcurrentCallsWithManyThreadsEachAreRight) {
  PackedConvolution layer(*library);
  auto *run = library->get<RunPacked>("sample_conv_run");
  HostTensor x = floats({1, 5, 40, 40}, nhwc), expected = floats({1, 7, 40, 40}, nhwc);
  ASSERT_EQ(run(layer.packed.get(), x.dlpack(), expected.dlpack(), nullptr), CW_OK);
  std::vector<double> right = expected.toDoubles();
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 6; ++t)
    callers.emplace_back([&, t] {
      cw_options options{};
      options.threads = 1 + t % 4;
      for (int i = 0; i < 50; ++i) {
        HostTensor y = floats({1, 7, 40, 40}, nhwc);
        if (run(layer.packed.get(), x.dlpack(), y.dlpack(), &options) != CW_OK ||
            y.toDoubles() != right)
          ++wrong;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(SharedObjectErrors, AMissingRuntimeIsReportedWithTheLinkersText) {
  TemporaryDirectory directory;
  EmitOptions options;
  options.name = "sample";
  schedules::Result<std::string> path = emitSharedObject(
      {sampleProgram("host")}, options, directory.at("no.a"), directory.at("libsample.so"));
  ASSERT_FALSE(path);
  EXPECT_NE(path.error().message.find("no.a"), std::string::npos) << path.error().message;
  EXPECT_TRUE(directory.contents().empty());
}

TEST(RuntimeLibrary, SaysWhereItLooked) {
  schedules::Result<std::string> path = runtimeLibrary("/nonexistent/bin/convwright");
  ASSERT_FALSE(path);
  EXPECT_NE(path.error().message.find("/nonexistent/lib/libconvwright_runtime.a"),
            std::string::npos)
      << path.error().message;
}

} // namespace
} // namespace convwright::compiler::testing
