//===- Problem.cpp - what is tuned: canonical kernels and their keys ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Problem.h"

#include "schedules/kernel/ContentHash.h"
#include "schedules/kernel/KernelSpelling.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace convwright::schedules {

using nlohmann::json;

namespace {

/// No algorithm looks at the values of more.
constexpr size_t mostKeptElements = 64;

template <typename Visit> void forEachExpression(Kernel &kernel, Visit visit) {
  for (Stage &stage : kernel.stages)
    forEachExpression(stage, visit);
  for (Fold &fold : kernel.folds)
    visit(fold.value);
  for (Output &output : kernel.outputs)
    visit(output.value);
}

template <typename Visit> void forEachExtent(Sampling &sampling, Visit visit) {
  visit(sampling.in);
  visit(sampling.out);
}

template <typename Visit> void forEachExtent(Part &part, Visit visit) {
  std::for_each(part.whole.begin(), part.whole.end(), visit);
  std::for_each(part.start.begin(), part.start.end(), visit);
}

template <typename Visit> void forEachExtent(Kernel &kernel, Visit visit) {
  for (Operand &operand : kernel.operands) {
    std::for_each(operand.dims.begin(), operand.dims.end(), visit);
    if (operand.part)
      forEachExtent(*operand.part, visit);
    for (Access &access : operand.accesses) {
      std::for_each(access.dims.begin(), access.dims.end(), visit);
      for (AxisAccess &axis : access.axes) {
        visit(axis.offset);
        if (axis.sampling)
          forEachExtent(*axis.sampling, visit);
      }
    }
  }
  for (Fold &fold : kernel.folds)
    std::for_each(fold.dims.begin(), fold.dims.end(), visit);
  for (Sampling &sampling : kernel.samplings)
    forEachExtent(sampling, visit);
  for (Stage &conv : kernel.stages) {
    std::for_each(conv.inputDims.begin(), conv.inputDims.end(), visit);
    std::for_each(conv.outputDims.begin(), conv.outputDims.end(), visit);
  }
  for (Output &output : kernel.outputs) {
    std::for_each(output.dims.begin(), output.dims.end(), visit);
    if (output.part)
      forEachExtent(*output.part, visit);
  }
}

/// Fields that a node's operation does not use have one value.
void clearUnused(ScalarNode &node) {
  for (size_t i = operandCount(node.op); i < node.args.size(); ++i)
    node.args[i] = -1;
  if (node.op != ScalarOp::Constant)
    node.value = 0;
  if (node.op == ScalarOp::Constant || operandCount(node.op) > 0)
    node.index = 0;
}

/// A layer's other symbols are no part of this kernel; the rest are numbered as they are met.
void keepUsedSymbols(Kernel &kernel) {
  std::vector<int32_t> renumbered(kernel.symbols.size(), -1);
  std::vector<Symbol> used;
  forEachExtent(kernel, [&](Extent &extent) {
    if (extent.isConstant())
      return;
    int32_t &number = renumbered[static_cast<size_t>(extent.symbol)];
    if (number < 0) {
      number = static_cast<int32_t>(used.size());
      used.push_back(kernel.symbols[static_cast<size_t>(extent.symbol)]);
    }
    extent.symbol = number;
  });
  kernel.symbols = std::move(used);
}

void namePositionally(Kernel &kernel) {
  kernel.name = "k";
  for (size_t i = 0; i < kernel.symbols.size(); ++i)
    kernel.symbols[i].name = positionalName('S', i);
  for (size_t i = 0; i < kernel.operands.size(); ++i)
    kernel.operands[i].name = positionalName(positionalKind(kernel.operands[i].role), i);
  for (size_t i = 0; i < kernel.outputs.size(); ++i)
    kernel.outputs[i].name = positionalName('o', i);
}

/// The first activation with pixels that the expression reads.
const Operand *imageOf(const Kernel &kernel, const ScalarExpr &expr) {
  for (const ScalarNode &node : expr.nodes)
    if (node.op == ScalarOp::Operand)
      if (const Operand &operand = kernel.operands[static_cast<size_t>(node.index)];
          operand.role == Operand::Role::Activation && operand.dims.size() == kernel.rank())
        return &operand;
  return nullptr;
}

/// What stays of a convolution's input or an output without the work around it.
ScalarExpr justImage(const Kernel &kernel, const ScalarExpr &expr) {
  const Operand *image = imageOf(kernel, expr);
  return ScalarExpr::operand(0, image ? image->type : expr.type());
}

/// The first stage that an output reads.
int32_t stageIn(const Output &output) {
  for (const ScalarNode &node : output.value.nodes)
    if (node.op == ScalarOp::Conv)
      return node.index;
  return 0;
}

/// The kernel's convolutions as a kernel with nothing fused: of each its sizes, and one image, one
/// filter and one output for all.
Kernel convolutionsAlone(const Kernel &kernel) {
  Kernel alone;
  alone.symbols = kernel.symbols;
  for (const Stage &conv : kernel.stages) {
    Stage bare = conv;
    bare.input = justImage(kernel, conv.input);
    if (conv.filterKind != FilterKind::None)
      bare.filter = ScalarExpr::operand(1, conv.filter.type());
    bare.bias.reset();
    if (bare.displacement) {
      bare.displacement->offsets = ScalarExpr::operand(2, ElementType::F32);
      if (bare.displacement->mask)
        bare.displacement->mask = ScalarExpr::operand(3, ElementType::F32);
    }
    alone.stages.push_back(std::move(bare));
  }
  const Stage &first = kernel.stages.front();
  Operand image;
  image.type = alone.stages.front().input.type();
  image.dims = first.inputDims;
  if (const Operand *found = imageOf(kernel, first.input))
    image.layout = found->layout;
  alone.operands.push_back(image);
  for (const Output &output : kernel.outputs) {
    int32_t index = output.part ? stageIn(output) : 0;
    const Stage &stage = kernel.stages[static_cast<size_t>(index)];
    Output bare{"", ScalarExpr::conv(index), output.type, stage.outputDims, output.layout};
    if (stage.phase)
      bare.part = output.part;
    alone.outputs.push_back(std::move(bare));
  }
  return canonicalKernel(alone);
}

int64_t likeOf(const Kernel &kernel, const Extent &extent) {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.like);
  return extent.at(sizes);
}

