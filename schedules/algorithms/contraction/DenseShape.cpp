//===- DenseShape.cpp - a convolution as the register-tiled schedules see it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DenseShape.h"

#include "schedules/algorithms/Cost.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace convwright::schedules {

/// The operand of the convolution's input that varies over channels and pixels; its layout is what
/// staging has to deal with.
static Layout inputLayout(const Kernel &kernel, const Stage &conv) {
  Layout found = Layout::ChannelsFirst;
  for (const ScalarNode &node : conv.input.nodes) {
    if (node.op != ScalarOp::Operand)
      continue;
    const Operand &operand = kernel.operands[static_cast<size_t>(node.index)];
    if (operand.dims.size() == kernel.rank())
      found = operand.layout;
  }
  return found;
}

static double usedRows(const DenseShape &shape) {
  if (shape.mode != PaddingMode::Zeros)
    return 1;
  int64_t used = 0;
  for (int64_t p = 0; p < shape.P; ++p)
    for (int64_t r = 0; r < shape.R; ++r) {
      int64_t y = p * shape.strideH + r * shape.dilationH - shape.padTop;
      used += y >= 0 && y < shape.H;
    }
  return static_cast<double>(used) / static_cast<double>(shape.P * shape.R);
}

DenseShape::DenseShape(const Kernel &kernel, bool line, size_t stage) {
  const Stage &conv = kernel.stages[stage];
  std::vector<int64_t> like = likeSizes(kernel);
  WindowAxis d = conv.windowAlong(Axis::D), h = conv.windowAlong(Axis::H),
             w = conv.windowAlong(Axis::W);
  auto output = [&](Axis axis) { return along(conv.outputDims, axis).at(like); };
  N = output(Axis::N);
  depth = output(Axis::D);
  P = output(Axis::H);
  if (line)
    P *= std::exchange(depth, 1);
  Q = output(Axis::W);
  batchIsLine = line && hasOnePixelImages(kernel);
  if (batchIsLine)
    Q = std::exchange(N, 1);
  H = along(conv.inputDims, Axis::H).at(like);
  W = along(conv.inputDims, Axis::W).at(like);
  oneRow =
      !line && h.taps == 1 && !h.padded() && along(conv.outputDims, Axis::H) == Extent::constant(1);
  G = conv.groups;
  K = conv.K / G;
  C = conv.C / G;
  T = d.taps;
  R = h.taps;
  S = w.taps;
  strideH = h.stride;
  strideW = w.stride;
  dilationH = h.dilation;
  dilationW = w.dilation;
  symbolic = !std::all_of(conv.outputDims.begin() + (batchIsLine ? 0 : 2), conv.outputDims.end(),
                          [](const Extent &extent) { return extent.isConstant(); });
  plainInput = conv.input.nodes.size() == 1 && conv.input.root().op == ScalarOp::Operand &&
               kernel.operands[static_cast<size_t>(conv.input.root().index)].accesses.empty();
  in = inputLayout(kernel, conv);
  out = kernel.outputs.front().layout;
  mode = conv.paddingMode;
  padded = conv.padded();
  padTop = h.padBefore;
  rowsUsed = usedRows(*this);
}

int64_t stripUnits(const DenseShape &shape, bool line, bool alongRow) {
  return line ? shape.P * shape.Q : alongRow ? shape.Q : shape.P;
}

bool isFlat(const DenseShape &shape, const DensePlan &plan) {
  return plan.stage && plan.blockC >= shape.C && shape.C < 8 && !plan.line &&
         shape.mode == PaddingMode::Zeros && shape.dilationW == 1;
}

bool hasWholeBlocks(const DenseShape &shape, const DensePlan &plan) {
  return shape.G == 1 || shape.K % plan.blockK() == 0;
}

} // namespace convwright::schedules
