//===- RunTest.cpp - calls that are right, and all that may be wrong with one ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#if defined(__has_feature)
#define CONVWRIGHT_HAS_ASAN __has_feature(address_sanitizer)
#else
#define CONVWRIGHT_HAS_ASAN 0
#endif

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

/// A packed call whose tensors tests spoil one at a time.
class Run : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(call.pack(), CW_OK) << cw_last_error(); }

  void expectError(int status, const std::string &text, const cw_options *options = nullptr) {
    EXPECT_EQ(call.run(options), status) << cw_status_name(call.run(options));
    EXPECT_THAT(cw_last_error(), HasSubstr(text));
  }

  ToyCall call;
};

// Under AddressSanitizer frames lie elsewhere.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !CONVWRIGHT_HAS_ASAN
uintptr_t stackOfTask;

int noteStack(int) {
  stackOfTask = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return 0;
}

/// Runs with the stack `bytes` further down.
[[gnu::noinline]] int runLower(ToyCall &call, size_t bytes, int threads) {
  auto *room = static_cast<volatile char *>(__builtin_alloca(bytes + 1));
  room[0] = 0;
  cw_options options{};
  options.threads = threads;
  int status = call.run(&options);
  room[0] = 1;
  return status;
}

TEST_F(Run, TasksFindTheirStackAtOnePlaceNearAPagesEndWhereverTheCallersLies) {
  for (int threads : {1, 2}) {
    std::set<uintptr_t> places;
    toyTaskHook = noteStack;
    for (size_t bytes = 0; bytes < 4096; bytes += 272) {
      ASSERT_EQ(runLower(call, bytes, threads), CW_OK);
      places.insert(stackOfTask % 4096);
    }
    toyTaskHook = nullptr;
    EXPECT_EQ(places.size(), 1U) << threads;
    EXPECT_GT(*places.begin(), 3072U) << threads; // what a kernel spills fits below
  }
}
#endif

TEST_F(Run, NullOptionsMeanDefaults) {
  EXPECT_EQ(call.run(), CW_OK);
  EXPECT_TRUE(call.isRight());
  EXPECT_STREQ(cw_last_error(), "");
}

TEST_F(Run, EverySizeInRangeIsRight) {
  for (int64_t h = 2; h <= 64; h += 2)
    for (int64_t w : {1, 2, 3, 31, 100}) {
      ToyCall other(h, w);
      ASSERT_EQ(other.pack(), CW_OK);
      ASSERT_EQ(other.run(), CW_OK) << cw_last_error();
      ASSERT_TRUE(other.isRight()) << h << " x " << w;
    }
}

TEST_F(Run, MessageIsEmptyAgainAfterSuccess) {
  call.x.dl.data = nullptr;
  EXPECT_EQ(call.run(), CW_ERROR_NULL_POINTER);
  EXPECT_STRNE(cw_last_error(), "");
  call.x.dl.data = call.x.values.data();
  EXPECT_EQ(call.run(), CW_OK);
  EXPECT_STREQ(cw_last_error(), "");
}

TEST_F(Run, NullTensorIsNamed) {
  const DLTensor *in[] = {&call.x.dl, nullptr};
  DLTensor *out[] = {&call.result.dl};
  EXPECT_EQ(cwrt_run(&toyLayer(), call.packed.get(), in, out, nullptr), CW_ERROR_NULL_POINTER);
  EXPECT_STREQ(cw_last_error(), "shift is null; the layer needs it");
}

TEST_F(Run, NullResultIsNamed) {
  const DLTensor *in[] = {&call.x.dl, &call.shift.dl};
  DLTensor *out[] = {nullptr};
  EXPECT_EQ(cwrt_run(&toyLayer(), call.packed.get(), in, out, nullptr), CW_ERROR_NULL_POINTER);
  EXPECT_STREQ(cw_last_error(), "result is null; the layer needs it");
}

TEST_F(Run, NullDataIsNamed) {
  call.result.dl.data = nullptr;
  expectError(CW_ERROR_NULL_POINTER, "result.data is null, and it has elements");
}

TEST_F(Run, NullShapeIsNamed) {
  call.x.dl.shape = nullptr;
  expectError(CW_ERROR_NULL_POINTER, "x.shape is null; it has to hold 4 extents");
}

TEST_F(Run, OtherElementTypeIsRefused) {
  call.x.dl.dtype = {kDLUInt, 8, 1};
  expectError(CW_ERROR_TYPE, "x has the DLPack type uint, 8 bits, 1 lane; the layer takes f32");
}

