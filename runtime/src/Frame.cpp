//===- Frame.cpp - tensors as generated kernels see them -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "Strides.h"
#include "Tensors.h"
#include "Workspace.h"

namespace convwright::runtime {

namespace {

HalideType halideType(int64_t type) {
  DLDataType same = elements[type].type; // Halide numbers kinds of numbers as DLPack does
  return {same.code, same.bits, same.lanes};
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
              const int64_t *sizes, void *host, const DLTensor *given) {
  int64_t rank = seenRank(tensor.rank), added = rank - tensor.rank;
  describe(buffer, dims, tensor.type, rank, host);
  int64_t stride = 1;
  for (int64_t place = 0; place < rank; ++place) {
    int64_t d = dimensionAt(rank, tensor.layout, place);
    bool isAdded = d >= 2 && d < 2 + added;
    int64_t givenDim = d < 2 ? d : d - added;
    int64_t extent = isAdded ? 1 : evaluate(tensor.dims[givenDim], sizes);
    if (given && extent > 1) // of one element the stride may be anything
      stride = strideOf(*given, givenDim);
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

/// `whole` describes all of the tensor. A part has no device memory yet.
void describeView(HalideBuffer &buffer, HalideDimension *dims, const cw_tensor &tensor,
                  const cw_view &view, const int64_t *sizes, const HalideBuffer &whole) {
  buffer = whole;
  buffer.device = 0;
  buffer.deviceInterface = nullptr;
  buffer.flags = hostDirty;
  buffer.dimensions = static_cast<int32_t>(view.rank);
  buffer.dim = dims;
  int64_t first = 0;
  for (int64_t place = 0; place < view.rank; ++place) {
    int64_t d = dimensionAt(view.rank, tensor.layout, place);
    auto extent = static_cast<int32_t>(evaluate(view.dims[d], sizes));
    int64_t stride = whole.dim[place].stride;
    dims[place] = {0, extent, static_cast<int32_t>(stride * view.steps[d]), 0};
    first += stride * evaluate(view.starts[d], sizes);
  }
  buffer.host += first * elementBytes(tensor.type);
}

Frame::Frame(uint8_t *memory, const cw_layer &layer, const int64_t *sizes,
             const DLTensor *const *arguments, DLTensor *const *results, uint8_t *slots)
    : layer(layer), sizes(sizes) {
  Carver carver(memory);
  tensors = carver.take<HalideBuffer>(tensorCount());
  HalideBuffer *next = tensors;
  auto add = [&](const cw_tensor &tensor, const DLTensor *given) {
    describe(*next++, carver.take<HalideDimension>(seenRank(tensor.rank)), tensor, sizes,
             given ? dataOf(*given) : nullptr, given);
  };
  for (int64_t a = 0; a < layer.argument_count; ++a)
    add(layer.arguments[a], arguments[a]);
  for (int64_t r = 0; r < layer.result_count; ++r)
    add(layer.results[r], results[r]);
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

HalideBuffer &Frame::at(const cw_reference &reference) const {
  switch (reference.place) {
  case CW_PLACE_ARGUMENT:
    return tensors[reference.index];
  case CW_PLACE_RESULT:
    return tensors[layer.argument_count + reference.index];
  default:
    return tensors[layer.argument_count + layer.result_count + reference.index];
  }
}

const cw_tensor &Frame::tensorOf(const cw_reference &reference) const {
  switch (reference.place) {
  case CW_PLACE_ARGUMENT:
    return layer.arguments[reference.index];
  case CW_PLACE_RESULT:
    return layer.results[reference.index];
  default:
    return layer.buffers[reference.index].tensor;
  }
}

HalideBuffer *Frame::seen(const cw_reference &reference, Carver &carver) const {
  if (!reference.view)
    return &at(reference);
  auto *buffer = carver.take<HalideBuffer>(1);
  describeView(*buffer, carver.take<HalideDimension>(reference.view->rank), tensorOf(reference),
               *reference.view, sizes, at(reference));
  return buffer;
}

void **Frame::argumentsOf(const cw_kernel &kernel, void **userContext, const uint8_t *data) {
  Carver carver(rest);
  void **list = carver.take<void *>(argumentCount(kernel));
  packed = carver.take<HalideBuffer>(kernel.packed_count);
  void **next = list;
  *next++ = userContext;
  for (int64_t i = 0; i < kernel.input_count; ++i)
    *next++ = seen(kernel.inputs[i], carver);
  for (int64_t p = 0; p < kernel.packed_count; ++p) {
    const cw_packed &info = kernel.packed[p];
    describe(packed[p], carver.take<HalideDimension>(info.rank), info, data);
    data += bytesOf(info).alignedUp().get();
    *next++ = &packed[p];
  }
  for (int64_t o = 0; o < kernel.output_count; ++o)
    *next++ = seen(kernel.outputs[o], carver);
  return list;
}

static bool liesDensely(const HalideBuffer &buffer) {
  int64_t stride = 1;
  for (int32_t d = 0; d < buffer.dimensions; ++d) {
    if (buffer.dim[d].extent > 1 && buffer.dim[d].stride != stride)
      return false;
    stride *= buffer.dim[d].extent;
  }
  return true;
}

bool Frame::isDense(const cw_kernel &kernel) const {
  for (int64_t i = 0; i < kernel.input_count; ++i)
    if (!liesDensely(at(kernel.inputs[i])))
      return false;
  for (int64_t o = 0; o < kernel.output_count; ++o)
    if (!liesDensely(at(kernel.outputs[o])))
      return false;
  return true;
}

bool Frame::writesNothing(const cw_kernel &kernel) const {
  for (int64_t o = 0; o < kernel.output_count; ++o) {
    const HalideBuffer &buffer = at(kernel.outputs[o]);
    bool empty = false;
    for (int32_t d = 0; d < buffer.dimensions; ++d)
      empty |= buffer.dim[d].extent == 0;
    if (!empty)
      return false;
  }
  return true;
}

Size frameBytes(const cw_layer &layer, const cw_variant &variant) {
  Size bytes;
  for (int64_t a = 0; a < layer.argument_count; ++a)
    bytes += descriptionBytes(seenRank(layer.arguments[a].rank));
  for (int64_t r = 0; r < layer.result_count; ++r)
    bytes += descriptionBytes(seenRank(layer.results[r].rank));
  for (int64_t b = 0; b < layer.buffer_count; ++b)
    bytes += descriptionBytes(seenRank(layer.buffers[b].tensor.rank));
  Size largest;
  for (int64_t k = 0; k < variant.kernel_count; ++k) {
    const cw_kernel &kernel = variant.kernels[k];
    Size one = Size(argumentCount(kernel)) * Size(sizeof(void *));
    for (int64_t p = 0; p < kernel.packed_count; ++p)
      one += descriptionBytes(kernel.packed[p].rank);
    auto addViews = [&one](int64_t count, const cw_reference *references) {
      for (int64_t i = 0; i < count; ++i)
        if (references[i].view)
          one += descriptionBytes(references[i].view->rank);
    };
    addViews(kernel.input_count, kernel.inputs);
    addViews(kernel.output_count, kernel.outputs);
    largest = Size::larger(largest, one);
  }
  return bytes + largest;
}

} // namespace convwright::runtime
