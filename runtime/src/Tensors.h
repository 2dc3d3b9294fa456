//===- Tensors.h - are these the tensors that the layer takes? -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_TENSORS_H
#define CONVWRIGHT_RUNTIME_SRC_TENSORS_H

#include "convwright/abi.h"

#include "Status.h"

#include <cstdint>

namespace convwright::runtime {

/// Values of a layer's symbols, in its order.
struct SymbolValues {
  int64_t values[CW_MAX_SYMBOLS] = {};
};

/// Whether value is one that the symbol may take. `where` names what it was read from.
int checkSymbol(const cw_symbol &symbol, int64_t value, const char *where);

/// Checks all arguments and results of a run, finding the values of the layer's symbols on the way.
/// Every status of convwright.h that concerns tensors may come of it.
int checkTensors(const cw_layer &layer, const DLTensor *const *arguments, DLTensor *const *results,
                 SymbolValues &sizes);

/// Checks the weights that pack reads.
int checkWeights(const cw_layer &layer, const DLTensor *const *weights);

/// The first element.
inline uint8_t *dataOf(const DLTensor &tensor) {
  return static_cast<uint8_t *>(tensor.data) + tensor.byte_offset;
}

/// "[1, 3, 4, 4]".
Text printList(int64_t rank, const int64_t *dims);
/// The language's word for a cw_layout; null of ranks that have none.
const char *layoutName(int64_t rank, int32_t layout);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_TENSORS_H
