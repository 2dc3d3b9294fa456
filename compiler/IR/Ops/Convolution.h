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
compiler::ExactTensor convolve(const compiler::ExactTensor &x, const compiler::ExactTensor &w,
                               const compiler::ExactTensor *b, const Window &window, int64_t groups,
                               std::vector<int64_t> shape);

/// A window as a stage has it.
std::vector<schedules::WindowAxis> axesOf(const Window &window);

//===----------------------------------------------------------------------===//
// What operations with a filter have in common
//===----------------------------------------------------------------------===//

/// Their first operands.
enum ConvolutionOperands : unsigned { Input, Filter, Bias };

/// `groups` as it is given, or 1.
int64_t groupsOf(mlir::DictionaryAttr attributes);
/// The taps of a filter whose first two dimensions are channels.
std::vector<int64_t> tapsOf(const TensorSpec &filter);
/// The window of such a filter and of the operation's attributes.
Window filterWindow(mlir::Operation *op);
/// The input's rank (C7) and that of such a filter (C8), whose channels messages write as
/// `channels`: "K, C/groups".
std::optional<Violation> checkConvolutionRanks(const OpShape &shape, size_t spatialRank,
                                               llvm::StringRef channels);
/// Filter and bias are weights (C24), they and the input f32 (C21).
std::optional<Violation> checkConvolutionOperands(const OpShape &shape);
/// A stage of what every such operation has: extents, expressions, channels. `bias` may be null.
schedules::Stage stageOf(mlir::Operation *op, mlir::Value filter, mlir::Value bias,
                         ExpressionOf expression, Symbols symbols);
/// The same of input, filter and bias, with the window, groups and padding mode of its attributes.
schedules::Stage convolutionStageOf(mlir::Operation *op, ExpressionOf expression, Symbols symbols);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_CONVOLUTION_H
