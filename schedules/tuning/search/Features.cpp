//===- Features.cpp - a plan as numbers for a learned cost model -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Features.h"

#include "schedules/algorithms/Cost.h"

#include <cmath>
#include <numeric>

namespace convwright::schedules {

namespace {

using Named = std::vector<std::pair<std::string, double>>;

/// Parameters with a feature of their own; what an algorithm has besides goes into a few slots, by
/// name.
constexpr const char *knownParameters[] = {
    "tile_x",     "tile_y", "tile_k", "vector", "strip",  "block_c",         "stage",
    "parallel_k", "lanes",  "rows",   "chunk",  "unroll", "channels_inside", "channels_outside"};
constexpr size_t otherSlots = 4;
/// FMAs that must be under way at once: latency times units.
constexpr double fmaLatency = 4;
constexpr double floatBytes = 4;

double log2Of(double value) { return std::log2(std::max(value, 1e-9)); }
double rounded(double value, double unit) { return std::ceil(value / unit) * unit; }

/// The part of what is computed that is wanted, when `whole` is covered by equal parts.
double efficiency(double whole, double part) { return whole / rounded(whole, part); }

bool isKnown(const std::string &name) {
  return std::find(std::begin(knownParameters), std::end(knownParameters), name) !=
         std::end(knownParameters);
}

void addParameters(Named &features, const Plan &plan) {
  for (const auto &algorithm : allAlgorithms())
    features.emplace_back("is_" + std::string(algorithm->name()),
                          algorithm->name() == plan.algorithm);
  for (const char *name : knownParameters)
    features.emplace_back(name, static_cast<double>(plan.get(name, 0)));
  std::vector<double> others(otherSlots);
  size_t slot = 0;
  for (const auto &[name, value] : plan.parameters)
    if (!isKnown(name) && slot < otherSlots)
      others[slot++] = static_cast<double>(value);
  for (slot = 0; slot < otherSlots; ++slot)
    features.emplace_back("other_" + std::to_string(slot), others[slot]);
}

/// Sizes of the first convolution (of the output when there is none), channels of a group; N counts
/// the planes of all images.
struct Sizes {
  double N = 1, G = 1, K = 1, C = 1, T = 1, R = 1, S = 1, P = 1, Q = 1;
  double strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  bool nhwc = false, padded = false;

  explicit Sizes(const Kernel &kernel) {
    std::vector<int64_t> like = likeSizes(kernel);
    auto at = [&](const Extent &extent) { return static_cast<double>(extent.at(like)); };
    const Dims &dims = kernel.outputs.front().dims;
    N = at(along(dims, Axis::N)) * at(along(dims, Axis::D)), K = at(along(dims, Axis::C));
    P = at(along(dims, Axis::H)), Q = at(along(dims, Axis::W));
    nhwc = kernel.outputs.front().layout == Layout::ChannelsLast;
    if (kernel.stages.empty())
      return;
    const Stage &conv = kernel.stages.front();
    G = static_cast<double>(conv.groups);
    K = static_cast<double>(conv.K) / G, C = static_cast<double>(conv.C) / G;
    WindowAxis h = conv.windowAlong(Axis::H), w = conv.windowAlong(Axis::W);
    T = static_cast<double>(conv.windowAlong(Axis::D).taps);
    R = static_cast<double>(h.taps), S = static_cast<double>(w.taps);
    strideH = static_cast<double>(h.stride), strideW = static_cast<double>(w.stride);
    dilationH = static_cast<double>(h.dilation), dilationW = static_cast<double>(w.dilation);
    padded = conv.padded();
  }
};

void addShape(Named &features, const Kernel &kernel, const Target &target) {
  Sizes s(kernel);
  features.insert(features.end(), {{"log_k", log2Of(s.K)},
                                   {"log_c", log2Of(s.C)},
                                   {"log_groups", log2Of(s.G)},
                                   {"log_taps", log2Of(s.T * s.R * s.S)},
                                   {"filter_rows", s.R},
                                   {"filter_columns", s.S},
                                   {"log_rows", log2Of(s.N * s.P)},
                                   {"log_columns", log2Of(s.Q)},
                                   {"stride", s.strideW},
                                   {"dilation", s.dilationW},
                                   {"nhwc", s.nhwc},
                                   {"padded", s.padded},
                                   {"log_fmas", log2Of(convolutionFmas(kernel))},
                                   {"log_bytes", log2Of(bytesMoved(kernel))},
                                   {"lanes_there", static_cast<double>(target.lanes(4))},
                                   {"registers_there", static_cast<double>(target.vectorRegisters)},
                                   {"log_l2", log2Of(static_cast<double>(target.l2))}});
}

/// The loop nest that the parameters stand for, where algorithms name them alike: tiles of pixels
/// times vectors of channels, in strips of rows.
struct LoopNest {
  double tileX, tileY, tileK, lanes, strip, blockC;
  bool line, stage;

