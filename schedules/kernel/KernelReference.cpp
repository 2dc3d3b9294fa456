//===- KernelReference.cpp - a kernel's right values, by plain loops ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/KernelReference.h"

namespace convwright::schedules {

namespace {

/// The index that stands for `i` beyond the borders; negative: the value is 0.
int64_t source(PaddingMode mode, int64_t i, int64_t size) {
  if (i >= 0 && i < size)
    return i;
  switch (mode) {
  case PaddingMode::Zeros:
    return -1;
  case PaddingMode::Replicate:
    return i < 0 ? 0 : size - 1;
  case PaddingMode::Reflect:
    return i < 0 ? -i : 2 * (size - 1) - i;
  case PaddingMode::Circular:
    return i < 0 ? i + size : i - size;
  }
  return -1;
}

} // namespace

KernelReference::KernelReference(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                 const std::vector<HostTensor> &operands, bool tabulate)
    : kernel(kernel), sizes(sizes), operands(operands) {
  if (!tabulate)
    return;
  std::vector<Table> filled(kernel.convolutions.size());
  for (size_t i = 0; i < filled.size(); ++i)
    fill(i, filled[i]);
  tables = std::move(filled);
}

KernelReference::Shape KernelReference::inputShape(size_t conv) const {
  const auto &dims = kernel.convolutions[conv].inputDims;
  return {dims[1].at(sizes), dims[2].at(sizes), dims[3].at(sizes)};
}

void KernelReference::fill(size_t index, Table &table) const {
  const Convolution &conv = kernel.convolutions[index];
  Shape shape = inputShape(index);
  for (int64_t n = 0, batch = conv.inputDims[0].at(sizes); n < batch; ++n)
    for (int64_t c = 0; c < shape.channels; ++c)
      for (int64_t y = 0; y < shape.height; ++y)
        for (int64_t x = 0; x < shape.width; ++x)
          table.input.push_back(inputAt(index, n, c, y, x));
  for (int64_t k = 0; k < conv.K; ++k) {
    table.bias.push_back(biasAt(index, k));
    for (int64_t c = 0; c < conv.C / conv.groups; ++c)
      for (int64_t r = 0; r < conv.R; ++r)
        for (int64_t s = 0; s < conv.S; ++s)
          table.filter.push_back(filterAt(index, k, c, r, s));
  }
}

/// An operand at a rank-4 place; extents of 1 broadcast, rank 1 is per channel.
double KernelReference::operand(int32_t index, const std::vector<int64_t> &at) const {
  const HostTensor &tensor = operands[static_cast<size_t>(index)];
  const std::vector<int64_t> &shape = tensor.shape();
  if (shape.size() == 1)
    return tensor.get({shape[0] == 1 ? 0 : at[1]});
  std::vector<int64_t> picked;
  for (size_t i = 0; i < shape.size(); ++i)
    picked.push_back(shape[i] == 1 ? 0 : at[i]);
  return tensor.get(picked);
}

double KernelReference::pointwise(const ScalarExpr &expr, const std::vector<int64_t> &at) const {
  return evaluate(expr, [&](const ScalarNode &node) {
    return node.op == ScalarOp::Conv ? convolution(static_cast<size_t>(node.index), at)
                                     : operand(node.index, at);
  });
}

/// A weight expression: rank-1 operands are per output channel.
double KernelReference::weight(const ScalarExpr &expr, int64_t k,
                               const std::vector<int64_t> &at) const {
  return evaluate(expr, [&](const ScalarNode &node) {
    bool perChannel = operands[static_cast<size_t>(node.index)].shape().size() == 1;
    return operand(node.index, perChannel ? std::vector<int64_t>{0, k, 0, 0} : at);
  });
}

double KernelReference::inputAt(size_t conv, int64_t n, int64_t c, int64_t y, int64_t x) const {
  if (tables.empty())
    return pointwise(kernel.convolutions[conv].input, {n, c, y, x});
  Shape shape = inputShape(conv);
  int64_t at = ((n * shape.channels + c) * shape.height + y) * shape.width + x;
  return tables[conv].input[static_cast<size_t>(at)];
}

double KernelReference::filterAt(size_t index, int64_t k, int64_t c, int64_t r, int64_t s) const {
  const Convolution &conv = kernel.convolutions[index];
  if (tables.empty())
    return weight(conv.filter, k, {k, c, r, s});
  int64_t at = ((k * (conv.C / conv.groups) + c) * conv.R + r) * conv.S + s;
  return tables[index].filter[static_cast<size_t>(at)];
}

double KernelReference::biasAt(size_t index, int64_t k) const {
  const Convolution &conv = kernel.convolutions[index];
  if (!tables.empty())
    return tables[index].bias[static_cast<size_t>(k)];
  return conv.bias ? weight(*conv.bias, k, {0, k, 0, 0}) : 0;
}

double KernelReference::convolution(size_t index, const std::vector<int64_t> &at) const {
  const Convolution &conv = kernel.convolutions[index];
  Shape shape = inputShape(index);
  int64_t k = at[1], perGroup = conv.C / conv.groups, group = k / (conv.K / conv.groups);
  double sum = biasAt(index, k);
  for (int64_t r = 0; r < conv.R; ++r)
    for (int64_t s = 0; s < conv.S; ++s) {
      int64_t y = at[2] * conv.stride[0] + r * conv.dilation[0] - conv.padBefore[0];
      int64_t x = at[3] * conv.stride[1] + s * conv.dilation[1] - conv.padBefore[1];
      y = source(conv.paddingMode, y, shape.height);
      x = source(conv.paddingMode, x, shape.width);
      for (int64_t c = 0; y >= 0 && x >= 0 && c < perGroup; ++c)
        sum += filterAt(index, k, c, r, s) * inputAt(index, at[0], group * perGroup + c, y, x);
    }
  return sum;
}

double KernelReference::value(size_t output, const std::vector<int64_t> &at) const {
  return pointwise(kernel.outputs[output].value, at);
}

double referenceValue(const Kernel &kernel, const std::vector<int64_t> &sizes,
                      const std::vector<HostTensor> &operands, size_t output,
                      const std::vector<int64_t> &at) {
  return KernelReference(kernel, sizes, operands, false).value(output, at);
}

} // namespace convwright::schedules
