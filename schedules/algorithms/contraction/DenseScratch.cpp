//===- DenseScratch.cpp - how much memory staging takes --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DenseScratch.h"

namespace convwright::schedules {

/// factor * extent + more, or a little above.
static Extent scaled(const Extent &extent, int64_t factor, int64_t more) {
  if (extent.isConstant())
    return Extent::constant(extent.add * factor + more);
  return {extent.symbol, extent.mul * factor, extent.add * factor + more * extent.div, extent.div};
}

static std::vector<Extent> lineDims(const Stage &conv, const DenseShape &shape,
                                    const DensePlan &plan) {
  Extent block = Extent::constant(plan.blockC);
  if (!plan.parallelK)
    return {block, Extent::constant(plan.strip())};
  std::vector<Extent> dims{block};
  if (shape.batchIsLine)
    dims.push_back(conv.outputDims[0]);
  dims.insert(dims.end(), conv.outputDims.begin() + 2, conv.outputDims.end());
  Extent partialStrip = Extent::constant(2);
  dims.push_back(partialStrip);
  return dims;
}

static std::vector<Extent> planeDims(const Stage &conv, const DenseShape &shape,
                                     const DensePlan &plan, const Target &target, bool flat) {
  bool sampled = shape.is1x1WithoutPadding();
  int64_t strideX = sampled ? 1 : shape.strideW, strideY = sampled ? 1 : shape.strideH;
  int64_t reachX = (shape.S - 1) * shape.dilationW + 1;
  int64_t reachY = (shape.R - 1) * shape.dilationH + 1;
  int64_t width = flat ? shape.C : plan.blockC, slack = flat ? target.lanes(4) : 0;
  Extent columns = scaled(along(conv.outputDims, Axis::W), strideX * width,
                          ((plan.tileX + 1) * strideX + reachX) * width + slack);
  if (plan.alongRow && !plan.parallelK)
    return {Extent::constant(((plan.strip() - 1) * strideX + reachX + strideX) * width + slack),
            Extent::constant(1)};
  if (plan.parallelK)
    return {columns,
            scaled(along(conv.outputDims, Axis::H), strideY, plan.strip() * strideY + reachY)};
  return {columns, Extent::constant((plan.strip() - 1) * strideY + reachY)};
}

std::vector<ScratchBuffer> denseScratch(const Stage &conv, const DenseShape &shape,
                                        const DensePlan &plan, const Target &target, bool flat) {
  if (!plan.stage)
    return {};
  ScratchBuffer buffer;
  buffer.perThread = !plan.parallelK;
  buffer.dims =
      plan.line ? lineDims(conv, shape, plan) : planeDims(conv, shape, plan, target, flat);
  int64_t blocksC = (shape.C + plan.blockC - 1) / plan.blockC;
  buffer.dims.push_back(Extent::constant(blocksC * shape.G));
  if (shape.T > 1)
    buffer.dims.push_back(Extent::constant(shape.T));
  if (plan.parallelK && conv.outputDims.size() == 5 && !plan.line)
    buffer.dims.push_back(along(conv.outputDims, Axis::D));
  return {buffer};
}

} // namespace convwright::schedules
