//===- HalideAbiTest.cpp - our view of Halide's structures is Halide's ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/HalideAbi.h"

#include <HalideRuntime.h>
#include <gtest/gtest.h>

#include <cstddef>

namespace convwright::runtime {
namespace {

#define EXPECT_SAME_FIELD(Ours, our, Theirs, their)                                                \
  EXPECT_EQ(offsetof(Ours, our), offsetof(Theirs, their));                                         \
  EXPECT_EQ(sizeof(Ours::our), sizeof(Theirs::their))

TEST(HalideAbi, BuffersAreLaidOutAlike) {
  EXPECT_EQ(sizeof(HalideBuffer), sizeof(halide_buffer_t));
  EXPECT_SAME_FIELD(HalideBuffer, device, halide_buffer_t, device);
  EXPECT_SAME_FIELD(HalideBuffer, deviceInterface, halide_buffer_t, device_interface);
  EXPECT_SAME_FIELD(HalideBuffer, host, halide_buffer_t, host);
  EXPECT_SAME_FIELD(HalideBuffer, flags, halide_buffer_t, flags);
  EXPECT_SAME_FIELD(HalideBuffer, type, halide_buffer_t, type);
  EXPECT_SAME_FIELD(HalideBuffer, dimensions, halide_buffer_t, dimensions);
  EXPECT_SAME_FIELD(HalideBuffer, dim, halide_buffer_t, dim);
}

TEST(HalideAbi, DimensionsAreLaidOutAlike) {
  EXPECT_EQ(sizeof(HalideDimension), sizeof(halide_dimension_t));
  EXPECT_SAME_FIELD(HalideDimension, min, halide_dimension_t, min);
  EXPECT_SAME_FIELD(HalideDimension, extent, halide_dimension_t, extent);
  EXPECT_SAME_FIELD(HalideDimension, stride, halide_dimension_t, stride);
}

TEST(HalideAbi, TypesAreLaidOutAlike) {
  EXPECT_EQ(sizeof(HalideType), sizeof(halide_type_t));
  EXPECT_SAME_FIELD(HalideType, code, halide_type_t, code);
  EXPECT_SAME_FIELD(HalideType, bits, halide_type_t, bits);
  EXPECT_SAME_FIELD(HalideType, lanes, halide_type_t, lanes);
  EXPECT_EQ(halide_type_int, 0);
  EXPECT_EQ(halide_type_uint, 1);
  EXPECT_EQ(halide_type_float, 2);
}

TEST(HalideAbi, DeviceInterfacesBeginAlike) {
  EXPECT_SAME_FIELD(HalideDeviceInterface, deviceFree, halide_device_interface_t, device_free);
  EXPECT_SAME_FIELD(HalideDeviceInterface, copyToHost, halide_device_interface_t, copy_to_host);
}

TEST(HalideAbi, FlagsAreTheSame) {
  EXPECT_EQ(hostDirty, halide_buffer_flag_host_dirty);
  EXPECT_EQ(deviceDirty, halide_buffer_flag_device_dirty);
}

} // namespace
} // namespace convwright::runtime
