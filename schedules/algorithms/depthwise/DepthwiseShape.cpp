//===- DepthwiseShape.cpp - a depthwise kernel as numbers ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwiseShape.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/kernel/ElementType.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace convwright::schedules {

namespace {

/// Element `index` of a constant, as a number.
double constantElement(const Operand &operand, size_t index) {
  return readElement(operand.type, operand.data.data() + index * byteWidth(operand.type));
}

/// The constant that an expression is, as it stands; none when it computes anything.
const Operand *constantOperand(const Kernel &kernel, const ScalarExpr &expr) {
  if (expr.nodes.size() != 1 || expr.root().op != ScalarOp::Operand)
    return nullptr;
  const Operand &operand = kernel.operands.at(static_cast<size_t>(expr.root().index));
  return operand.role == Operand::Role::Constant ? &operand : nullptr;
}

std::optional<LiteralFilter> literalFilter(const Kernel &kernel, const Stage &conv) {
  const Operand *weights = constantOperand(kernel, conv.filter);
  if (!weights || weights->type != ElementType::F32)
    return std::nullopt;
  LiteralFilter literal;
  for (size_t i = 0; i < static_cast<size_t>(conv.taps()); ++i)
    literal.taps.push_back(constantElement(*weights, i));
  if (conv.bias) {
    const Operand *bias = constantOperand(kernel, *conv.bias);
    if (!bias || bias->type != ElementType::F32)
      return std::nullopt;
    literal.bias = constantElement(*bias, 0);
  }
  bool finite =
      std::isfinite(literal.bias) && std::all_of(literal.taps.begin(), literal.taps.end(),
                                                 [](double tap) { return std::isfinite(tap); });
  return finite ? std::optional(literal) : std::nullopt;
}

/// Literals pay while all taps of a tile stay in one straight piece of code; a tap of 0 may be left
/// out only where its product is 0, which NaN and Inf would make false.
std::vector<LiteralFilter> literalFilters(const Kernel &kernel, const DepthwiseShape &shape) {
  constexpr int64_t mostTaps = 25;
  std::vector<LiteralFilter> literals;
  for (const Stage &conv : kernel.stages) {
    std::optional<LiteralFilter> literal = literalFilter(kernel, conv);
    if (!literal || conv.K != 1 || conv.window.size() != 2 || conv.taps() > mostTaps)
      return {};
    bool anyZero = std::count(literal->taps.begin(), literal->taps.end(), 0.0) > 0;
    if (anyZero && !shape.integerInput)
      return {};
    literals.push_back(*literal);
  }
  return literals;
}

/// Whether integer taps on bytes keep every partial sum, in any order, within int16.
bool sumsFit16(const std::vector<LiteralFilter> &literals) {
  auto whole = [](double value) { return value == std::nearbyint(value); };
  for (const LiteralFilter &literal : literals) {
    double bound = std::fabs(literal.bias);
    for (double tap : literal.taps)
      bound += 255 * std::fabs(tap);
    if (!whole(literal.bias) || !std::all_of(literal.taps.begin(), literal.taps.end(), whole) ||
        bound > 32767)
      return false;
  }
  return !literals.empty();
}

/// The operand that a convolution's input is, or is converted from; none when it is anything else.
const Operand *plainOperand(const Kernel &kernel, const ScalarExpr &input) {
  const std::vector<ScalarNode> &nodes = input.nodes;
  bool converted = nodes.size() == 2 && nodes[1].op == ScalarOp::Convert;
  if (nodes.front().op != ScalarOp::Operand || (nodes.size() != 1 && !converted))
    return nullptr;
  const Operand &operand = kernel.operands.at(static_cast<size_t>(nodes.front().index));
  return operand.accesses.empty() ? &operand : nullptr;
}

/// The layout of the operand that brings the pixels; of the outputs when there is none.
Layout inputLayout(const Kernel &kernel, const ScalarExpr &input) {
  for (const ScalarNode &node : input.nodes) {
    if (node.op != ScalarOp::Operand)
      continue;
    const Operand &operand = kernel.operands.at(static_cast<size_t>(node.index));
    if (operand.role == Operand::Role::Activation && operand.dims.size() == kernel.rank())
      return operand.layout;
  }
  return kernel.outputs.front().layout;
}

std::vector<int64_t> lowestSizes(const Kernel &kernel) {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.lo);
  return sizes;
}

/// Of the taps along an axis, how many lie in the image, on average over the outputs.
double tapsUsed(const Stage &conv, Axis axis, const std::vector<int64_t> &sizes) {
  WindowAxis window = conv.windowAlong(axis);
  int64_t outputs = along(conv.outputDims, axis).at(sizes);
  int64_t size = along(conv.inputDims, axis).at(sizes);
  int64_t taps = window.taps, stride = window.stride, inside = 0;
  if (conv.paddingMode != PaddingMode::Zeros)
    return static_cast<double>(taps);
  for (int64_t tap = 0; tap < taps; ++tap) {
    // Output o reads o * stride + first.
    int64_t first = tap * window.dilation - window.padBefore;
    int64_t from = first >= 0 ? 0 : (-first + stride - 1) / stride;
    int64_t to = first >= size ? 0 : (size - first + stride - 1) / stride;
    inside += std::max<int64_t>(0, std::min(outputs, to) - std::min(outputs, from));
  }
  return static_cast<double>(inside) / static_cast<double>(std::max<int64_t>(1, outputs));
}

} // namespace

DepthwiseShape::DepthwiseShape(const Kernel &kernel) {
  const Stage &first = kernel.stages.front();
  stages = static_cast<int64_t>(kernel.stages.size());
  K = first.K;
  C = first.C;
  strideH = first.windowAlong(Axis::H).stride;
  strideW = first.windowAlong(Axis::W).stride;
  maxT = maxR = maxS = reachH = reachW = 1;
  for (const Stage &conv : kernel.stages) {
    WindowAxis height = conv.windowAlong(Axis::H), width = conv.windowAlong(Axis::W);
    maxT = std::max(maxT, conv.windowAlong(Axis::D).taps);
    maxR = std::max(maxR, height.taps);
    maxS = std::max(maxS, width.taps);
    reachH = std::max(reachH, height.reach());
    reachW = std::max(reachW, width.reach());
  }
  std::vector<int64_t> like = likeSizes(kernel);
  Extent columns = along(first.outputDims, Axis::W);
  N = along(first.outputDims, Axis::N).at(like) * along(first.outputDims, Axis::D).at(like);
  P = along(first.outputDims, Axis::H).at(like);
  Q = columns.at(like);
  minQ = columns.at(lowestSizes(kernel));
  W = along(first.inputDims, Axis::W).at(like);
  constantQ = columns.isConstant();
  rowsUsed = columnsUsed = 0;
  for (const Stage &conv : kernel.stages) {
    rowsUsed = std::max(rowsUsed, tapsUsed(conv, Axis::D, like) * tapsUsed(conv, Axis::H, like));
    columnsUsed = std::max(columnsUsed, tapsUsed(conv, Axis::W, like));
  }
  in = inputLayout(kernel, first.input);
  out = kernel.outputs.front().layout;
  const Operand *operand = plainOperand(kernel, first.input);
  plainInput = operand != nullptr;
  integerInput = operand && operand->type != ElementType::F32;
  literals = literalFilters(kernel, *this);
  fits16 = operand && byteWidth(operand->type) == 1 && sumsFit16(literals);
}

} // namespace convwright::schedules
