//===- PoolBuild.h - what the schedules of pools share ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_POOL_POOLBUILD_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_POOL_POOLBUILD_H

#include "schedules/lowering/Nest.h"

#include <utility>
#include <vector>

namespace convwright::schedules {

/// The numbers of a plan.
struct PoolPlan {
  int64_t tile = 4;      // channels in the lanes: pixels that share loads
  int64_t rows = 4;      // that make up a parallel task
  bool separate = false; // first along the outer axes, then along the rows
};

/// One pool and its plan, on its way into Halide.
struct PoolContext {
  const Kernel &kernel;
  const PoolPlan &plan;
  const Target &target;
  Tensors &tensors;

  const Stage &stage() const { return kernel.stages.front(); }
  bool channelLanes() const { return kernel.outputs.front().layout == Layout::ChannelsLast; }
  /// As many as fill a vector of the input's type, but no more than twice the extent.
  int lanesFor(const Extent &extent) const;
};

/// Two values put together as the stage reduces.
Halide::Expr reduced(const Stage &stage, const Halide::Expr &a, const Halide::Expr &b);

/// Makes one loop parallel: the outermost with enough tasks, otherwise the longest, and orders the
/// loops, innermost first; `tasks` are those that may be it, with how often they turn. Returns the
/// loop around the inner ones.
Halide::Var orderLoops(Halide::Func out, std::vector<Halide::VarOrRVar> inner,
                       const std::vector<std::pair<Halide::Var, int64_t>> &tasks);

/// Both return the outputs, scheduled.
Nest buildWindowPool(const PoolContext &context);
Nest buildGlobalPool(const PoolContext &context);
/// What buildWindowPool allocates.
std::vector<ScratchBuffer> windowPoolScratch(const PoolContext &context);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_POOL_POOLBUILD_H
