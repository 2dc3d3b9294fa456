//===- Convolve.h - a convolution by its definition -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_REFERENCE_CONVOLVE_H
#define CONVWRIGHT_COMPILER_REFERENCE_CONVOLVE_H

#include "compiler/IR/ConvShape.h"
#include "compiler/Reference/HostTensor.h"

#include <span>

namespace convwright::compiler {

/// Where element `position` of an axis of `size` elements comes from, when it lies outside as
/// padding does. −1: nowhere, it is 0. Requires what C19 and C20 ask of the padding.
int64_t sourcePosition(int64_t position, int64_t size, schedules::PaddingMode mode);

/// y[n,k,p,q] = b[k] + Σ_{c,r,s} w[k,c,r,s] · x[n, g·C/G + c, p·stride_h + r·dilation_h − pad_top,
///                                            q·stride_w + s·dilation_w − pad_left],  g = k / (K/G)
/// x [N, C, H, W], w [K, C/G, R, S], b [K] or null.
HostTensor convolve(const HostTensor &x, const HostTensor &w, const HostTensor *b,
                    const ir::ConvAttributes &attributes);

/// (x − mean) / sqrt(variance + eps) · gamma + beta for each channel of x [N, C, H, W].
HostTensor batchNorm(const HostTensor &x, const HostTensor &mean, const HostTensor &variance,
                     const HostTensor &gamma, const HostTensor &beta, double eps);

/// Operand i of `expr` is an element of operands[i] (pointers). Extents of 1 broadcast. [C] stands
/// for [1, C, 1, 1], or on the weight side for [C, 1, 1 …].
HostTensor mapElements(const schedules::ScalarExpr &expr,
                       std::span<const HostTensor *const> operands, std::vector<int64_t> shape,
                       bool weightSide);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_REFERENCE_CONVOLVE_H
