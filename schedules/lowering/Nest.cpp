//===- Nest.cpp - a kernel as plain Halide Funcs, before any schedule ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Nest.h"

#include "schedules/lowering/Padding.h"

#include <algorithm>
#include <limits>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

/// What packing makes of one convolution's parameters: filter [c, s, r, t, k] or [k, c, s, r, t]
/// innermost first, whichever suits the layout of the first output, and the bias [k]. t is there of
/// three spatial axes only.
struct PackedConv {
  ImageParam filter, bias;
  bool channelsInnermost, volume;

  Expr filterAt(const Expr &k, const Expr &c, const Tap &tap) const {
    std::vector<Expr> at = {c, tap.s, tap.r};
    if (volume)
      at.push_back(tap.t);
    at.insert(channelsInnermost ? at.begin() : at.end(), k);
    return filter(at);
  }
};

PackedConv packConvolution(const Kernel &kernel, Tensors &tensors, size_t index) {
  const Stage &conv = kernel.stages[index];
  int64_t filled = (conv.K + 63) / 64 * 64, perGroup = conv.C / conv.groups;
  bool channelsInnermost = kernel.outputs.front().layout == Layout::ChannelsLast;
  bool volume = conv.window.size() == 3;
  auto known = [&conv](const Var &k) { return Halide::min(k, toInt(conv.K) - 1); };
  auto element = [&, channelsInnermost, volume](const std::vector<Var> &v) {
    size_t first = channelsInnermost ? 1 : 0;
    const Var &k = channelsInnermost ? v.front() : v.back();
    Tap tap{volume ? Expr(v[first + 3]) : Expr(0), v[first + 2], v[first + 1]};
    return Halide::select(k < toInt(conv.K), tensors.filterAt(conv, known(k), v[first], tap), 0.0f);
  };
  auto biasElement = [&](const std::vector<Var> &v) {
    return Halide::select(v[0] < toInt(conv.K), tensors.biasAt(conv, known(v[0])), 0.0f);
  };
  std::string number = std::to_string(index);
  std::vector<int64_t> dims = {perGroup};
  for (size_t i = conv.window.size(); i-- > 0;)
    dims.push_back(conv.window[i].taps);
  dims.insert(channelsInnermost ? dims.begin() : dims.end(), filled);
  return {tensors.pack("filter" + number, dims, element),
          tensors.pack("bias" + number, {filled}, biasElement), channelsInnermost, volume};
}

NestConv defineConv(const Kernel &kernel, Tensors &tensors, const PackedConv &packed, size_t index,
                    const Nest &nest) {
  const Stage &conv = kernel.stages[index];
  int64_t inGroup = conv.C / conv.groups, outGroup = conv.K / conv.groups;
  NestConv result;
  const LogicalVars &v = nest.vars;
  std::vector<Var> vars = v.inMemoryOrder(nest.layout, nest.rank);
  result.sum = Func(tensors.name("conv" + std::to_string(index)));
  Halide::Region region;
  for (size_t i = conv.window.size(); i-- > 0;)
    region.emplace_back(0, toInt(conv.window[i].taps));
  region.emplace_back(0, toInt(inGroup));
  result.taps = RDom(region, tensors.name("taps"));
  bool volume = conv.window.size() == 3;
  Tap tap{volume ? Expr(result.taps.z) : Expr(0), result.taps.y, result.taps.x};
  Expr c = volume ? result.taps.w : result.taps.z;
  Expr group = Halide::min(v.c, toInt(conv.K) - 1) / toInt(outGroup); // tiles are rounded up
  Expr channel = conv.groups == 1 ? c : group * toInt(inGroup) + c;
  Point from{v.n, channel, underTap(conv.windowAlong(Axis::D), v.z, tap.t),
             underTap(conv.windowAlong(Axis::H), v.y, tap.r),
             underTap(conv.windowAlong(Axis::W), v.x, tap.s)};
  Expr input;
  if (nest.input) {
    Func padded = *nest.input;
    input = padded(memoryOrder(nest.layout, nest.rank, from));
  } else {
    input = paddedInput(tensors, conv, from);
  }
  result.sum(vars) = packed.bias(v.c);
  result.sum(vars) += packed.filterAt(v.c, c, tap) * input;
  return result;
}

void defineInput(const Kernel &kernel, Tensors &tensors, Nest &nest) {
  const LogicalVars &v = nest.vars;
  Func padded(tensors.name("padded"));
  padded(v.inMemoryOrder(nest.layout, nest.rank)) = paddedInput(tensors, kernel.stages.front(), v);
  nest.input = padded;
}

void defineOutputs(const Kernel &kernel, Tensors &tensors, size_t count, Nest &nest) {
  std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout, nest.rank);
  std::vector<Expr> at(vars.begin(), vars.end());
  std::vector<Expr> values;
  for (size_t i = nest.firstOutput; i < nest.firstOutput + count; ++i)
    values.push_back(tensors.lower(kernel.outputs[i].value, nest.vars, [&](int32_t conv) -> Expr {
      return nest.convs.at(static_cast<size_t>(conv)).sum(at);
    }));
  nest.out = Func(tensors.name("out" + std::to_string(nest.firstOutput)));
  if (count == 1)
    nest.out(vars) = values.front();
  else
    nest.out(vars) = Halide::Tuple(values);
  tensors.describeOutput(nest.out, nest.firstOutput);
}

/// How many outputs from `first` on share a layout and a shape.
size_t outputsAlike(const Kernel &kernel, size_t first) {
  const Output &model = kernel.outputs[first];
  size_t end = first;
  while (end < kernel.outputs.size() && kernel.outputs[end].layout == model.layout &&
         kernel.outputs[end].dims == model.dims && (end == first || !model.part))
    ++end;
  return end - first;
}

/// Whether any of so many outputs has the stage in it.
bool readsStage(const Kernel &kernel, size_t first, size_t count, size_t stage) {
  for (size_t i = first; i < first + count; ++i)
    for (const ScalarNode &node : kernel.outputs[i].value.nodes)
      if (node.op == ScalarOp::Conv && static_cast<size_t>(node.index) == stage)
        return true;
  return false;
}

NestFold defineFold(const Kernel &kernel, Tensors &tensors, size_t index) {
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

} // namespace

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
    return conv.input == first.input && conv.paddingMode == first.paddingMode &&
           std::equal(conv.window.begin(), conv.window.end(), first.window.begin(),
                      [](const WindowAxis &a, const WindowAxis &b) {
                        return a.padBefore == b.padBefore && a.padAfter == b.padAfter;
                      });
  });
}

std::vector<Nest> defineNests(const Kernel &kernel, Tensors &tensors, bool materialiseInput) {
  std::vector<PackedConv> packed;
  for (size_t i = 0; i < kernel.stages.size(); ++i)
    packed.push_back(packConvolution(kernel, tensors, i));
  std::vector<Nest> nests;
  for (size_t first = 0; first < kernel.outputs.size();) {
    size_t count = outputsAlike(kernel, first);
    Nest nest{.layout = kernel.outputs[first].layout, .rank = kernel.rank(), .firstOutput = first};
    if (materialiseInput && shareInput(kernel))
      defineInput(kernel, tensors, nest);
    for (size_t i = 0; i < kernel.stages.size(); ++i)
      if (readsStage(kernel, first, count, i))
        nest.convs.emplace(i, defineConv(kernel, tensors, packed[i], i, nest));
    defineOutputs(kernel, tensors, count, nest);
    nests.push_back(nest);
    first += count;
  }
  return nests;
}

} // namespace convwright::schedules
