//===- Frame.h - tensors as generated kernels see them -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_FRAME_H
#define CONVWRIGHT_RUNTIME_SRC_FRAME_H

#include "convwright/abi.h"

#include "Arithmetic.h"
#include "HalideAbi.h"

#include <cstdint>

namespace convwright::runtime {

/// Hands out parts of a block that was measured before.
class Carver {
public:
  explicit Carver(uint8_t *memory) : at(memory) {}
  template <typename T> T *take(int64_t count) {
    static_assert(alignof(T) <= 8 && sizeof(T) % 8 == 0,
                  "everything in a frame keeps 8-byte alignment");
    auto *memory = reinterpret_cast<T *>(at);
    at += static_cast<int64_t>(sizeof(T)) * count;
    return memory;
  }
  uint8_t *position() const { return at; }

private:
  uint8_t *at;
};

/// Describes a tensor at `host`, its dimensions innermost first: dense, or as `given` lies.
void describe(HalideBuffer &buffer, HalideDimension *dims, const cw_tensor &tensor,
              const int64_t *sizes, void *host, const DLTensor *given = nullptr);
void describe(HalideBuffer &buffer, HalideDimension *dims, const cw_packed &packed,
              const void *host);

/// The descriptions of all tensors of a call, and one kernel's argument list after the other. It
/// lies in the workspace, frameBytes() long.
class Frame {
public:
  Frame(uint8_t *memory, const cw_layer &layer, const int64_t *sizes,
        const DLTensor *const *arguments, DLTensor *const *results, uint8_t *slots);

  /// All of the tensor that is referred to.
  HalideBuffer &at(const cw_reference &reference) const;
  HalideBuffer &result(int64_t i) const { return tensors[layer.argument_count + i]; }
  int64_t tensorCount() const {
    return layer.argument_count + layer.result_count + layer.buffer_count;
  }
  HalideBuffer &tensor(int64_t i) const { return tensors[i]; }

  /// The arguments of `kernel`, whose packed parameters lie at `packed`; overwrites the last
  /// call's.
  void **argumentsOf(const cw_kernel &kernel, void **userContext, const uint8_t *packed);
  /// Whether all elements of each of its tensors lie next to each other.
  bool isDense(const cw_kernel &kernel) const;
  /// Whether none of its outputs has an element.
  bool writesNothing(const cw_kernel &kernel) const;
  /// The descriptions of the packed buffers that argumentsOf() made last.
  HalideBuffer *packedBuffers() const { return packed; }

private:
  const cw_tensor &tensorOf(const cw_reference &reference) const;
  /// What a kernel sees of it.
  HalideBuffer *seen(const cw_reference &reference, Carver &carver) const;

  const cw_layer &layer;
  const int64_t *sizes;
  HalideBuffer *tensors;
  uint8_t *rest;
  HalideBuffer *packed = nullptr;
};

Size frameBytes(const cw_layer &layer, const cw_variant &variant);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_FRAME_H