size_t operationsIn(const ScalarExpr &expr) {
  return static_cast<size_t>(
      std::count_if(expr.nodes.begin(), expr.nodes.end(),
                    [](const ScalarNode &node) { return operandCount(node.op) > 0; }));
}

size_t fusedOperations(const Kernel &kernel) {
  size_t count = 0;
  for (const Stage &conv : kernel.stages)
    count += operationsIn(conv.input) + (conv.bias ? 1 : 0);
  for (const Output &output : kernel.outputs)
    count += operationsIn(output.value);
  return count;
}

/// "2", or "2x1" where axes differ.
std::string perAxis(const Stage &stage, int64_t WindowAxis::*number) {
  std::string all;
  bool equal = true;
  for (const WindowAxis &axis : stage.window) {
    all += (all.empty() ? "" : "x") + std::to_string(axis.*number);
    equal &= axis.*number == stage.window.front().*number;
  }
  return equal ? std::to_string(stage.window.front().*number) : all;
}

/// "@56x56", a symbolic size as "~1080".
std::string describeImage(const Kernel &kernel, const Dims &dims) {
  auto size = [&](const Extent &extent) {
    return (extent.isConstant() ? "" : "~") + std::to_string(likeOf(kernel, extent));
  };
  std::string image;
  for (Axis axis : spatialAxes(dims.size()))
    image += (image.empty() ? "@" : "x") + size(along(dims, axis));
  std::string batch = dims[0] == Extent::constant(1) ? "" : " n" + size(dims[0]);
  return image + batch;
}

/// What is not a convolution says so first.
std::string describeKind(const Stage &stage) {
  if (stage.reduction != Reduction::Sum)
    return std::string(spellingIn(reductionSpellings, stage.reduction)) + " ";
  if (stage.displacement)
    return "displaced ";
  return stage.filterKind == FilterKind::Shared
             ? ""
             : std::string(spellingIn(filterKindSpellings, stage.filterKind)) + " ";
}

std::string describeStage(const Kernel &kernel, const Stage &stage) {
  std::string text =
      describeKind(stage) + spellTaps(stage) + " s" + perAxis(stage, &WindowAxis::stride);
  if (std::string dilation = perAxis(stage, &WindowAxis::dilation); dilation != "1")
    text += " d" + dilation;
  if (stage.groups > 1)
    text += stage.groups == stage.C ? " dw" : " g" + std::to_string(stage.groups);
  text += " " + std::to_string(stage.C) + "->" + std::to_string(stage.K) + " ";
  text += describeImage(kernel, stage.inputDims);
  const Operand *image = imageOf(kernel, stage.input);
  return text + " " +
         std::string(spell(image ? image->layout : Layout::ChannelsFirst, kernel.rank())) + " " +
         std::string(spell(image ? image->type : stage.input.type()));
}

} // namespace

Kernel canonicalKernel(const Kernel &kernel) {
  Kernel canonical = kernel;
  for (Operand &operand : canonical.operands) {
    if (operand.data.size() > mostKeptElements * byteWidth(operand.type)) {
      operand.role = Operand::Role::Weight;
      operand.data.clear();
    }
  }
  forEachExpression(canonical, [](ScalarExpr &expr) {
    std::for_each(expr.nodes.begin(), expr.nodes.end(), clearUnused);
  });
  keepUsedSymbols(canonical);
  namePositionally(canonical);
  return canonical;
}

std::string problemKey(const Kernel &kernel) {
  return contentHash(kernelToJson(canonicalKernel(kernel)).dump());
}

std::string convolutionKey(const Kernel &kernel) { return contentHash(convolutionText(kernel)); }

std::string convolutionText(const Kernel &kernel) {
  if (kernel.stages.empty()) // pointwise work has nothing but itself
    return kernelToJson(canonicalKernel(kernel)).dump();
  return kernelToJson(convolutionsAlone(kernel)).dump();
}

std::string describeProblem(const Kernel &kernel) {
  size_t fused = fusedOperations(kernel);
  if (kernel.stages.empty()) {
    std::string image = kernel.outputs.empty() ? "" : describeImage(kernel, kernel.outputs[0].dims);
    return "pointwise " + image + " +" + std::to_string(fused);
  }
  std::string text = describeStage(kernel, kernel.stages.front());
  if (kernel.stages.size() > 1)
    text += " x" + std::to_string(kernel.stages.size());
  return fused == 0 ? text : text + " +" + std::to_string(fused);
}

} // namespace convwright::schedules
