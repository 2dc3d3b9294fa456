//===- Deformable.h - convolutions whose taps are displaced ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_DEFORMABLE_H
#define CONVWRIGHT_COMPILER_IR_OPS_DEFORMABLE_H

#include "compiler/IR/ConvInterfaces.h"

namespace convwright::ir {

/// The definition, as torchvision's. b and mask may be null; `shape` is the result's.
compiler::ExactTensor deformConvolve(const compiler::ExactTensor &x,
                                     const compiler::ExactTensor &offset,
                                     const compiler::ExactTensor &w, const compiler::ExactTensor *b,
                                     const compiler::ExactTensor *mask, const Window &window,
                                     std::vector<int64_t> shape);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_DEFORMABLE_H
