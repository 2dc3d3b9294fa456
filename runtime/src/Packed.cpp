//===- Packed.cpp - weights as kernels want them, made ahead of run ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Packed.h"

#include "Call.h"
#include "Frame.h"
#include "Status.h"
#include "Tensors.h"
#include "ThreadPool.h"

#include <cstdlib>
#include <cstring>

namespace convwright::runtime {

namespace {

constexpr uint64_t magic = 0x314b434150575643; // "CVWPACK1" in memory

/// Memory of the heap for the time of a scope.
struct HeapBlock {
  explicit HeapBlock(Size bytes)
      : data(static_cast<uint8_t *>(bytes.overflows() ? nullptr : std::malloc(bytes.get()))) {}
  ~HeapBlock() { std::free(data); }
  HeapBlock(const HeapBlock &) = delete;
  HeapBlock &operator=(const HeapBlock &) = delete;
  uint8_t *data;
};

Size argumentBytes(const cw_kernel &kernel) {
  Size bytes(sizeof(void *));
  auto add = [&](int64_t rank) {
    bytes += Size(sizeof(void *)) + Size(sizeof(HalideBuffer)) +
             Size(rank) * Size(sizeof(HalideDimension));
  };
  for (int64_t w = 0; w < kernel.weight_count; ++w)
    add(seenRank(kernel.weights[w].tensor.rank));
  for (int64_t p = 0; p < kernel.packed_count; ++p)
    add(kernel.packed[p].rank);
  return bytes;
}

/// The pack entry's argument list, carved from `memory`.
void **packArguments(const cw_kernel &kernel, const DLTensor *const *weights, uint8_t *packed,
                     void **userContext, uint8_t *memory) {
  Carver carver(memory);
  void **list = carver.take<void *>(1 + kernel.weight_count + kernel.packed_count);
  void **next = list;
  *next++ = userContext;
  for (int64_t w = 0; w < kernel.weight_count; ++w) {
    const cw_weight_reference &weight = kernel.weights[w];
    auto *buffer = carver.take<HalideBuffer>(1);
    void *data =
        weight.constant ? const_cast<void *>(weight.constant) : dataOf(*weights[weight.index]);
    describe(*buffer, carver.take<HalideDimension>(seenRank(weight.tensor.rank)), weight.tensor,
             nullptr, data);
    *next++ = buffer;
  }
  for (int64_t p = 0; p < kernel.packed_count; ++p) {
    auto *buffer = carver.take<HalideBuffer>(1);
    describe(*buffer, carver.take<HalideDimension>(kernel.packed[p].rank), kernel.packed[p],
             packed);
    packed += bytesOf(kernel.packed[p]).alignedUp().get();
    *next++ = buffer;
  }
  return list;
}

/// Packing is not in the hot path: it uses the heap, so one context without a region does for all
/// workers.
int packKernel(const cw_layer &layer, const cw_kernel &kernel, const DLTensor *const *weights,
               uint8_t *packed) {
  HeapBlock memory(argumentBytes(kernel));
  if (!memory.data)
    return fail(CW_ERROR_MEMORY, "%s: no memory to describe the weights of %s", layer.name,
                kernel.name);
  Call call;
  call.parallelFor = poolParallelFor;
  call.workers = cw_default_threads();
  call.main.call = &call;
  Context worker{&call, true, Region()};
  call.firstWorker = reinterpret_cast<uint8_t *>(&worker);
  void *userContext = &call.main;
  void **arguments = packArguments(kernel, weights, packed, &userContext, memory.data);
  if (int result = kernel.pack(arguments))
    return fail(CW_ERROR_INTERNAL, "%s: packing the weights of %s failed with code %d", layer.name,
                kernel.name, result);
  return CW_OK;
}

void setTarget(PackedHeader &header, const char *target) {
  std::memset(header.target, 0, sizeof header.target);
  std::memcpy(header.target, target, strnlen(target, sizeof header.target - 1));
}

} // namespace

Size packedBytes(const cw_kernel &kernel) {
  Size bytes;
  for (int64_t p = 0; p < kernel.packed_count; ++p)
    bytes += bytesOf(kernel.packed[p]).alignedUp();
  return bytes;
}

Size packedBytes(const cw_variant &variant) {
  Size bytes(sizeof(PackedHeader));
  for (int64_t k = 0; k < variant.kernel_count; ++k)
    if (variant.kernels[k].pack)
      bytes += packedBytes(variant.kernels[k]);
  return bytes;
}

int checkPacked(const cw_layer &layer, const cw_variant &variant, const void *packed) {
  if (!packed)
    return fail(CW_ERROR_NULL_POINTER, "packed is null; make it with %s_pack", layer.name);
  if (reinterpret_cast<uintptr_t>(packed) % alignment)
    return fail(CW_ERROR_ALIGNMENT,
                "packed is %p; it has to lie at a multiple of 64 bytes (aligned_alloc)", packed);
  const auto &found = *static_cast<const PackedHeader *>(packed);
  if (found.magic != magic)
    return fail(CW_ERROR_PACKED, "packed was not filled by %s_pack", layer.name);
  if (found.layerHash != layer.hash || found.bytes != packedBytes(variant).get())
    return fail(CW_ERROR_PACKED,
                "packed was made for another layer or another build than this %s: pack the "
                "weights again with this library's %s_pack",
                layer.name, layer.name);
  PackedHeader expected;
  setTarget(expected, variant.target);
  if (std::memcmp(found.target, expected.target, sizeof expected.target) != 0)
    return fail(CW_ERROR_PACKED,
                "packed was made for target %.39s, but %s runs here on %s: pack the weights again "
                "in this process",
                found.target, layer.name, variant.target);
  return CW_OK;
}

int packWeights(const cw_layer &layer, const cw_variant &variant, const DLTensor *const *weights,
                void *packed) {
  auto &header = *static_cast<PackedHeader *>(packed);
  header.magic = 0; // until all is there
  uint8_t *data = static_cast<uint8_t *>(packed) + sizeof(PackedHeader);
  for (int64_t k = 0; k < variant.kernel_count; ++k) {
    const cw_kernel &kernel = variant.kernels[k];
    if (!kernel.pack)
      continue;
    if (int status = packKernel(layer, kernel, weights, data))
      return status;
    data += packedBytes(kernel).get();
  }
  header.layerHash = layer.hash;
  header.bytes = packedBytes(variant).get();
  setTarget(header, variant.target);
  header.magic = magic;
  return CW_OK;
}

} // namespace convwright::runtime
