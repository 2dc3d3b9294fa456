//===- Convolution.h - convolutions along one to three axes ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[n,k,p…] = b[k] + Σ_{c,r…} w[k,c,r…] · x[n, g·C/G + c, p·stride + r·dilation − pad_before, …]
// with g = k / (K/G). x [N, C, spatial …], w [K, C/G, taps …], b [K].
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_CONVOLUTION_H
#define CONVWRIGHT_COMPILER_IR_OPS_CONVOLUTION_H

#include "compiler/IR/ConvInterfaces.h"

namespace convwright::ir {

/// [N, K, places of the filter …], of the operands input, filter and bias.
Checked<TensorSpec> inferConvolution(const OpShape &shape, size_t spatialRank);

/// The definition; `b` may be null, `shape` is the result's.
compiler::HostTensor convolve(const compiler::HostTensor &x, const compiler::HostTensor &w,
                              const compiler::HostTensor *b, const Window &window, int64_t groups,
                              std::vector<int64_t> shape);

/// A window as a stage has it.
std::vector<schedules::WindowAxis> axesOf(const Window &window);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_CONVOLUTION_H
