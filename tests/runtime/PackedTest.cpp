//===- PackedTest.cpp - packed weights know what they are for ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/Packed.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

TEST(Packed, NullIsRefusedByPackAndRun) {
  ToyCall call;
  call.packed.reset();
  EXPECT_EQ(call.pack(), CW_ERROR_NULL_POINTER);
  EXPECT_THAT(cw_last_error(), HasSubstr("toy_packed_bytes()"));
  EXPECT_EQ(call.run(), CW_ERROR_NULL_POINTER);
  EXPECT_THAT(cw_last_error(), HasSubstr("make it with toy_pack"));
}

TEST(Packed, MisalignedIsRefusedByPackAndRun) {
  ToyCall call;
  Block room = block(1024);
  void *odd = static_cast<char *>(room.get()) + 32;
  const DLTensor *weights[] = {&call.scale.dl};
  EXPECT_EQ(cwrt_pack(&toyLayer(), weights, odd), CW_ERROR_ALIGNMENT);
  const DLTensor *in[] = {&call.x.dl, &call.shift.dl};
  DLTensor *out[] = {&call.result.dl};
  EXPECT_EQ(cwrt_run(&toyLayer(), odd, in, out, nullptr), CW_ERROR_ALIGNMENT);
}

TEST(Packed, MemoryThatNobodyPackedIsRefused) {
  ToyCall call;
  std::fill_n(static_cast<char *>(call.packed.get()), 64, '\0');
  EXPECT_EQ(call.run(), CW_ERROR_PACKED);
  EXPECT_STREQ(cw_last_error(), "packed was not filled by toy_pack");
}

TEST(Packed, AnotherLayersIsRefused) {
  ToyCall call;
  ASSERT_EQ(call.pack(toyLayerWith(99, {toyVariant()})), CW_OK);
  EXPECT_EQ(call.run(), CW_ERROR_PACKED);
  EXPECT_THAT(cw_last_error(), HasSubstr("another layer or another build"));
}

TEST(Packed, AnotherTargetsIsRefusedByName) {
  cw_variant other = toyVariant();
  other.target = "some-older-target";
  ToyCall call;
  ASSERT_EQ(call.pack(toyLayerWith(toyLayer().hash, {other})), CW_OK);
  EXPECT_EQ(call.run(nullptr, toyLayerWith(toyLayer().hash, {toyVariant()})), CW_ERROR_PACKED);
  EXPECT_THAT(cw_last_error(), HasSubstr("was made for target some-older-target, but toy runs here "
                                         "on baseline"));
}

TEST(Packed, WeightsAreCheckedLikeArguments) {
  ToyCall call;
  call.scale.shape[0] = 4;
  EXPECT_EQ(call.pack(), CW_ERROR_SIZE);
  EXPECT_THAT(cw_last_error(), HasSubstr("scale has the shape [4]; the layer takes [3]"));
  call.scale.shape[0] = 3;
  call.scale.dl.dtype.code = kDLInt;
  EXPECT_EQ(call.pack(), CW_ERROR_TYPE);
  call.scale.dl.dtype.code = kDLFloat;
  call.scale.dl.data = call.packed.get();
  EXPECT_EQ(call.pack(), CW_ERROR_ALIAS);
  const DLTensor *none[] = {nullptr};
  EXPECT_EQ(cwrt_pack(&toyLayer(), none, call.packed.get()), CW_ERROR_NULL_POINTER);
}

TEST(Packed, WeightsLieRowByRowWhateverTheirRankIsCalledOfImages) {
  ToyCall call;
  int64_t strides[] = {2};
  call.scale.dl.strides = strides;
  EXPECT_EQ(call.pack(), CW_ERROR_STRIDE);
  EXPECT_STREQ(
      cw_last_error(),
      "scale has the strides [2]; a weight lies row by row, in the order of its dimensions, "
      "with the strides [1] (elements; those of extents 1 do not matter): make it dense");
}

TEST(Packed, FailedPackingLeavesNothingThatRunWouldTake) {
  cw_kernel broken = toyVariant().kernels[0];
  broken.pack = [](void **) { return -3; };
  cw_variant variant = toyVariant();
  variant.kernel_count = 1;
  variant.kernels = &broken;
  cw_layer layer = toyLayerWith(toyLayer().hash, {variant});
  ToyCall call;
  ASSERT_EQ(call.pack(), CW_OK);
  EXPECT_EQ(call.pack(layer), CW_ERROR_INTERNAL);
  EXPECT_EQ(call.run(), CW_ERROR_PACKED);
}

TEST(Packed, BytesHoldHeaderAndBuffers) {
  EXPECT_EQ(cwrt_packed_bytes(&toyLayer()), sizeof(PackedHeader) + 64);
  EXPECT_EQ(cwrt_variant_packed_bytes(&toyVariant()), sizeof(PackedHeader) + 64);
}

} // namespace
} // namespace convwright::runtime::testing
