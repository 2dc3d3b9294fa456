//===- Nest.cpp - a kernel as plain Halide Funcs, before any schedule ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Nest.h"

#include "schedules/lowering/Padding.h"
#include "schedules/lowering/ScalarLowering.h"
#include "schedules/lowering/StageTaps.h"

#include <algorithm>
#include <limits>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace {

/// What is read under displaced taps, so that a schedule may keep it for all output channels.
void defineSamples(Tensors &tensors, const Stage &stage, size_t index, NestConv &conv) {
  LogicalVars v;
  Var s("s"), r("r");
  Func samples(tensors.name("samples" + std::to_string(index)));
  samples(v.c, s, r, v.x, v.y, v.n) =
      displacedInput(tensors, stage, {v.n, v.c, 0, v.y, v.x}, {0, r, s});
  conv.samples = samples;
}

Expr inputUnder(Tensors &tensors, const Stage &stage, const Nest &nest, NestConv &conv,
                const Expr &channel, const Tap &tap) {
  const LogicalVars &v = nest.vars;
  if (conv.samples)
    return (*conv.samples)(channel, tap.s, tap.r, v.x, v.y, v.n);
  Point from{v.n, channel, underTap(stage.windowAlong(Axis::D), v.z, tap.t),
             underTap(stage.windowAlong(Axis::H), v.y, tap.r),
             underTap(stage.windowAlong(Axis::W), v.x, tap.s)};
  if (!nest.input)
    return paddedInput(tensors, stage, from);
  Func padded = *nest.input;
  return padded(memoryOrder(nest.layout, nest.rank, from));
}

/// Taps of each spatial axis, innermost first, and channels.
Halide::Region regionOf(const Tensors &tensors, const Stage &stage) {
  Halide::Region region;
  for (size_t i = stage.window.size(); i-- > 0;)
    region.emplace_back(0, stage.wholeInput ? tensors.extent(stage.inputDims[2 + i])
                                            : Expr(toInt(stage.window[i].taps)));
  region.emplace_back(0, toInt(stage.channelsRead()));
  return region;
}

NestConv defineConv(const Kernel &kernel, Tensors &tensors, const StageFilter &filter, size_t index,
                    const Nest &nest, Lanes lanes) {
  const Stage &stage = kernel.stages[index];
  NestConv result;
  result.channelsTogether = filter.channelsTogether();
  const LogicalVars &v = nest.vars;
  std::vector<Var> vars = v.inMemoryOrder(nest.layout, nest.rank);
  result.sum = Func(tensors.name("conv" + std::to_string(index)));
  result.taps = RDom(regionOf(tensors, stage), tensors.name("taps"));
  bool volume = stage.window.size() == 3;
  Tap tap{volume ? Expr(result.taps.z) : Expr(0), result.taps.y, result.taps.x};
  Expr c = volume ? result.taps.w : result.taps.z;
  if (stage.displacement)
    defineSamples(tensors, stage, index, result);
  Expr input = inputUnder(tensors, stage, nest, result, inputChannel(stage, v.c, c), tap);
  result.sum(vars) = filter.start(v.c);
  Expr before = result.sum(std::vector<Expr>(vars.begin(), vars.end()));
  if (stage.reduction == Reduction::Max)
    result.sum(vars) = maximum(before, input);
  else if (stage.filterKind == FilterKind::None)
    result.sum(vars) += input;
  else
    result.sum(vars) += filter.at(v, c, tap, lanes) * input;
  return result;
}

void defineInput(const Kernel &kernel, Tensors &tensors, Nest &nest) {
  const LogicalVars &v = nest.vars;
  Func padded(tensors.name("padded"));
  padded(v.inMemoryOrder(nest.layout, nest.rank)) = paddedInput(tensors, kernel.stages.front(), v);
  nest.input = padded;
}

/// What the outputs read of a stage: its sum, or that over how many elements it is of.
Expr valueOf(const Kernel &kernel, const Tensors &tensors, const Nest &nest, size_t index) {
  std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
  const Stage &stage = kernel.stages[index];
  Expr value = nest.convs.at(index).sum(std::vector<Expr>(vars.begin(), vars.end()));
  return stage.reduction == Reduction::Mean ? value / meanDivisor(tensors, stage, nest.vars)
                                            : value;
}

} // namespace

void defineOutputs(const Kernel &kernel, Tensors &tensors, size_t count, const ConvLeaf &stages,
                   Nest &nest) {
  std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
  std::vector<Expr> values;
  for (size_t i = nest.firstOutput; i < nest.firstOutput + count; ++i)
    values.push_back(tensors.lower(kernel.outputs[i].value, nest.vars, stages));
  nest.out = Func(tensors.name("out" + std::to_string(nest.firstOutput)));
  if (count == 1)
    nest.out(vars) = values.front();
  else
    nest.out(vars) = Halide::Tuple(values);
  tensors.describeOutput(nest.out, nest.firstOutput);
}

size_t outputsAlike(const Kernel &kernel, size_t first) {
  const Output &model = kernel.outputs[first];
  bool phases = !kernel.stages.empty() && kernel.stages.front().phase;
  size_t end = first + 1;
  while (!phases && end < kernel.outputs.size() && kernel.outputs[end].layout == model.layout &&
         kernel.outputs[end].dims == model.dims)
    ++end;
  return end - first;
}

