//===- Varying.h - convolutions whose kernels vary over the image ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// local_conv2d, dynamic_conv2d and region_conv2d: y at each pixel by that pixel's own kernel.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_VARYING_H
#define CONVWRIGHT_COMPILER_IR_OPS_VARYING_H

#include "compiler/IR/ConvInterfaces.h"

namespace convwright::ir {

/// The definitions; `shape` is the result's. w [P, Q, K, C, R, S]; b may be null.
compiler::ExactTensor localConvolve(const compiler::ExactTensor &x, const compiler::ExactTensor &w,
                                    const compiler::ExactTensor *b, const Window &window,
                                    std::vector<int64_t> shape);
/// w [N, G, R, S, P, Q].
compiler::ExactTensor dynamicConvolve(const compiler::ExactTensor &x,
                                      const compiler::ExactTensor &w, const Window &window,
                                      std::vector<int64_t> shape);
/// w [GH, GW, R, S].
compiler::ExactTensor regionConvolve(const compiler::ExactTensor &x, const compiler::ExactTensor &w,
                                     const Window &window, std::vector<int64_t> shape);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_VARYING_H
