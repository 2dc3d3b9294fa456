//===- DenseShape.cpp - a convolution as the register-tiled schedules see it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DenseShape.h"

#include "schedules/algorithms/Cost.h"

#include <vector>

namespace convwright::schedules {

/// The operand of the convolution's input that varies over channels and pixels; its layout is what
/// staging has to deal with.
static Layout inputLayout(const Kernel &kernel, const Convolution &conv) {
  Layout found = Layout::NCHW;
  for (const ScalarNode &node : conv.input.nodes) {
    if (node.op != ScalarOp::Operand)
      continue;
    const Operand &operand = kernel.operands[static_cast<size_t>(node.index)];
    if (operand.dims.size() == 4)
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
      int64_t y = p * shape.strideH + r * shape.dilationH - shape.padBefore[0];
      used += y >= 0 && y < shape.H;
    }
  return static_cast<double>(used) / static_cast<double>(shape.P * shape.R);
}

DenseShape::DenseShape(const Kernel &kernel) {
  const Convolution &conv = kernel.convolutions.front();
  std::vector<int64_t> like = likeSizes(kernel);
  N = conv.outputDims[0].at(like);
  H = conv.inputDims[2].at(like);
  W = conv.inputDims[3].at(like);
  P = conv.outputDims[2].at(like);
  Q = conv.outputDims[3].at(like);
  G = conv.groups;
  K = conv.K / G;
  C = conv.C / G;
  R = conv.R;
  S = conv.S;
  strideH = conv.stride[0];
  strideW = conv.stride[1];
  dilationH = conv.dilation[0];
  dilationW = conv.dilation[1];
  symbolic = !conv.outputDims[2].isConstant() || !conv.outputDims[3].isConstant();
  plainInput = conv.input.nodes.size() == 1 && conv.input.root().op == ScalarOp::Operand;
  in = inputLayout(kernel, conv);
  out = kernel.outputs.front().layout;
  mode = conv.paddingMode;
  padBefore = conv.padBefore;
  padAfter = conv.padAfter;
  rowsUsed = usedRows(*this);
}

bool DenseShape::is1x1WithoutPadding() const {
  std::array<int64_t, 2> none{0, 0};
  return R == 1 && S == 1 && padBefore == none && padAfter == none;
}

bool isFlat(const DenseShape &shape, const DensePlan &plan) {
  return plan.stage && plan.blockC >= shape.C && shape.C < 8 && !plan.line &&
         shape.mode == PaddingMode::Zeros && shape.dilationW == 1;
}

bool hasWholeBlocks(const DenseShape &shape, const DensePlan &plan) {
  return shape.G == 1 || shape.K % plan.blockK() == 0;
}

} // namespace convwright::schedules
