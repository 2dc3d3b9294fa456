//===- Pooling.h - one value of each window --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[n,c,p…] = the largest, or the mean, of x[n, c, p·stride + r·dilation − pad_before, …] over the
// taps r. x [N, C, spatial …] along one to three spatial axes.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_POOLING_H
#define CONVWRIGHT_COMPILER_IR_OPS_POOLING_H

#include "compiler/IR/ConvInterfaces.h"

namespace convwright::ir {

/// The number of places of the window along each spatial axis; `ceilMode`: with a last one that
/// reaches beyond the padding (C26, C42, C63). Requires a window that checkWindow passes.
Checked<Dims> poolPlaces(const Window &window, const TensorSpec &input, bool ceilMode,
                         Symbols symbols);

/// The definitions; `shape` is the result's.
compiler::ExactTensor maxPool(const compiler::ExactTensor &x, const Window &window,
                              std::vector<int64_t> shape);
compiler::ExactTensor avgPool(const compiler::ExactTensor &x, const Window &window,
                              bool countIncludePad, std::vector<int64_t> shape);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_POOLING_H