TEST_F(Run, VectorLanesAreRefused) {
  call.x.dl.dtype.lanes = 4;
  expectError(CW_ERROR_TYPE, "float, 32 bits, 4 lanes");
}

TEST_F(Run, TensorOnAGpuIsRefused) {
  call.x.dl.device = {kDLCUDA, 0};
  expectError(CW_ERROR_DEVICE, "x lies on a device of DLPack type 2; this version takes tensors in "
                               "host memory");
}

TEST_F(Run, PinnedHostMemoryIsTaken) {
  call.x.dl.device = {kDLCUDAHost, 0};
  EXPECT_EQ(call.run(), CW_OK) << cw_last_error();
}

TEST_F(Run, OtherRankIsRefused) {
  call.x.dl.ndim = 3;
  expectError(CW_ERROR_RANK, "x has 3 dimensions; the layer takes 4");
}

TEST_F(Run, DimensionsAreCountedInEnglish) {
  call.shift.dl.ndim = 0;
  EXPECT_EQ(call.run(), CW_ERROR_RANK);
  EXPECT_STREQ(cw_last_error(), "shift has 0 dimensions; the layer takes 1");
  call.shift.dl.ndim = 1;
  call.x.dl.ndim = 1;
  expectError(CW_ERROR_RANK, "x has 1 dimension; the layer takes 4");
  cw_tensor number = toyLayer().arguments[1];
  number.rank = 0;
  cw_tensor arguments[] = {toyLayer().arguments[0], number};
  cw_layer layer = toyLayer();
  layer.arguments = arguments;
  call.x.dl.ndim = 4;
  EXPECT_EQ(call.run(nullptr, layer), CW_ERROR_RANK);
  EXPECT_STREQ(cw_last_error(),
               "shift has 1 dimension; the layer takes one number, whose ndim is 0");
}

TEST_F(Run, OtherConstantExtentIsRefused) {
  call.x.shape[1] = 4;
  expectError(
      CW_ERROR_SIZE,
      "x has the shape [1, 4, 8, 5]; the layer takes [1, 3, H, W], that is [1, 3, 8, 5] for "
      "H = 8, W = 5");
}

TEST_F(Run, ShapesOfNumbersAloneAreNotSaidTwice) {
  call.shift.shape[0] = 5;
  EXPECT_EQ(call.run(), CW_ERROR_SIZE);
  EXPECT_STREQ(cw_last_error(), "shift has the shape [5]; the layer takes [3]");
}

TEST_F(Run, ResultOfAnotherShapeIsRefused) {
  call.result.shape[3] = 6;
  expectError(CW_ERROR_SIZE, "result has the shape [1, 3, 8, 6]");
}

TEST_F(Run, SymbolAboveItsRangeIsRefused) {
  call.x.shape[2] = 66;
  expectError(CW_ERROR_SIZE, "x has H = 66; the layer was compiled for H in 2..64 in steps of 2");
}

TEST_F(Run, SymbolOffItsStepIsRefused) {
  call.x.shape[2] = 7;
  expectError(CW_ERROR_SIZE, "x has H = 7;");
}

TEST_F(Run, EmptyAndNegativeExtentsAreRefused) {
  call.x.shape[3] = 0;
  expectError(CW_ERROR_SIZE, "x has W = 0; the layer was compiled for W in 1..100:");
  call.x.shape[3] = -5;
  expectError(CW_ERROR_SIZE, "x has W = -5;");
}

TEST_F(Run, OtherLayoutIsRefused) {
  call.x.strides = {120, 40, 5, 1};
  expectError(CW_ERROR_STRIDE,
              "x has the strides [120, 40, 5, 1]; the layer takes nhwc order with the "
              "strides [120, 1, 15, 3]");
}

TEST_F(Run, NullStridesAreRowMajorAndSoNotNhwc) {
  call.x.dl.strides = nullptr;
  expectError(CW_ERROR_STRIDE, "(null stands for row-major)");
}

TEST_F(Run, GapsBetweenRowsAreRefused) {
  call.x.strides[2] += 3;
  expectError(CW_ERROR_STRIDE, "make it dense");
}

TEST_F(Run, StridesOfExtentOneDoNotMatter) {
  ToyCall thin(2, 1);
  ASSERT_EQ(thin.pack(), CW_OK);
  thin.x.strides[0] = 12345;
  thin.x.strides[3] = -1;
  EXPECT_EQ(thin.run(), CW_OK) << cw_last_error();
  EXPECT_TRUE(thin.isRight());
}

TEST_F(Run, MisalignedDataIsRefused) {
  call.x.dl.byte_offset = 2;
  expectError(CW_ERROR_ALIGNMENT, "f32 elements have to lie at a multiple of 4 bytes");
}

