//===- Depthwise.cpp - every channel is filtered on its own ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/Cost.h"
#include "schedules/algorithms/depthwise/DepthwiseBuild.h"
#include "schedules/algorithms/depthwise/DepthwiseCost.h"
#include "schedules/algorithms/gpu/GpuPlanner.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;

Func defineOutput(const DepthwiseContext &context, const std::vector<Expr> &sums) {
  std::vector<Expr> values;
  for (const Output &output : context.kernel.outputs)
    values.push_back(context.tensors.lower(output.value, context.vars, [&](int32_t conv) -> Expr {
      return Halide::cast<float>(sums.at(static_cast<size_t>(conv)));
    }));
  Func out(context.tensors.name("out"));
  if (values.size() == 1)
    out(context.memoryVars()) = values.front();
  else
    out(context.memoryVars()) = Halide::Tuple(values);
  context.tensors.describeOutput(out, 0);
  return out;
}

int64_t unrolledTaps(int64_t taps) {
  if (taps <= 64)
    return taps;
  int64_t divisor = 32;
  while (taps % divisor != 0)
    --divisor;
  return divisor;
}

static Halide::Region regionOf(const Stage &stage) {
  Halide::Region region;
  for (Axis axis : {Axis::H, Axis::W})
    region.emplace_back(0, toInt(stage.windowAlong(axis).taps));
  if (stage.window.size() == 3)
    region.emplace_back(0, toInt(stage.windowAlong(Axis::D).taps));
  return region;
}

DepthwiseSum::DepthwiseSum(const DepthwiseContext &context, size_t index)
    : func(context.tensors.name("sum" + std::to_string(index))),
      taps(regionOf(context.kernel.stages[index]), context.tensors.name("taps")) {}

Tap DepthwiseSum::tap() const {
  return {taps.dimensions() == 3 ? Expr(taps.z) : Expr(0), taps.x, taps.y};
}

Expr inputChannel(const DepthwiseShape &shape, const Expr &k) {
  auto multiplier = static_cast<int>(shape.K / shape.C);
  return multiplier == 1 ? k : k / multiplier;
}

namespace {

std::optional<std::string> whyNotConvolution(const Stage &conv, const Stage &first) {
  if (!conv.isConvolution())
    return "it computes sums of products with one filter for all positions";
  if (conv.groups != conv.C)
    return "groups = " + std::to_string(conv.groups) + " is not C = " + std::to_string(conv.C) +
           ": channels are mixed";
  if (conv.K != first.K || conv.C != first.C)
    return "its convolutions have different channels: " + std::to_string(conv.K) + " and " +
           std::to_string(first.K);
  for (size_t i = 0; i < conv.window.size(); ++i)
    if (conv.window[i].stride != first.window[i].stride)
      return "its convolutions have different strides";
  return std::nullopt;
}

class Depthwise final : public Algorithm {
public:
  std::string_view name() const override { return "depthwise"; }
  std::string_view summary() const override {
    return "every channel on its own, one-channel images too: lanes are channels (nhwc) or pixels";
  }
  int version() const override { return 5; }

  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (kernel.stages.empty())
      return "the kernel has no convolution";
    const Stage &first = kernel.stages.front();
    for (const Stage &conv : kernel.stages)
      if (auto reason = whyNotConvolution(conv, first))
        return reason;
    if (!shareInput(kernel))
      return "its convolutions read different inputs or pad them differently";
    for (const Output &output : kernel.outputs)
      if (output.layout != kernel.outputs.front().layout || output.dims != first.outputDims)
        return "its outputs differ in layout or shape";
    return std::nullopt;
  }

  Plan defaultPlan(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return GpuPlanner::asPlan(onGpu(kernel, target).fastest(), "depthwise");
    return spellPlan(defaultDepthwisePlan(DepthwiseShape(kernel), kernel, target));
  }

  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).milliseconds(onGpu(kernel, target).complete(plan));
    DepthwiseShape shape(kernel);
    DepthwisePlan numbers = readPlan(plan, shape, kernel, target);
    if (!numbers.pixelLanes && target.vectorBits / 8 < Target::cacheLine)
      return std::max(millisecondsOfCycles(channelLaneCycles(shape, numbers, target)),
                      millisecondsOfBytes(kernel));
    int64_t width = numbers.pixelLanes ? numbers.lanes * numbers.tileX : numbers.tileX;
    double waste =
        static_cast<double>((shape.Q + width - 1) / width * width) / static_cast<double>(shape.Q);
    auto lanes = static_cast<double>(numbers.pixelLanes ? target.lanes(4) : numbers.lanes);
    double cycles = waste * convolutionFmas(kernel) / lanes / target.fmaPerCycle;
    double stores = elementCount(kernel.stages.front().outputDims, kernel) / lanes;
    double staged = !numbers.stage       ? 0
                    : numbers.pixelLanes ? 3 * bytesMoved(kernel) / 4 / lanes
                                         : stagedVectorCycles(shape, numbers, target);
    return std::max(millisecondsOfCycles(cycles + 2 * stores + staged),
                    millisecondsOfBytes(kernel));
  }

  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override;
  std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override;

  Plan normalise(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return GpuPlanner::asPlan(onGpu(kernel, target).complete(plan), "depthwise");
    return spellPlan(readPlan(plan, DepthwiseShape(kernel), kernel, target));
  }

  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    if (target.isGpu())
      return onGpu(kernel, target).build(onGpu(kernel, target).complete(plan));
    DepthwiseShape shape(kernel);
    DepthwisePlan numbers = readPlan(plan, shape, kernel, target);
    Tensors tensors(kernel, target);
    DepthwiseContext context{kernel, shape, numbers, tensors, {}, shape.out};
    return numbers.pixelLanes ? buildPixelLanes(context) : buildChannelLanes(context);
  }

