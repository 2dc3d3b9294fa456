//===- Kernels.cpp - makers of kernels for tests ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Kernels.h"

#include "schedules/kernel/Extents.h"

namespace convwright::schedules::testing {

ScalarExpr binary(ScalarOp op, const ScalarExpr &a, const ScalarExpr &b) {
  ScalarExpr expr = a;
  auto left = static_cast<int32_t>(expr.nodes.size()) - 1;
  auto base = static_cast<int32_t>(expr.nodes.size());
  for (ScalarNode node : b.nodes) {
    for (unsigned i = 0; i < operandCount(node.op); ++i)
      node.args[i] += base;
    expr.push(node);
  }
  auto right = static_cast<int32_t>(expr.nodes.size()) - 1;
  ScalarNode node;
  node.op = op;
  node.type = a.type();
  node.args = {left, right, -1};
  expr.push(node);
  return expr;
}

ScalarExpr unary(ScalarOp op, ScalarExpr a) {
  ScalarNode node;
  node.op = op;
  node.type = a.type();
  node.args = {static_cast<int32_t>(a.nodes.size()) - 1, -1, -1};
  a.push(node);
  return a;
}

ScalarExpr convert(ScalarExpr a, ElementType to) {
  a = unary(ScalarOp::Convert, std::move(a));
  a.nodes.back().type = to;
  return a;
}

ScalarExpr relu(ScalarExpr value) {
  return binary(ScalarOp::Max, value, ScalarExpr::constant(0, ElementType::F32));
}

static Extent outputExtent(const Extent &in, const WindowAxis &window) {
  int64_t pads = window.padBefore + window.padAfter;
  return *addThenDivide(in, pads - window.reach() + window.stride, window.stride);
}

Kernel convolutionKernel(const Layer &layer) {
  Kernel kernel;
  kernel.name = "layer";
  Dims x = {Extent::constant(layer.N), Extent::constant(layer.C), Extent::constant(layer.H),
            Extent::constant(layer.W)};
  if (layer.symbolic) {
    kernel.symbols = {{"H", 1, 4096, 1, layer.H}, {"W", 1, 4096, 1, layer.W}};
    x[2] = Extent::ofSymbol(0);
    x[3] = Extent::ofSymbol(1);
  }
  auto constants = [](std::vector<int64_t> values) {
    std::vector<Extent> dims;
    for (int64_t value : values)
      dims.push_back(Extent::constant(value));
    return dims;
  };
  kernel.operands.push_back({"x", Operand::Role::Activation, ElementType::F32, x, layer.in, {}});
  kernel.operands.push_back({"w",
                             Operand::Role::Weight,
                             ElementType::F32,
                             constants({layer.K, layer.C / layer.groups, layer.R, layer.S}),
                             Layout::ChannelsFirst,
                             {}});
  if (layer.bias)
    kernel.operands.push_back({"b",
                               Operand::Role::Weight,
                               ElementType::F32,
                               constants({layer.K}),
                               Layout::ChannelsFirst,
                               {}});
  Stage conv;
  conv.input = ScalarExpr::operand(0, ElementType::F32);
  conv.inputDims = x;
  conv.filter = ScalarExpr::operand(1, ElementType::F32);
  if (layer.bias)
    conv.bias = ScalarExpr::operand(2, ElementType::F32);
  conv.K = layer.K;
  conv.C = layer.C;
  conv.groups = layer.groups;
  conv.window = {{layer.R, layer.strideH, layer.dilationH, layer.padH, layer.padH},
                 {layer.S, layer.strideW, layer.dilationW, layer.padW, layer.padW}};
  conv.paddingMode = layer.mode;
  conv.outputDims = {x[0], Extent::constant(layer.K), outputExtent(x[2], conv.window[0]),
                     outputExtent(x[3], conv.window[1])};
  kernel.stages.push_back(conv);
  ScalarExpr value = ScalarExpr::conv(0);
  kernel.outputs.push_back(
      {"y", layer.relu ? relu(value) : value, ElementType::F32, conv.outputDims, layer.out, {}});
  return kernel;
}

} // namespace convwright::schedules::testing
