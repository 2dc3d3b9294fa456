//===- Device.h - variants whose kernels run on a GPU --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_DEVICE_H
#define CONVWRIGHT_RUNTIME_SRC_DEVICE_H

#include "convwright/abi.h"

#include "Frame.h"

namespace convwright::runtime {

/// One call's dealings with the device runtime of a GPU variant, which lives in the generated
/// library. Kernels copy what they read to the device by themselves; intermediates stay there;
/// finish() brings the results back. Does nothing for CPU variants.
class DeviceSession {
public:
  DeviceSession(const cw_layer &layer, const cw_variant &variant, Frame &frame, void *userContext);
  /// Frees all device memory of the call.
  ~DeviceSession();

  /// After each kernel, which was called with `values`: CW_ERROR_DEVICE with the driver's text when
  /// it failed.
  int afterKernel(const cw_kernel &kernel, void *const *values, int result);
  /// After the last kernel.
  int finish();

private:
  void release(HalideBuffer &buffer);
  int takeParts(const cw_kernel &kernel, void *const *values);
  int failWithDriversText(int result);

  const cw_layer &layer;
  const cw_variant &variant;
  Frame &frame;
  void *userContext;
};

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_DEVICE_H