TEST_F(Run, ByteOffsetIsFollowed) {
  std::vector<float> longer(call.x.values.size() + 7);
  std::copy(call.x.values.begin(), call.x.values.end(), longer.begin() + 7);
  call.x.dl.data = longer.data();
  call.x.dl.byte_offset = 7 * sizeof(float);
  EXPECT_EQ(call.run(), CW_OK);
  EXPECT_TRUE(call.isRight());
}

TEST_F(Run, ResultOverAnArgumentIsRefused) {
  call.result.dl.data = call.x.dl.data;
  expectError(CW_ERROR_ALIAS, "result overlaps x in memory; a layer does not work in place");
  call.result.dl.data = call.x.values.data() + call.x.values.size() - 1;
  expectError(CW_ERROR_ALIAS, "result overlaps x");
}

TEST_F(Run, ResultRightBehindAnArgumentIsTaken) {
  std::vector<float> both(2 * call.x.values.size());
  std::copy(call.x.values.begin(), call.x.values.end(), both.begin());
  call.x.dl.data = both.data();
  call.result.dl.data = both.data() + call.x.values.size();
  EXPECT_EQ(call.run(), CW_OK) << cw_last_error();
}

TEST_F(Run, ResultOverPackedOrWorkspaceIsRefused) {
  call.result.dl.data = static_cast<char *>(call.packed.get()) + 64;
  expectError(CW_ERROR_ALIAS, "result overlaps packed");
  cw_options options{};
  Block workspace = block(1 << 20);
  options.workspace = workspace.get();
  options.workspace_bytes = 1 << 20;
  call.result.dl.data = workspace.get();
  expectError(CW_ERROR_ALIAS, "result overlaps options.workspace", &options);
}

TEST_F(Run, ArgumentInsideTheWorkspaceIsRefused) {
  cw_options options{};
  Block workspace = block(1 << 20);
  options.workspace = workspace.get();
  options.workspace_bytes = 1 << 20;
  call.x.dl.data = workspace.get();
  expectError(CW_ERROR_ALIAS, "x overlaps options.workspace", &options);
}

TEST_F(Run, NegativeOrAbsurdThreadsAreRefused) {
  cw_options options{};
  options.threads = -1;
  expectError(CW_ERROR_OPTIONS, "options.threads is -1; allowed are 1..1024, or 0", &options);
  options.threads = 1025;
  expectError(CW_ERROR_OPTIONS, "options.threads is 1025", &options);
}

TEST_F(Run, UnknownStatusHasNoName) {
  EXPECT_STREQ(cw_status_name(CW_ERROR_STRIDE), "CW_ERROR_STRIDE");
  EXPECT_STREQ(cw_status_name(99), "not a status of Convwright");
}

TEST_F(Run, LibraryOfAnotherInterfaceVersionIsRefused) {
  cw_layer old = toyLayer();
  old.abi_version = CW_ABI_VERSION + 1;
  EXPECT_EQ(call.run(nullptr, old), CW_ERROR_TARGET);
  EXPECT_THAT(cw_last_error(), HasSubstr("compile it again"));
}

TEST_F(Run, ShapesWhoseBytesOverflowAreRefused) {
  static constexpr cw_extent huge[] = {
      {-1, 0, 1, 1}, {-1, 0, 3, 1}, {-1, 0, INT64_MAX / 2, 1}, {-1, 0, 1 << 20, 1}};
  static constexpr cw_tensor tensors[] = {{"x", CW_F32, CW_CHANNELS_FIRST, 4, huge, 0},
                                          {"shift", CW_F32, CW_CHANNELS_FIRST, 4, huge, 0}};
  cw_layer layer = toyLayer();
  layer.symbol_count = 0;
  layer.arguments = tensors;
  int64_t shape[] = {1, 3, INT64_MAX / 2, 1 << 20};
  call.x.dl.shape = call.shift.dl.shape = shape;
  call.x.dl.ndim = call.shift.dl.ndim = 4;
  call.x.dl.strides = call.shift.dl.strides = nullptr;
  EXPECT_EQ(call.run(nullptr, layer), CW_ERROR_SIZE);
  EXPECT_THAT(cw_last_error(), HasSubstr("more bytes than 64 bits can count"));
}

TEST_F(Run, KernelThatFailsIsReportedByName) {
  toyTaskHook = [](int row) { return row == 3 ? -7 : 0; };
  expectError(CW_ERROR_INTERNAL, "toy: kernel scale failed with code -7");
  toyTaskHook = nullptr;
  EXPECT_EQ(call.run(), CW_OK);
}

} // namespace
} // namespace convwright::runtime::testing
