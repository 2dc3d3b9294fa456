//===- Device.cpp - variants whose kernels run on a GPU ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Status.h"

#include <cstdio>

namespace convwright::runtime {

namespace {

/// What the device runtime complained of first in this call. Its kernels are built without
/// assertions and ignore errors on the way, so this also says whether there was one.
thread_local char driversText[512];

void noteError(void *, const char *message) {
  if (!driversText[0])
    snprintf(driversText, sizeof driversText, "%s",
             message && *message ? message : "unknown error");
}

/// A library has no business on its user's standard error.
void ignorePrint(void *, const char *) {}

} // namespace

DeviceSession::DeviceSession(const cw_layer &layer, const cw_variant &variant, Frame &frame,
                             void *userContext)
    : layer(layer), variant(variant), frame(frame), userContext(userContext) {
  if (!variant.device)
    return;
  driversText[0] = '\0';
  variant.device->set_error_handler(noteError);
  variant.device->set_print(ignorePrint);
}

DeviceSession::~DeviceSession() {
  if (!variant.device)
    return;
  for (int64_t t = 0; t < frame.tensorCount(); ++t)
    release(frame.tensor(t));
}

void DeviceSession::release(HalideBuffer &buffer) {
  if (buffer.device)
    buffer.deviceInterface->deviceFree(userContext, &buffer);
}

int DeviceSession::failWithDriversText(int result) {
  // The text ends in a line break, and may hold more.
  for (char *c = driversText; *c; ++c)
    if (*c == '\n')
      *c = c[1] ? ' ' : '\0';
  return fail(CW_ERROR_DEVICE, "%s for target %s failed on the device (code %d): %s", layer.name,
              variant.target, result, driversText[0] ? driversText : "the driver says no more");
}

// A part has device memory of its own: what was written there goes back into the whole at once, so
// that the host's copy of a tensor with parts is always the newest.
int DeviceSession::takeParts(const cw_kernel &kernel, void *const *values) {
  int result = 0;
  for (int64_t i = 0; i < kernel.input_count; ++i)
    if (kernel.inputs[i].view)
      release(*static_cast<HalideBuffer *>(values[1 + i]));
  void *const *outputs = values + 1 + kernel.input_count + kernel.packed_count;
  for (int64_t o = 0; o < kernel.output_count; ++o) {
    if (!kernel.outputs[o].view)
      continue;
    auto &part = *static_cast<HalideBuffer *>(outputs[o]);
    if (!result && (part.flags & deviceDirty))
      result = part.deviceInterface->copyToHost(userContext, &part);
    release(part);
    frame.at(kernel.outputs[o]).flags |= hostDirty;
  }
  return result;
}

int DeviceSession::afterKernel(const cw_kernel &kernel, void *const *values, int result) {
  if (!variant.device)
    return CW_OK;
  if (int taken = takeParts(kernel, values); !result)
    result = taken;
  for (int64_t p = 0; p < kernel.packed_count; ++p)
    release(frame.packedBuffers()[p]);
  return result || driversText[0] ? failWithDriversText(result) : CW_OK;
}

int DeviceSession::finish() {
  if (!variant.device)
    return CW_OK;
  for (int64_t r = 0; r < layer.result_count; ++r) {
    HalideBuffer &buffer = frame.result(r);
    int result = 0;
    if (buffer.flags & deviceDirty)
      result = buffer.deviceInterface->copyToHost(userContext, &buffer);
    if (result || driversText[0])
      return failWithDriversText(result);
  }
  return CW_OK;
}

} // namespace convwright::runtime
