//===- Nest.cpp - a kernel as plain Halide Funcs, before any schedule ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Nest.h"

#include "schedules/lowering/Padding.h"

#include <algorithm>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

/// What packing makes of one convolution's parameters: filter [c, s, r, k] or [k, c, s, r]
/// innermost first, whichever suits the layout of the first output, and the bias [k].
struct PackedConv {
  ImageParam filter, bias;
  bool channelsInnermost;

  Expr filterAt(const Expr &k, const Expr &c, const Expr &r, const Expr &s) const {
    return channelsInnermost ? filter(k, c, s, r) : filter(c, s, r, k);
  }
};

PackedConv packConvolution(const Kernel &kernel, Tensors &tensors, size_t index) {
  const Convolution &conv = kernel.convolutions[index];
  int64_t filled = (conv.K + 63) / 64 * 64, perGroup = conv.C / conv.groups;
  bool channelsInnermost = kernel.outputs.front().layout == Layout::NHWC;
  auto known = [&conv](const Var &k) { return Halide::min(k, toInt(conv.K) - 1); };
  auto element = [&, channelsInnermost](const std::vector<Var> &v) {
    const Var &k = channelsInnermost ? v[0] : v[3], &c = channelsInnermost ? v[1] : v[0];
    const Var &s = channelsInnermost ? v[2] : v[1], &r = channelsInnermost ? v[3] : v[2];
    return Halide::select(k < toInt(conv.K), tensors.filterAt(conv, known(k), c, r, s), 0.0f);
  };
  auto biasElement = [&](const std::vector<Var> &v) {
    return Halide::select(v[0] < toInt(conv.K), tensors.biasAt(conv, known(v[0])), 0.0f);
  };
  std::string number = std::to_string(index);
  std::vector<int64_t> dims = channelsInnermost
                                  ? std::vector<int64_t>{filled, perGroup, conv.S, conv.R}
                                  : std::vector<int64_t>{perGroup, conv.S, conv.R, filled};
  return {tensors.pack("filter" + number, dims, element),
          tensors.pack("bias" + number, {filled}, biasElement), channelsInnermost};
}

NestConv defineConv(const Kernel &kernel, Tensors &tensors, const PackedConv &packed, size_t index,
                    const Nest &nest) {
  const Convolution &conv = kernel.convolutions[index];
  int64_t inGroup = conv.C / conv.groups, outGroup = conv.K / conv.groups;
  NestConv result;
  const LogicalVars &v = nest.vars;
  std::vector<Var> vars = v.inMemoryOrder(nest.layout);
  result.sum = Func(tensors.name("conv" + std::to_string(index)));
  result.taps = RDom(0, toInt(conv.S), 0, toInt(conv.R), 0, toInt(inGroup), tensors.name("taps"));
  Expr s = result.taps.x, r = result.taps.y, c = result.taps.z;
  Expr group = Halide::min(v.c, toInt(conv.K) - 1) / toInt(outGroup); // tiles are rounded up
  Expr channel = conv.groups == 1 ? c : group * toInt(inGroup) + c;
  Point from{v.n, channel, v.y * toInt(conv.stride[0]) + r * toInt(conv.dilation[0]),
             v.x * toInt(conv.stride[1]) + s * toInt(conv.dilation[1])};
  Expr input;
  if (nest.input) {
    Func padded = *nest.input;
    input = padded(memoryOrder<Expr>(nest.layout, from.n, from.c, from.y, from.x));
  } else {
    input = paddedInput(tensors, conv, from);
  }
  result.sum(vars) = packed.bias(v.c);
  result.sum(vars) += packed.filterAt(v.c, c, r, s) * input;
  return result;
}

void defineInput(const Kernel &kernel, Tensors &tensors, Nest &nest) {
  const LogicalVars &v = nest.vars;
  Func padded(tensors.name("padded"));
  padded(v.inMemoryOrder(nest.layout)) = paddedInput(tensors, kernel.convolutions.front(), v);
  nest.input = padded;
}

void defineOutputs(const Kernel &kernel, Tensors &tensors, size_t count, Nest &nest) {
  std::vector<Var> vars = nest.vars.inMemoryOrder(nest.layout);
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
         kernel.outputs[end].dims == model.dims)
    ++end;
  return end - first;
}

} // namespace

bool shareInput(const Kernel &kernel) {
  if (kernel.convolutions.empty())
    return false;
  const Convolution &first = kernel.convolutions.front();
  return std::all_of(
      kernel.convolutions.begin(), kernel.convolutions.end(), [&](const Convolution &conv) {
        return conv.input == first.input && conv.padBefore == first.padBefore &&
               conv.padAfter == first.padAfter && conv.paddingMode == first.paddingMode;
      });
}

std::vector<Nest> defineNests(const Kernel &kernel, Tensors &tensors, bool materialiseInput) {
  std::vector<PackedConv> packed;
  for (size_t i = 0; i < kernel.convolutions.size(); ++i)
    packed.push_back(packConvolution(kernel, tensors, i));
  std::vector<Nest> nests;
  for (size_t first = 0; first < kernel.outputs.size();) {
    size_t count = outputsAlike(kernel, first);
    Nest nest{.layout = kernel.outputs[first].layout, .firstOutput = first};
    if (materialiseInput && shareInput(kernel))
      defineInput(kernel, tensors, nest);
    for (size_t i = 0; i < kernel.convolutions.size(); ++i)
      nest.convs.push_back(defineConv(kernel, tensors, packed[i], i, nest));
    defineOutputs(kernel, tensors, count, nest);
    nests.push_back(nest);
    first += count;
  }
  return nests;
}

} // namespace convwright::schedules