/// Whether any of so many outputs has the stage in it.
static bool readsStage(const Kernel &kernel, size_t first, size_t count, size_t stage) {
  for (size_t i = first; i < first + count; ++i)
    for (const ScalarNode &node : kernel.outputs[i].value.nodes)
      if (node.op == ScalarOp::Conv && static_cast<size_t>(node.index) == stage)
        return true;
  return false;
}

static NestFold defineFold(const Kernel &kernel, Tensors &tensors, size_t index) {
  const Fold &fold = kernel.folds[index];
  size_t rank = kernel.rank();
  std::string number = std::to_string(index);
  LogicalVars logical;
  NestFold nest{Func(tensors.name("fold" + number)), {}, {}, false};
  std::vector<size_t> order = memoryOrder(kernel.outputs.front().layout, rank);
  std::vector<Var> all = logical.inMemoryOrder(kernel.outputs.front().layout, rank);
  for (size_t i = 0; i < order.size(); ++i)
    if (axisAt(order[i], rank) != fold.axis)
      nest.vars.push_back(all[i]);
  nest.alongInnermost = axisAt(order.front(), rank) == fold.axis;
  nest.along = RDom(0, tensors.extent(along(fold.dims, fold.axis)), tensors.name("along" + number));
  Point at = logical;
  along(at, fold.axis) = nest.along.x;
  Expr value = tensors.lower(fold.value, at);
  if (fold.reduction == Reduction::Max) {
    nest.func(nest.vars) = -std::numeric_limits<float>::infinity();
    nest.func(nest.vars) = Halide::max(nest.func(nest.vars), value);
  } else {
    nest.func(nest.vars) = 0.0f;
    nest.func(nest.vars) += value;
  }
  return nest;
}

std::vector<NestFold> defineFolds(const Kernel &kernel, Tensors &tensors) {
  std::vector<NestFold> folds;
  for (size_t i = 0; i < kernel.folds.size(); ++i) {
    folds.push_back(defineFold(kernel, tensors, i));
    const Fold &fold = kernel.folds[i];
    Layout layout = kernel.outputs.front().layout;
    tensors.setFold(i, [=, func = folds.back().func](const Point &at) -> Expr {
      std::vector<Expr> index;
      std::vector<size_t> order = memoryOrder(layout, fold.dims.size());
      std::vector<Expr> all = memoryOrder(layout, fold.dims.size(), at);
      for (size_t d = 0; d < order.size(); ++d)
        if (axisAt(order[d], fold.dims.size()) != fold.axis)
          index.push_back(all[d]);
      return func(index);
    });
  }
  return folds;
}

bool shareInput(const Kernel &kernel) {
  if (kernel.stages.empty())
    return false;
  const Stage &first = kernel.stages.front();
  return std::all_of(kernel.stages.begin(), kernel.stages.end(), [&](const Stage &conv) {
    return !conv.displacement && conv.reduction == first.reduction && conv.input == first.input &&
           conv.paddingMode == first.paddingMode &&
           std::equal(conv.window.begin(), conv.window.end(), first.window.begin(),
                      [](const WindowAxis &a, const WindowAxis &b) {
                        return a.padBefore == b.padBefore && a.padAfter == b.padAfter;
                      });
  });
}

std::vector<Halide::VarOrRVar> NestConv::loops() const {
  // What no input depends on, one pixel's taps, is no loop for Halide.
  Func scheduled = sum;
  const std::vector<Halide::Internal::Dim> &dims = scheduled.update().get_schedule().dims();
  auto isLoop = [&](const Halide::RVar &tap) {
    return std::any_of(dims.begin(), dims.end(),
                       [&](const Halide::Internal::Dim &dim) { return dim.var == tap.name(); });
  };
  std::vector<Halide::VarOrRVar> loops;
  for (int i = 0; i < taps.dimensions(); ++i)
    if (isLoop(taps[i]))
      loops.emplace_back(taps[i]);
  if (channelsTogether && isLoop(taps[taps.dimensions() - 1]))
    std::rotate(loops.begin(), loops.end() - 1, loops.end());
  return loops;
}

std::vector<Nest> defineNests(const Kernel &kernel, Tensors &tensors, bool materialiseInput,
                              std::optional<Lanes> lanes) {
  Lanes packed = lanes.value_or(lanesOf(kernel.outputs.front().layout));
  std::vector<StageFilter> filters;
  for (size_t i = 0; i < kernel.stages.size(); ++i)
    filters.emplace_back(kernel, tensors, i, packed);
  std::vector<Nest> nests;
  for (size_t first = 0; first < kernel.outputs.size();) {
    size_t count = outputsAlike(kernel, first);
    Nest nest{.layout = kernel.outputs[first].layout, .rank = kernel.rank(), .firstOutput = first};
    if (materialiseInput && shareInput(kernel))
      defineInput(kernel, tensors, nest);
    for (size_t i = 0; i < kernel.stages.size(); ++i)
      if (readsStage(kernel, first, count, i))
        nest.convs.emplace(i, defineConv(kernel, tensors, filters[i], i, nest,
                                         lanes.value_or(lanesOf(nest.layout))));
    auto stages = [&](int32_t i) { return valueOf(kernel, tensors, nest, static_cast<size_t>(i)); };
    defineOutputs(kernel, tensors, count, stages, nest);
    nests.push_back(nest);
    first += count;
  }
  return nests;
}

} // namespace convwright::schedules
