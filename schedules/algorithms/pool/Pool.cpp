//===- Pool.cpp - the largest or the mean of windows, and of whole images ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/Cost.h"
#include "schedules/algorithms/pool/PoolBuild.h"
#include "schedules/lowering/ScalarLowering.h"

#include <algorithm>

namespace convwright::schedules {

int PoolContext::lanesFor(const Extent &extent) const {
  int lanes = target.lanes(static_cast<int>(byteWidth(stage().type())));
  int64_t like = extent.at(likeSizes(kernel)), fewest = extent.isConstant() ? 1 : 4;
  while (lanes > fewest && lanes / 2 >= like)
    lanes /= 2;
  return lanes;
}

Halide::Expr reduced(const Stage &stage, const Halide::Expr &a, const Halide::Expr &b) {
  return stage.reduction == Reduction::Max ? maximum(a, b) : a + b;
}

Halide::Var orderLoops(Halide::Func out, std::vector<Halide::VarOrRVar> inner,
                       const std::vector<std::pair<Halide::Var, int64_t>> &tasks) {
  constexpr int64_t enough = 8;
  auto chosen = std::find_if(tasks.rbegin(), tasks.rend(),
                             [](const auto &task) { return task.second >= enough; });
  if (chosen == tasks.rend())
    chosen = std::max_element(tasks.rbegin(), tasks.rend(),
                              [](const auto &a, const auto &b) { return a.second < b.second; });
  size_t around = inner.size();
  for (const auto &task : tasks)
    if (task.first.name() != chosen->first.name())
      inner.emplace_back(task.first);
  inner.emplace_back(chosen->first);
  out.reorder(inner).parallel(chosen->first);
  return inner[around].var;
}

namespace {

/// Steps of work for an output, or for `stride` columns and an output.
int64_t directSteps(const Stage &stage) { return stage.taps(); }
int64_t separateSteps(const Stage &stage) {
  WindowAxis row = stage.windowAlong(Axis::W);
  return std::min(row.stride, row.taps) * (stage.taps() / row.taps + 1) + row.taps;
}

/// Pixels in the lanes: short rows consist of vectors that meet a border, and strided taps take
/// several loads and a shuffle each, unless rows of columns are made first.
bool separateIsFaster(const Kernel &kernel) {
  const Stage &stage = kernel.stages.front();
  if (kernel.outputs.front().layout != Layout::ChannelsLast)
    return stage.padded() || stage.windowAlong(Axis::W).stride > 1;
  return separateSteps(stage) < directSteps(stage) * 4 / 5;
}

/// A global pool, or a window as large as the image.
bool coversInput(const Stage &stage) {
  if (stage.wholeInput)
    return true;
  for (size_t i = 0; i < stage.window.size(); ++i) {
    const WindowAxis &window = stage.window[i];
    if (window.padded() || window.dilation != 1 ||
        stage.inputDims[2 + i] != Extent::constant(window.taps))
      return false;
  }
  return !stage.partialWindows;
}

PoolPlan readPlan(const Plan &plan) {
  return {plan.get("tile_x", 4), plan.get("rows", 4), plan.get("separate", 0) != 0};
}

class Pool final : public Algorithm {
public:
  std::string_view name() const override { return "pool"; }
  std::string_view summary() const override {
    return "the largest or the mean of windows or whole images, moving each element once";
  }

  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return "its vectors are for CPUs";
    if (kernel.stages.size() != 1 || kernel.stages.front().filterKind != FilterKind::None)
      return "the kernel is no pool";
    const Stage &stage = kernel.stages.front();
    if (outputsAlike(kernel, 0) != kernel.outputs.size() ||
        kernel.outputs.front().dims != stage.outputDims)
      return "its outputs differ in layout or shape";
    return std::nullopt;
  }

  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    const Stage &stage = kernel.stages.front();
    int64_t steps = readPlan(plan).separate ? separateSteps(stage) : directSteps(stage);
    double lanes = target.lanes(static_cast<int>(byteWidth(stage.type())));
    double cycles = 2 * elementCount(stage.outputDims, kernel) * static_cast<double>(steps) / lanes;
    return std::max(millisecondsOfCycles(cycles), millisecondsOfBytes(kernel));
  }

  std::vector<Parameter> space(const Kernel &kernel, const Target &) const override {
    if (coversInput(kernel.stages.front()))
      return {};
    int64_t separate = separateIsFaster(kernel) ? 1 : 0;
    std::vector<Parameter> space = {
        {"rows", {4, 1, 2, 8, 16}, "rows of a parallel task"},
        {"separate",
         {separate, 1 - separate},
         "1: reduce columns first, then along the row; 0: all taps of a window at once"}};
    if (kernel.outputs.front().layout == Layout::ChannelsLast)
      space.push_back({"tile_x", {4, 1, 2, 8}, "neighbouring pixels that share their loads"});
    return space;
  }

  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    return buildFor(kernel, plan, target, takesDense(kernel) ? Pixels::DensePlane : Pixels::Plane);
  }
  std::optional<Pipelines> buildStrided(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    if (!takesDense(kernel))
      return std::nullopt;
    return buildFor(kernel, plan, target, Pixels::Plane);
  }

private:
  /// Rows of nchw are read where they lie, many at a time: 7 % for constant strides (3x3 s2 @112).
  static bool takesDense(const Kernel &kernel) {
    return !coversInput(kernel.stages.front()) &&
           kernel.outputs.front().layout == Layout::ChannelsFirst &&
           Tensors::hasConstantImages(kernel);
  }
  static Pipelines buildFor(const Kernel &kernel, const Plan &plan, const Target &target,
                            Pixels pixels) {
    Tensors tensors(kernel, target, pixels);
    PoolPlan numbers = readPlan(plan);
    PoolContext context{kernel, numbers, target, tensors};
    if (coversInput(kernel.stages.front()))
      return tensors.finish({buildGlobalPool(context).out}, {});
    return tensors.finish({buildWindowPool(context).out}, windowPoolScratch(context));
  }
};

} // namespace

std::unique_ptr<Algorithm> createPool() { return std::make_unique<Pool>(); }

} // namespace convwright::schedules
