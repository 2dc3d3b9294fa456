//===- Kernel.h - what one generated function computes ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain data, no MLIR and no Halide types: this is the border between compiler/ and schedules/.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H
#define CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H

#include "schedules/kernel/ScalarExpr.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace convwright::schedules {

/// How a rank-4 tensor of logical shape [N, C, H, W] lies in memory, densely.
enum class Layout : uint8_t { NCHW, NHWC };

/// PyTorch's padding modes.
enum class PaddingMode : uint8_t { Zeros, Reflect, Replicate, Circular };

/// A size that the caller chooses at run time, within [lo, hi] in steps of `step` from lo.
/// `like` is the value that the schedule is made fastest for.
struct Symbol {
  std::string name;
  int64_t lo = 1, hi = 1, step = 1, like = 1;
};

/// A dimension's extent: floor((mul * symbol + add) / div). A constant has symbol = -1, mul = 0,
/// div = 1 and its value in `add`. Kept normalised by compiler/IR/ConvShape, so that equal extents
/// compare equal.
struct Extent {
  int32_t symbol = -1;
  int64_t mul = 0, add = 0, div = 1;

  static Extent constant(int64_t value) { return {-1, 0, value, 1}; }
  static Extent ofSymbol(int32_t symbol) { return {symbol, 1, 0, 1}; }

  bool isConstant() const { return symbol < 0; }
  /// The value for the given symbol values (indexed like Kernel::symbols).
  int64_t at(std::span<const int64_t> sizes) const {
    int64_t numerator = isConstant() ? add : mul * sizes[symbol] + add;
    int64_t quotient = numerator / div;
    return quotient - (numerator % div < 0 ? 1 : 0);
  }
  bool operator==(const Extent &) const = default;
};

/// Something that a kernel reads.
struct Operand {
  /// Activation: given at each run. Weight: bound once and packed ahead of run.
  /// Constant: known now; `data` holds it.
  enum class Role : uint8_t { Activation, Weight, Constant };

  std::string name;
  Role role = Role::Activation;
  ElementType type = ElementType::F32;
  /// Logical order. Activations and pointwise operands: rank 4 [N, C, H, W], or rank 1 [C], which
  /// stands for [1, C, 1, 1]. A constant extent of 1 broadcasts against any other. Weights and
  /// constants have constant extents, of any rank.
  std::vector<Extent> dims;
  Layout layout = Layout::NCHW;
  /// Constant only: elements in row-major logical order, native byte order.
  std::vector<std::byte> data;
};

/// One 2-D convolution inside a kernel:
///   y[n,k,p,q] = b[k] + sum_{c,r,s} w[k,c,r,s] * x[n, g*C/G + c, p*stride_h + r*dilation_h -
///   pad_top,
///                                                          q*stride_w + s*dilation_w - pad_left]
/// with g = k / (K/G), and x outside its borders as the padding mode says.
struct Convolution {
  /// x, [N, C, H, W]: a pointwise expression over Activation (and broadcast) operands. Padding is
  /// of its value: a zero-padded exp(x) is 0, not exp(0), outside.
  ScalarExpr input;
  std::array<Extent, 4> inputDims;
  /// w, [K, C/G, R, S]: an expression over Weight and Constant operands only, evaluated when
  /// packing. Rank-1 operands in it broadcast over K.
  ScalarExpr filter;
  /// b, [K]: likewise; none means 0.
  std::optional<ScalarExpr> bias;
  int64_t K = 1, C = 1, R = 1, S = 1, groups = 1;
  std::array<int64_t, 2> stride{1, 1}, dilation{1, 1};    // h, w; dilation 1 = dense
  std::array<int64_t, 2> padBefore{0, 0}, padAfter{0, 0}; // top, left; bottom, right; elements
  PaddingMode paddingMode = PaddingMode::Zeros;
  std::array<Extent, 4> outputDims; // [N, K, P, Q]
};

/// One tensor that a kernel writes.
struct Output {
  std::string name;
  /// Over the convolutions' results (leaf Conv i), and any operand. Its type is `type`.
  ScalarExpr value;
  ElementType type = ElementType::F32;
  std::array<Extent, 4> dims;
  Layout layout = Layout::NCHW;
};

/// The unit of code generation: convolutions and the pointwise work fused around them.
/// Several convolutions in a kernel have equal outputDims and the same `input` (FormKernels sees to
/// it); a kernel without convolutions is pure pointwise work. All arithmetic is f32 unless an
/// expression says i32; convolutions accumulate in f32.
struct Kernel {
  std::string name;
  std::vector<Symbol> symbols;
  std::vector<Operand> operands;
  std::vector<Convolution> convolutions;
  std::vector<Output> outputs;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H
