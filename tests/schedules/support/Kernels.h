//===- Kernels.h - makers of kernels for tests -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELS_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELS_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules::testing {

/// A convolution layer with constant sizes, then adjusted by hand where a test wants more.
struct Layer {
  int64_t N = 1, C = 1, H = 1, W = 1, K = 1, R = 1, S = 1;
  int64_t strideH = 1, strideW = 1, padH = 0, padW = 0, dilationH = 1, dilationW = 1, groups = 1;
  PaddingMode mode = PaddingMode::Zeros;
  Layout in = Layout::ChannelsLast, out = Layout::ChannelsLast;
  bool bias = true, relu = true;
  bool symbolic = false; // H and W are symbols in 1..4096 whose `like` are H and W
};

/// Operands: 0 x, 1 w, 2 b (when there is a bias). Output 0: relu(conv + b).
Kernel convolutionKernel(const Layer &layer);

/// max(value, 0).
ScalarExpr relu(ScalarExpr value);
/// A binary operation over two expressions.
ScalarExpr binary(ScalarOp op, const ScalarExpr &a, const ScalarExpr &b);
ScalarExpr unary(ScalarOp op, ScalarExpr a);
ScalarExpr convert(ScalarExpr a, ElementType to);

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELS_H
