//===- DeviceTest.cpp - the call path of GPU variants, with a device made of words ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/src/HalideAbi.h"
#include "tests/runtime/support/ToyLayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace convwright::runtime::testing {
namespace {

using ::testing::HasSubstr;

/// A device whose memory is a map, and a runtime that behaves as Halide's does.
struct FakeDevice {
  std::map<uint64_t, std::vector<uint8_t>> memory;
  uint64_t next = 1;
  int copiesIn = 0, copiesOut = 0;
  cw_message_handler error = nullptr, print = nullptr;
  bool present = true, copyOutFails = false;
} device;

int64_t bytesOf(const HalideBuffer &buffer) {
  int64_t bytes = buffer.type.bits / 8;
  for (int d = 0; d < buffer.dimensions; ++d)
    bytes *= buffer.dim[d].extent;
  return bytes;
}

int freeOnDevice(void *, HalideBuffer *buffer) {
  device.memory.erase(buffer->device);
  buffer->device = 0;
  return 0;
}

int copyOut(void *context, HalideBuffer *buffer) {
  if (device.copyOutFails) {
    device.error(context, "fake: the device went away\n");
    return -11;
  }
  ++device.copiesOut;
  std::memcpy(buffer->host, device.memory[buffer->device].data(),
              static_cast<size_t>(bytesOf(*buffer)));
  buffer->flags &= ~deviceDirty;
  return 0;
}

constexpr HalideDeviceInterface interface{nullptr, freeOnDevice, nullptr, nullptr, copyOut};

float *onDevice(HalideBuffer &buffer) {
  if (!buffer.device) {
    buffer.device = device.next++;
    buffer.deviceInterface = &interface;
    device.memory[buffer.device].resize(static_cast<size_t>(bytesOf(buffer)));
  }
  if (buffer.flags & hostDirty) {
    ++device.copiesIn;
    std::memcpy(device.memory[buffer.device].data(), buffer.host,
                static_cast<size_t>(bytesOf(buffer)));
    buffer.flags &= ~hostDirty;
  }
  return reinterpret_cast<float *>(device.memory[buffer.device].data());
}

HalideBuffer &buffer(void **args, int i) { return *static_cast<HalideBuffer *>(args[i]); }

/// The toy layer's kernels on the device: out = first input (op) channel's second input.
template <bool multiplies> int kernel(void **args) {
  if (!device.present) {
    device.error(*static_cast<void **>(args[0]), "fake: no device found\n");
    return 0; // generated code ignores it
  }
  HalideBuffer &out = buffer(args, 3);
  float *x = onDevice(buffer(args, 1)), *y = onDevice(buffer(args, 2)), *z = onDevice(out);
  for (size_t i = 0; i < static_cast<size_t>(bytesOf(out)) / 4; ++i)
    z[i] = multiplies ? x[i] * y[i % 3] : x[i] + y[i % 3];
  out.flags |= deviceDirty;
  return 0;
}

const cw_device_api api{
    [](cw_message_handler handler) { return std::exchange(device.error, handler); },
    [](cw_message_handler handler) { return std::exchange(device.print, handler); }};

class Device : public ::testing::Test {
protected:
  void SetUp() override {
    device = FakeDevice();
    kernels[0] = toyVariant().kernels[0];
    kernels[1] = toyVariant().kernels[1];
    kernels[0].run = kernel<true>;
    kernels[1].run = kernel<false>;
    variant = {"fake-gpu", CW_MACHINE_OPENCL, 0, 2, kernels, &api};
    layer = toyLayerWith(5, {variant});
    ASSERT_EQ(call.pack(layer), CW_OK) << cw_last_error();
  }

  cw_kernel kernels[2];
  cw_variant variant;
  cw_layer layer;
  ToyCall call;
};

TEST_F(Device, ResultsComeBackAndIntermediatesStay) {
  ASSERT_EQ(call.run(nullptr, layer), CW_OK) << cw_last_error();
  EXPECT_TRUE(call.isRight());
  EXPECT_EQ(device.copiesIn, 3); // x, packed, shift
  EXPECT_EQ(device.copiesOut, 1);
}

TEST_F(Device, MemoryIsFreedAfterEachCall) {
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(call.run(nullptr, layer), CW_OK);
  EXPECT_TRUE(device.memory.empty());
}

TEST_F(Device, MissingDeviceGivesTheDriversText) {
  device.present = false;
  EXPECT_EQ(call.run(nullptr, layer), CW_ERROR_DEVICE);
  EXPECT_STREQ(cw_last_error(),
               "toy for target fake-gpu failed on the device (code 0): fake: no device found");
}

TEST_F(Device, FailureOnTheWayBackIsAnErrorAndFreesMemory) {
  device.copyOutFails = true;
  EXPECT_EQ(call.run(nullptr, layer), CW_ERROR_DEVICE);
  EXPECT_THAT(cw_last_error(), HasSubstr("(code -11): fake: the device went away"));
  EXPECT_TRUE(device.memory.empty());
}

TEST_F(Device, ErrorOfOneCallIsForgottenInTheNext) {
  device.present = false;
  EXPECT_EQ(call.run(nullptr, layer), CW_ERROR_DEVICE);
  device.present = true;
  EXPECT_EQ(call.run(nullptr, layer), CW_OK);
  EXPECT_TRUE(call.isRight());
}

TEST_F(Device, StreamThatWouldBeIgnoredIsRefused) {
  cw_options options{};
  options.stream = &options;
  EXPECT_EQ(call.run(&options, layer), CW_ERROR_OPTIONS);
  EXPECT_THAT(cw_last_error(), HasSubstr("on the default stream only"));
  ToyCall onCpu;
  ASSERT_EQ(onCpu.pack(), CW_OK);
  EXPECT_EQ(onCpu.run(&options), CW_OK);
}

TEST_F(Device, NothingIsPrintedAndNoErrorAborts) {
  ASSERT_EQ(call.run(nullptr, layer), CW_OK);
  ASSERT_NE(device.error, nullptr);
  ASSERT_NE(device.print, nullptr);
  ::testing::internal::CaptureStderr();
  device.error(nullptr, nullptr);
  device.print(nullptr, "noise");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

} // namespace
} // namespace convwright::runtime::testing
