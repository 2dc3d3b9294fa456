//===- Packed.h - weights as kernels want them, made ahead of run --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_PACKED_H
#define CONVWRIGHT_RUNTIME_SRC_PACKED_H

#include "convwright/abi.h"

#include "Arithmetic.h"

namespace convwright::runtime {

/// Packed parameters: this header, then the buffers of every kernel that packs at run time, in the
/// order of execution, each at a multiple of 64 bytes. Valid for one layer of one library and one
/// target; not a file format.
struct alignas(64) PackedHeader {
  uint64_t magic;
  uint64_t layerHash;
  int64_t bytes;
  char target[40];
};

/// Bytes of all buffers of one kernel.
Size packedBytes(const cw_kernel &kernel);
/// Bytes of header and buffers.
Size packedBytes(const cw_variant &variant);

/// Null, misaligned, of another layer or target: fails with what it is.
int checkPacked(const cw_layer &layer, const cw_variant &variant, const void *packed);

/// Runs the kernels' pack entries. The weights were checked.
int packWeights(const cw_layer &layer, const cw_variant &variant, const DLTensor *const *weights,
                void *packed);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_PACKED_H