  LoopNest(const Plan &plan, const Sizes &s) {
    auto get = [&](const char *name, double otherwise) {
      return static_cast<double>(plan.get(name, static_cast<int64_t>(otherwise)));
    };
    tileX = get("tile_x", 1);
    tileY = get("tile_y", 1);
    tileK = get("tile_k", 1);
    lanes = get("vector", get("lanes", 1));
    line = plan.algorithm == "pointwise";
    strip = plan.parameters.contains("strip") ? get("strip", 1) * (line ? tileX : tileY)
                                              : get("rows", 1);
    blockC = get("block_c", s.C);
    stage = get("stage", 0) != 0;
  }
  double pixels() const { return tileX * tileY; }
  double accumulators() const { return pixels() * tileK; }
};

/// Cache lines of inputs that lie so many bytes apart meet in few sets when that is a multiple of a
/// large power of two.
double setStride(double bytes) {
  return log2Of(static_cast<double>(std::gcd(static_cast<int64_t>(bytes), int64_t{4096})));
}

void addNest(Named &features, const Plan &plan, const Kernel &kernel, const Target &target) {
  Sizes s(kernel);
  LoopNest nest(plan, s);
  auto l1 = static_cast<double>(target.l1), l2 = static_cast<double>(target.l2);
  double columns = nest.line ? s.P * s.Q : s.Q, rows = nest.line ? 1 : s.P;
  double stripped = nest.line ? columns : rows, blockK = nest.lanes * nest.tileK;
  double strips = std::ceil(stripped / nest.strip), blocks = s.G * std::ceil(s.K / blockK);
  double columnsRead = s.Q * s.strideW + (s.S - 1) * s.dilationW;
  double rowBytes = floatBytes * s.C * (nest.line ? 1 : columnsRead);
  double stripRows = nest.line ? nest.strip : nest.strip * s.strideH + (s.R - 1) * s.dilationH;
  double stripBytes = rowBytes * stripRows;
  double weights = floatBytes * blockK * s.C * s.T * s.R * s.S;
  double tileInput = floatBytes * nest.blockC * (nest.tileX * s.strideW + s.S - 1) *
                     (nest.tileY * s.strideH + s.R - 1);
  bool parallelK = plan.get("parallel_k", 0) != 0;
  double columnShare = efficiency(columns, nest.tileX), rowShare = efficiency(rows, nest.tileY);
  double channelShare = efficiency(s.K, blockK), laneShare = nest.lanes / target.lanes(4);
  double underWay = std::min(1.0, nest.accumulators() / (fmaLatency * target.fmaPerCycle));
  features.insert(features.end(),
                  {{"accumulators", nest.accumulators()},
                   {"tile_pixels", nest.pixels()},
                   {"registers_share", (nest.accumulators() + nest.tileK + 2) /
                                           static_cast<double>(target.vectorRegisters)},
                   {"loads_per_fma", (nest.tileK + nest.pixels()) / nest.accumulators()},
                   {"fmas_under_way", underWay},
                   {"columns_share", columnShare},
                   {"rows_share", rowShare},
                   {"channels_share", channelShare},
                   {"lanes_share", laneShare},
                   {"useful_share", columnShare * rowShare * channelShare * laneShare * underWay},
                   {"strips_share", efficiency(stripped, nest.strip)},
                   {"log_strip", log2Of(nest.strip)},
                   {"strip_over_l1", log2Of(stripBytes / l1)},
                   {"strip_over_l2", log2Of(stripBytes / l2)},
                   {"weights_over_l1", log2Of(weights / l1)},
                   {"weights_over_l2", log2Of(weights / l2)},
                   {"tile_input_over_l1", log2Of(tileInput / l1)},
                   {"log_tasks", log2Of(parallelK ? blocks : s.N * strips)},
                   {"log_blocks", log2Of(blocks)},
                   {"log_inner_trips", log2Of(nest.blockC * s.T * s.R * s.S)},
                   {"halo_share", stripRows / (nest.line ? nest.strip : nest.strip * s.strideH)},
                   {"set_stride", nest.stage ? 0 : setStride(floatBytes * s.C * s.G * s.strideW)},
                   {"block_bytes", floatBytes * nest.blockC}});
}

double analyticLog(const Kernel &kernel, const Plan &plan, const Target &target) {
  const Algorithm *algorithm = findAlgorithm(plan.algorithm);
  return algorithm ? log2Of(algorithm->cost(kernel, plan, target)) : 0;
}

Named allFeatures(const Kernel &kernel, const Plan &plan, const Target &target) {
  Named features;
  addShape(features, kernel, target);
  addParameters(features, plan);
  addNest(features, plan, kernel, target);
  double analytic = analyticLog(kernel, plan, target);
  features.emplace_back("log_analytic_ms", analytic);
  features.emplace_back("log_analytic_fmas_per_ms",
                        log2Of(std::max(1.0, convolutionFmas(kernel))) - analytic);
  return features;
}

/// The smallest kernel there is: one output without operands, for the names alone.
Kernel emptyKernel() {
  Kernel kernel;
  kernel.outputs.emplace_back().dims.assign(4, Extent::constant(1));
  return kernel;
}

} // namespace

const std::vector<std::string> &featureNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto &[name, value] : allFeatures(emptyKernel(), {}, Target{}))
      list.push_back(name);
    return list;
  }();
  return names;
}

Features::Features(const Kernel &kernel, const Target &target) : kernel(kernel), target(target) {}

double Features::analytic(const Plan &plan) const { return analyticLog(kernel, plan, target); }

std::vector<float> Features::of(const Plan &plan) const {
  std::vector<float> values;
  values.reserve(featureNames().size());
  for (const auto &[name, value] : allFeatures(kernel, plan, target))
    values.push_back(static_cast<float>(value));
  return values;
}

} // namespace convwright::schedules
