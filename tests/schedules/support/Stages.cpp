//===- Stages.cpp - makers of kernels whose stage is no convolution --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Stages.h"

#include <algorithm>

namespace convwright::schedules::testing {

namespace {

Extent outputExtent(const Extent &in, const WindowAxis &window, bool partial) {
  if (in.isConstant())
    return Extent::constant(partial ? *partialOutputSize(in.add, window)
                                    : *outputSize(in.add, window));
  int64_t pads = window.padBefore + window.padAfter;
  int64_t add = pads - window.reach() + window.stride;
  if (partial)
    add = window.padBefore + window.stride - 1 +
          std::min<int64_t>(window.padAfter - window.reach() + window.stride, 0);
  return {in.symbol, 1, add, window.stride};
}

Operand operandOf(const char *name, Operand::Role role, const Dims &dims,
                  Layout layout = Layout::ChannelsFirst, ElementType type = ElementType::F32) {
  return {name, role, type, dims, layout, {}};
}

/// The image, the window over it and what comes of them, without a filter.
Kernel windowKernel(const WindowLayer &layer, bool partial = false) {
  Kernel kernel;
  kernel.name = "layer";
  int64_t K = layer.K ? layer.K : layer.C;
  Dims x = {Extent::constant(layer.N), Extent::constant(layer.C)};
  Dims y = {Extent::constant(layer.N), Extent::constant(K)};
  for (size_t i = 0; i < layer.size.size(); ++i) {
    Extent extent = Extent::constant(layer.size[i]);
    if (layer.symbolic) {
      kernel.symbols.push_back({"S" + std::to_string(i), 1, 4096, 1, layer.size[i]});
      extent = Extent::ofSymbol(static_cast<int32_t>(i));
    }
    x.push_back(extent);
    y.push_back(outputExtent(extent, layer.window[i], partial));
  }
  kernel.operands.push_back(operandOf("x", Operand::Role::Activation, x, layer.in, layer.type));
  Stage stage;
  stage.input = ScalarExpr::operand(0, layer.type);
  stage.inputDims = x;
  stage.outputDims = y;
  stage.K = K;
  stage.C = layer.C;
  stage.groups = layer.groups;
  stage.window = layer.window;
  stage.paddingMode = layer.mode;
  kernel.stages.push_back(stage);
  ScalarExpr value = ScalarExpr::conv(0);
  kernel.outputs.push_back({"y", value, ElementType::F32, y, layer.out, {}});
  return kernel;
}

void addFilter(Kernel &kernel, FilterKind kind, Operand::Role role) {
  Stage &stage = kernel.stages.front();
  stage.filterKind = kind;
  stage.filter =
      ScalarExpr::operand(static_cast<int32_t>(kernel.operands.size()), ElementType::F32);
  kernel.operands.push_back(operandOf("w", role, stage.filterDims()));
}

void addBias(Kernel &kernel) {
  Stage &stage = kernel.stages.front();
  stage.bias = ScalarExpr::operand(static_cast<int32_t>(kernel.operands.size()), ElementType::F32);
  kernel.operands.push_back(operandOf("b", Operand::Role::Weight, {Extent::constant(stage.K)}));
}

ScalarExpr addPerPosition(Kernel &kernel, const char *name, int64_t channels, Layout layout) {
  Dims dims = kernel.stages.front().outputDims;
  dims[1] = Extent::constant(channels);
  kernel.operands.push_back(operandOf(name, Operand::Role::Activation, dims, layout));
  return ScalarExpr::operand(static_cast<int32_t>(kernel.operands.size()) - 1, ElementType::F32);
}

} // namespace

Kernel poolKernel(const WindowLayer &layer, Reduction reduction, bool partialWindows,
                  bool countPadding) {
  Kernel kernel = windowKernel(layer, partialWindows);
  Stage &stage = kernel.stages.front();
  stage.filterKind = FilterKind::None;
  stage.reduction = reduction;
  stage.partialWindows = partialWindows;
  stage.countPadding = countPadding;
  kernel.outputs.front().type = kernel.outputs.front().value.nodes.front().type = stage.type();
  return kernel;
}

Kernel globalPoolKernel(WindowLayer layer, Reduction reduction) {
  layer.window.clear();
  for (int64_t size : layer.size)
    layer.window.push_back({.taps = size});
  Kernel kernel = poolKernel(layer, reduction);
  Stage &stage = kernel.stages.front();
  stage.wholeInput = true;
  std::fill(stage.outputDims.begin() + 2, stage.outputDims.end(), Extent::constant(1));
  kernel.outputs.front().dims = stage.outputDims;
  return kernel;
}

static Kernel filterKernel(const WindowLayer &layer, FilterKind kind) {
  Kernel kernel = windowKernel(layer);
  addFilter(kernel, kind, Operand::Role::Weight);
  if (layer.bias)
    addBias(kernel);
  return kernel;
}

Kernel sharedKernel(const WindowLayer &layer) { return filterKernel(layer, FilterKind::Shared); }

Kernel perPositionKernel(const WindowLayer &layer) {
  return filterKernel(layer, FilterKind::PerPosition);
}

Kernel perPixelKernel(const WindowLayer &layer) {
  Kernel kernel = windowKernel(layer);
  addFilter(kernel, FilterKind::PerPixel, Operand::Role::Activation);
  return kernel;
}

Kernel regionsKernel(const WindowLayer &layer, std::vector<int64_t> grid) {
  Kernel kernel = windowKernel(layer);
  kernel.stages.front().grid = std::move(grid);
  addFilter(kernel, FilterKind::Regions, Operand::Role::Weight);
  return kernel;
}

Kernel displacedKernel(const WindowLayer &layer, int64_t offsetGroups, bool mask) {
  Kernel kernel = windowKernel(layer);
  addFilter(kernel, FilterKind::Shared, Operand::Role::Weight);
  int64_t taps = kernel.stages.front().taps() * offsetGroups;
  Displacement displacement;
  displacement.groups = offsetGroups;
  displacement.offsets = addPerPosition(kernel, "offset", 2 * taps, layer.in);
  if (mask)
    displacement.mask = addPerPosition(kernel, "mask", taps, layer.in);
  kernel.stages.front().displacement = displacement;
  if (layer.bias)
    addBias(kernel);
  return kernel;
}

} // namespace convwright::schedules::testing
