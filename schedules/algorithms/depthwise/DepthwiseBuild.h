//===- DepthwiseBuild.h - the CPU schedules of depthwise -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEBUILD_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEBUILD_H

#include "schedules/algorithms/depthwise/DepthwisePlan.h"
#include "schedules/lowering/Nest.h"

namespace convwright::schedules {

/// What both schedules work on.
struct DepthwiseContext {
  const Kernel &kernel;
  const DepthwiseShape &shape;
  const DepthwisePlan &plan;
  Tensors &tensors;
  /// The output Func's Vars and memory order. One Func of several values: all outputs are alike.
  LogicalVars vars{};
  Layout layout = Layout::ChannelsLast;

  std::vector<Halide::Var> memoryVars() const { return vars.inMemoryOrder(layout, kernel.rank()); }
  /// Whether outputs lie in planes, each computed like an image.
  bool hasPlanes() const { return kernel.rank() == 5; }
  /// `inner`, the plane where there are planes, and the image.
  template <typename T> std::vector<T> inPlane(std::vector<T> inner) const {
    if (hasPlanes())
      inner.push_back(vars.z);
    inner.push_back(vars.n);
    return inner;
  }
};

/// The sums of one stage, and what its update runs over: r, s and, in volumes, t.
struct DepthwiseSum {
  Halide::Func func;
  Halide::RDom taps;

  DepthwiseSum(const DepthwiseContext &context, size_t index);
  Tap tap() const;
};

/// Vectors of channels, tiles of pixels in a row; the input is read where it lies.
Pipelines buildChannelLanes(const DepthwiseContext &context);
/// Vectors of pixels, tiles of vectors and rows; the padded input of a strip is copied first.
Pipelines buildPixelLanes(const DepthwiseContext &context);

/// How many of so many taps along one dimension are unrolled: all, or of very long filters a
/// divisor.
int64_t unrolledTaps(int64_t taps);
/// The output Func over the convolutions' values at its own point: f32, or integers where the shape
/// says that their sums fit 16 bits.
Halide::Func defineOutput(const DepthwiseContext &context, const std::vector<Halide::Expr> &sums);
/// The channel of the input that output channel `k` reads.
Halide::Expr inputChannel(const DepthwiseShape &shape, const Halide::Expr &k);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_DEPTHWISE_DEPTHWISEBUILD_H
