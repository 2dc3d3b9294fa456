//===- Frame.cpp - tensors as generated kernels see them -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "Tensors.h"
#include "Workspace.h"

namespace convwright::runtime {

namespace {

HalideType halideType(int64_t type) {
  switch (type) {
  case CW_F32:
    return {2, 32, 1};
  case CW_I32:
    return {0, 32, 1};
  case CW_U8:
    return {1, 8, 1};
  default:
    return {0, 8, 1};
  }
}

Size descriptionBytes(int64_t rank) {
  return Size(sizeof(HalideBuffer)) + Size(rank) * Size(sizeof(HalideDimension));
}

void describe(HalideBuffer &buffer, HalideDimension *dims, int64_t type, int64_t rank,
              const void *host) {
  auto *bytes = const_cast<uint8_t *>(static_cast<const uint8_t *>(host));
  buffer = {0,    nullptr, bytes, hostDirty, halideType(type), static_cast<int32_t>(rank),
            dims, nullptr};
}

int64_t argumentCount(const cw_kernel &kernel) {
  return 1 + kernel.input_count + kernel.packed_count + kernel.output_count;
}

} // namespace

void describe(HalideBuffer &buffer, HalideDimension *dims, const cw_tensor &tensor,
              const int64_t *sizes, void *host) {
  static constexpr int8_t nhwc[4] = {1, 3, 2, 0};
  describe(buffer, dims, tensor.type, tensor.rank, host);
  int64_t stride = 1;
  for (int64_t place = 0; place < tensor.rank; ++place) {
    bool channelsLast = tensor.rank == 4 && tensor.layout == CW_NHWC;
    int64_t d = channelsLast ? nhwc[place] : tensor.rank - 1 - place;
    int64_t extent = evaluate(tensor.dims[d], sizes);
    dims[place] = {0, static_cast<int32_t>(extent), static_cast<int32_t>(stride), 0};
    stride *= extent;
  }
}

void describe(HalideBuffer &buffer, HalideDimension *dims, const cw_packed &packed,
              const void *host) {
  describe(buffer, dims, packed.type, packed.rank, host);
  int64_t stride = 1;
  for (int64_t d = 0; d < packed.rank; ++d) {
    dims[d] = {0, static_cast<int32_t>(packed.dims[d]), static_cast<int32_t>(stride), 0};
    stride *= packed.dims[d];
  }
}

Frame::Frame(uint8_t *memory, const cw_layer &layer, const int64_t *sizes,
             const DLTensor *const *arguments, DLTensor *const *results, uint8_t *slots)
    : layer(layer) {
  Carver carver(memory);
  tensors = carver.take<HalideBuffer>(tensorCount());
  HalideBuffer *next = tensors;
  auto add = [&](const cw_tensor &tensor, void *host) {
    describe(*next++, carver.take<HalideDimension>(tensor.rank), tensor, sizes, host);
  };
  for (int64_t a = 0; a < layer.argument_count; ++a)
    add(layer.arguments[a], dataOf(*arguments[a]));
  for (int64_t r = 0; r < layer.result_count; ++r)
    add(layer.results[r], dataOf(*results[r]));
  HalideBuffer *buffers = next;
  for (int64_t b = 0; b < layer.buffer_count; ++b)
    add(layer.buffers[b].tensor, nullptr);
  for (int64_t slot = 0; slot < layer.slot_count; ++slot) {
    for (int64_t b = 0; b < layer.buffer_count; ++b)
      if (layer.buffers[b].slot == slot)
        buffers[b].host = slots;
    slots += slotBytes(layer, slot, sizes);
  }
  for (HalideBuffer *written = tensors + layer.argument_count; written != next; ++written)
    written->flags = 0; // nothing in them yet that a device would need
  rest = carver.position();
}

HalideBuffer &Frame::at(cw_reference reference) const {
  switch (reference.place) {
  case CW_PLACE_ARGUMENT:
    return tensors[reference.index];
  case CW_PLACE_RESULT:
    return tensors[layer.argument_count + reference.index];
  default:
    return tensors[layer.argument_count + layer.result_count + reference.index];
  }
}

void **Frame::argumentsOf(const cw_kernel &kernel, void **userContext, const uint8_t *data) {
  Carver carver(rest);
  void **list = carver.take<void *>(argumentCount(kernel));
  packed = carver.take<HalideBuffer>(kernel.packed_count);
  void **next = list;
  *next++ = userContext;
  for (int64_t i = 0; i < kernel.input_count; ++i)
    *next++ = &at(kernel.inputs[i]);
  for (int64_t p = 0; p < kernel.packed_count; ++p) {
    const cw_packed &info = kernel.packed[p];
    describe(packed[p], carver.take<HalideDimension>(info.rank), info, data);
    data += bytesOf(info).alignedUp().get();
    *next++ = &packed[p];
  }
  for (int64_t o = 0; o < kernel.output_count; ++o)
    *next++ = &at(kernel.outputs[o]);
  return list;
}

Size frameBytes(const cw_layer &layer, const cw_variant &variant) {
  Size bytes;
  for (int64_t a = 0; a < layer.argument_count; ++a)
    bytes += descriptionBytes(layer.arguments[a].rank);
  for (int64_t r = 0; r < layer.result_count; ++r)
    bytes += descriptionBytes(layer.results[r].rank);
  for (int64_t b = 0; b < layer.buffer_count; ++b)
    bytes += descriptionBytes(layer.buffers[b].tensor.rank);
  Size largest;
  for (int64_t k = 0; k < variant.kernel_count; ++k) {
    const cw_kernel &kernel = variant.kernels[k];
    Size one = Size(argumentCount(kernel)) * Size(sizeof(void *));
    for (int64_t p = 0; p < kernel.packed_count; ++p)
      one += descriptionBytes(kernel.packed[p].rank);
    largest = Size::larger(largest, one);
  }
  return bytes + largest;
}

} // namespace convwright::runtime