private:
  static GpuPlanner onGpu(const Kernel &kernel, const Target &target) {
    return GpuPlanner(kernel, target, GpuReuse::Channels);
  }
};

/// Strips of more rows would stage more than any cache holds.
constexpr int64_t mostRows = 4096;

/// The default first, then the others.
std::vector<int64_t> valuesWith(int64_t standard, std::vector<int64_t> others) {
  others.erase(std::remove(others.begin(), others.end(), standard), others.end());
  others.insert(others.begin(), standard);
  return others;
}

std::vector<Parameter> Depthwise::space(const Kernel &kernel, const Target &target) const {
  if (target.isGpu())
    return onGpu(kernel, target).space();
  DepthwiseShape shape(kernel);
  DepthwisePlan standard = defaultDepthwisePlan(shape, kernel, target);
  // A register's elements and fewer, or a cache line's in two registers.
  int64_t full =
      standard.pixelLanes ? standard.lanes : std::min<int64_t>(standard.lanes, target.lanes(4));
  std::vector<int64_t> lanes = {full};
  for (int64_t fewer = full / 2; fewer >= std::max<int64_t>(1, full / 4); fewer /= 2)
    lanes.push_back(fewer);
  if (!standard.pixelLanes && isHalfALine(full) && shape.K >= 2 * full)
    lanes.push_back(2 * full);
  lanes = valuesWith(standard.lanes, lanes);
  std::vector<Parameter> space = {{"lanes", lanes, "elements of a vector"}};
  if (standard.pixelLanes) {
    space.push_back({"tile_x", valuesWith(standard.tileX, {1, 2, 4}), "vectors of a tile's row"});
    space.push_back({"tile_y", valuesWith(standard.tileY, {1, 2, 4, 8}), "rows of a tile"});
    space.push_back({"stage", {1}, "copy the padded input"});
    space.push_back({"channels_outside",
                     {standard.channelsOutside},
                     "a channel's whole image before the next, not a strip's channels"});
    space.push_back({"channels_inside", {0}, "a tile passes all channels"});
  } else {
    // More sums than registers live on the stack: not only slow, but sometimes eight times slower
    // than at other times, by where the stack happens to lie.
    std::vector<int64_t> tiles;
    for (int64_t tile = 1; tile <= std::min<int64_t>({shape.Q, 28, target.vectorRegisters - 1});
         ++tile)
      tiles.push_back(tile);
    space.push_back({"tile_x", valuesWith(standard.tileX, tiles), "pixels of a tile"});
    space.push_back({"tile_y", {1}, "rows of a tile"});
    std::vector<int64_t> stages{standard.stage};
    if (!mustStage(shape))
      stages.push_back(!standard.stage);
    space.push_back({"stage", stages, "copy the padded input"});
    std::vector<int64_t> orders{standard.channelsOutside};
    if (shape.K > standard.lanes)
      orders.push_back(!standard.channelsOutside);
    space.push_back({"channels_outside", orders,
                     "a channel vector's whole image before the next, not a strip's channels"});
    std::vector<int64_t> inside{standard.channelsInside};
    if (shape.K > standard.lanes && !mustStage(shape))
      inside.push_back(!standard.channelsInside);
    space.push_back({"channels_inside", inside, "a tile passes all channels, not a strip's tiles"});
  }
  space.push_back({"rows", valuesWith(standard.rows, {1, 2, 4, 8, 16, 32, 64}),
                   "output rows of a strip: staged together, one parallel task", mostRows});
  return space;
}

std::optional<std::string> Depthwise::whyNotPlan(const Kernel &kernel, const Plan &plan,
                                                 const Target &target) const {
  if (target.isGpu())
    return onGpu(kernel, target).whyNot(onGpu(kernel, target).complete(plan));
  DepthwiseShape shape(kernel);
  DepthwisePlan numbers = readPlan(plan, shape, kernel, target);
  if (numbers.rows % numbers.tileY != 0)
    return "rows = " + std::to_string(numbers.rows) +
           " is no multiple of tile_y = " + std::to_string(numbers.tileY);
  int64_t sums = numbers.tileX * registersOf(numbers, target);
  if (!numbers.pixelLanes && sums >= target.vectorRegisters)
    return "tile_x = " + std::to_string(numbers.tileX) +
           " and lanes = " + std::to_string(numbers.lanes) + " take " + std::to_string(sums) +
           " registers for sums; " + std::to_string(target.vectorRegisters - 1) + " are allowed";
  if (numbers.channelsInside && (numbers.stage || numbers.channelsOutside))
    return std::string("channels_inside = 1 goes with stage = 0 and channels_outside = 0; "
                       "channels_inside = 0 goes with all");
  return std::nullopt;
}

} // namespace

std::unique_ptr<Algorithm> createDepthwise() { return std::make_unique<Depthwise>(); }

} // namespace convwright::schedules
