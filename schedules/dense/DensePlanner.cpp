//===- DensePlanner.cpp - plans for the register-tiled schedules -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//


#include "schedules/dense/DensePlanner.h"

#include "schedules/dense/DenseCost.h"

#include <algorithm>

namespace convwright::schedules {

std::optional<std::string> whyNotDense(const Kernel &kernel, const Target &target) {
  if (target.isGpu())
    return "its register tiles are for CPUs";
  if (kernel.convolutions.size() != 1)
    return "it computes one convolution, the kernel has " +
           std::to_string(kernel.convolutions.size());
  if (kernel.outputs.size() != 1)
    return "it writes one output, the kernel has " + std::to_string(kernel.outputs.size());
  return std::nullopt;
}

DensePlan densePlanOf(const Kernel &kernel, const Plan &plan, const Target &target,
                      bool pointwise) {
  DenseShape shape(kernel);
  DensePlan dense{};
  dense.line = pointwise && shape.strideH == 1 && shape.strideW == 1;
  dense.lanes = target.lanes(4);
  dense.tileX = plan.get("tile_x", 14);
  dense.tileY = plan.get("tile_y", 1);
  dense.tileK = plan.get("tile_k", 2);
  dense.stage = plan.get("stage", 1) != 0;
  dense.blockC = dense.stage ? plan.get("block_c", std::min<int64_t>(shape.C, 16)) : shape.C;
  dense.strip = plan.get("strip", dense.line ? dense.tileX * 4 : dense.tileY);
  dense.parallelK = plan.get("parallel_k", 0) != 0;
  return dense;
}

Plan defaultDensePlan(const Kernel &kernel, const Target &target, bool pointwise) {
  Plan plan;
  plan.algorithm = pointwise ? "pointwise" : "direct";
  return plan;
}

std::optional<std::string> whyNotDensePlan(const Kernel &kernel, const DensePlan &plan,
                                           const Target &target) {
  return std::nullopt;
}

std::vector<Parameter> denseSpace(const Kernel &kernel, const Target &target, bool pointwise) {
  auto range = [](int64_t lo, int64_t hi) { std::vector<int64_t> v; for (; lo <= hi; ++lo) v.push_back(lo); return v; };
  return {{"tile_x", range(1, 32), ""}, {"tile_y", range(1, 32), ""}, {"tile_k", range(1, 8), ""},
          {"stage", {0, 1}, ""}, {"block_c", range(1, 64), ""}, {"strip", range(1, 4096), ""}, {"parallel_k", {0, 1}, ""}};
}

} // namespace convwright::schedules
