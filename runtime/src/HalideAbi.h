//===- HalideAbi.h - how generated kernels see memory --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The part of Halide 21's binary interface that the runtime touches, so that it builds without
// Halide. tests/runtime/HalideAbiTest.cpp compares it with HalideRuntime.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_HALIDEABI_H
#define CONVWRIGHT_RUNTIME_SRC_HALIDEABI_H

#include <cstdint>

namespace convwright::runtime {

struct HalideType {
  uint8_t code; // 0 int, 1 uint, 2 float
  uint8_t bits;
  uint16_t lanes;
};

struct HalideDimension {
  int32_t min, extent, stride;
  uint32_t flags;
};

struct HalideBuffer;

struct HalideDeviceInterface {
  void *deviceMalloc;
  int (*deviceFree)(void *userContext, HalideBuffer *buffer);
  void *deviceSync;
  void *deviceRelease;
  int (*copyToHost)(void *userContext, HalideBuffer *buffer);
};

inline constexpr uint64_t hostDirty = 1, deviceDirty = 2;

struct HalideBuffer {
  uint64_t device;
  const HalideDeviceInterface *deviceInterface;
  uint8_t *host;
  uint64_t flags;
  HalideType type;
  int32_t dimensions;
  HalideDimension *dim; // innermost in memory first
  void *padding;
};

using HalideTask = int (*)(void *userContext, int i, uint8_t *closure);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_HALIDEABI_H
