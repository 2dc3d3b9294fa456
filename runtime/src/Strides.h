//===- Strides.h - where a tensor's elements lie --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_STRIDES_H
#define CONVWRIGHT_RUNTIME_SRC_STRIDES_H

#include "convwright/abi.h"

#include <cstdint>

namespace convwright::runtime {

/// The stride of a logical dimension in elements; null strides stand for row-major order.
int64_t strideOf(const DLTensor &tensor, int64_t dimension);

/// Whether there are no elements. Requires extents that were checked.
bool isEmpty(const DLTensor &tensor);

/// Whether no two indices are one place in memory, what `info` wants dense is so, and generated
/// code can count the distance. Requires extents that were checked. Weights have no layout: they
/// are dense, row by row.
int checkStrides(const DLTensor &tensor, const cw_tensor &info, bool isWeight = false);

/// Whether a block of memory meets a checked tensor: from its first element to its last.
bool overlaps(const DLTensor &tensor, const void *memory, int64_t bytes);
/// Whether two checked tensors may share an element. Parts of one frame, beside each other in its
/// rows or among its planes, do not.
bool overlap(const DLTensor &a, const DLTensor &b);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_STRIDES_H
