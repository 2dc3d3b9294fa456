//===- Varying.cpp - kernels per pixel or region, and displaced taps --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/Cost.h"
#include "schedules/algorithms/varying/VaryingBuild.h"

#include <algorithm>

namespace convwright::schedules {

namespace {

bool isRegions(const Kernel &kernel) {
  return kernel.stages.front().filterKind == FilterKind::Regions;
}

/// A filter for every position, read once: all time goes there.
bool isPerPosition(const Kernel &kernel) {
  return kernel.stages.front().filterKind == FilterKind::PerPosition;
}

/// Few channels leave lanes empty; filters for every position are read one after the other only
/// with channels in the lanes.
bool hasPixelLanes(const Kernel &kernel) {
  if (kernel.stages.front().K <= 4)
    return true;
  return kernel.outputs.front().layout == Layout::ChannelsFirst && !isPerPosition(kernel);
}

/// As many output channels as share what a pixel's kernel, or its samples, are.
int64_t sharingChannels(const Stage &stage) {
  if (stage.filterKind != FilterKind::PerPixel || stage.groups == 1)
    return stage.K;
  return stage.C / stage.groups;
}

/// The largest number of channels that share, at most `most`; all of a group or a divisor of it.
int64_t channelTile(const Stage &stage, int64_t most) {
  int64_t sharing = sharingChannels(stage);
  if (sharing == stage.K)
    return std::min(sharing, most);
  for (int64_t tile = std::min(sharing, most); tile > 1; --tile)
    if (sharing % tile == 0)
      return tile;
  return 1;
}

class Varying final : public Algorithm {
public:
  std::string_view name() const override { return "varying"; }
  std::string_view summary() const override {
    return "a kernel per pixel or region, and displaced taps, in one pass";
  }

  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (target.isGpu())
      return "its vectors are for CPUs";
    if (kernel.stages.size() != 1 || kernel.stages.front().window.size() != 2)
      return "the kernel is not one stage along two axes";
    const Stage &stage = kernel.stages.front();
    if (stage.filterKind != FilterKind::PerPixel && !isPerPosition(kernel) && !isRegions(kernel) &&
        !stage.displacement)
      return "its kernels do not vary by position, pixel or region, and its taps are not displaced";
    if (outputsAlike(kernel, 0) != kernel.outputs.size() ||
        kernel.outputs.front().dims != stage.outputDims)
      return "its outputs differ in layout or shape";
    if (isRegions(kernel) && hasPixelLanes(kernel) && !fewKernelsMeet(kernel, target.lanes(4)))
      return "the regions can be narrower than a vector of " + std::to_string(target.lanes(4)) +
             " pixels";
    return std::nullopt;
  }

  double cost(const Kernel &kernel, const Plan &, const Target &target) const override {
    const Stage &stage = kernel.stages.front();
    double each = isRegions(kernel) ? 3 : isPerPosition(kernel) ? 1.5 : 2;
    int64_t lanes = target.lanes(4);
    if (!hasPixelLanes(kernel))
      lanes = std::min(lanes, stage.K);
    double cycles =
        each * convolutionFmas(kernel) / static_cast<double>(lanes) / target.fmaPerCycle;
    if (stage.displacement) // four reads and as many multiply-adds for each sample
      cycles += 30 * elementCount(stage.outputDims, kernel) / static_cast<double>(stage.K) *
                static_cast<double>(stage.C * stage.taps()) / target.lanes(4);
    return std::max(millisecondsOfCycles(cycles), millisecondsOfBytes(kernel));
  }

  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override {
    const Stage &stage = kernel.stages.front();
    if (!hasPixelLanes(kernel))
      return {{"pixels", {4, 1, 2, 8}, "neighbouring pixels of a tile"}};
    // Sums that fit the registers; a grid's kernels have three each.
    int64_t sums = target.vectorRegisters / 3 / (isRegions(kernel) ? 2 : 1);
    int64_t channels = channelTile(stage, std::min<int64_t>(4, sums));
    std::vector<int64_t> tiles = {channels};
    for (int64_t tile : {1, 2, 3, 4, 6, 8})
      if (tile != channels && tile <= stage.K && channelTile(stage, tile) == tile)
        tiles.push_back(tile);
    int64_t wide = channels <= sums / 2 && widthFits(kernel, 2, target) ? 2 : 1;
    std::vector<int64_t> widths = {wide, 3 - wide};
    if (!widthFits(kernel, 2, target) || isPerPosition(kernel))
      widths = {1}; // as many positions are filled up
    return {{"channels", tiles, "output channels of a tile, which share a pixel's kernel"},
            {"pixels", widths, "vectors of pixels of a tile"}};
  }

  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    VaryingPlan numbers{hasPixelLanes(kernel), plan.get("channels", 1), plan.get("pixels", 1)};
    return buildVarying(kernel, numbers, target);
  }

private:
  static bool widthFits(const Kernel &kernel, int64_t vectors, const Target &target) {
    return !isRegions(kernel) || fewKernelsMeet(kernel, vectors * target.lanes(4));
  }
};

} // namespace

std::unique_ptr<Algorithm> createVarying() { return std::make_unique<Varying>(); }

} // namespace convwright::schedules
