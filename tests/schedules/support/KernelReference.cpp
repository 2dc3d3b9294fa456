//===- KernelReference.cpp - the right answer, for the schedules' tests ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/KernelReference.h"

namespace convwright::schedules::testing {

namespace {

struct Place {
  const Kernel &kernel;
  const std::vector<int64_t> &sizes;
  const std::vector<HostTensor> &operands;

  /// An operand at a rank-4 place; extents of 1 broadcast, rank 1 is per channel.
  double operand(int32_t index, const std::vector<int64_t> &at) const {
    const HostTensor &tensor = operands[static_cast<size_t>(index)];
    const std::vector<int64_t> &shape = tensor.shape();
    if (shape.size() == 1)
      return tensor.get({shape[0] == 1 ? 0 : at[1]});
    std::vector<int64_t> picked;
    for (size_t i = 0; i < shape.size(); ++i)
      picked.push_back(shape[i] == 1 ? 0 : at[i]);
    return tensor.get(picked);
  }

  double pointwise(const ScalarExpr &expr, const std::vector<int64_t> &at) const {
    return evaluate(expr, [&](const ScalarNode &node) {
      return node.op == ScalarOp::Conv ? convolution(node.index, at) : operand(node.index, at);
    });
  }

  /// A weight expression: rank-1 operands are per output channel.
  double weight(const ScalarExpr &expr, int64_t k, const std::vector<int64_t> &at) const {
    return evaluate(expr, [&](const ScalarNode &node) {
      bool perChannel = operands[static_cast<size_t>(node.index)].shape().size() == 1;
      return operand(node.index, perChannel ? std::vector<int64_t>{0, k, 0, 0} : at);
    });
  }

  static int64_t source(PaddingMode mode, int64_t i, int64_t size) {
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

  double convolution(int32_t index, const std::vector<int64_t> &at) const {
    const Convolution &conv = kernel.convolutions[static_cast<size_t>(index)];
    int64_t k = at[1], perGroup = conv.C / conv.groups, group = k / (conv.K / conv.groups);
    int64_t height = conv.inputDims[2].at(sizes), width = conv.inputDims[3].at(sizes);
    double sum = conv.bias ? weight(*conv.bias, k, {0, k, 0, 0}) : 0;
    for (int64_t r = 0; r < conv.R; ++r)
      for (int64_t s = 0; s < conv.S; ++s) {
        int64_t y =
            source(conv.paddingMode,
                   at[2] * conv.stride[0] + r * conv.dilation[0] - conv.padBefore[0], height);
        int64_t x =
            source(conv.paddingMode,
                   at[3] * conv.stride[1] + s * conv.dilation[1] - conv.padBefore[1], width);
        for (int64_t c = 0; y >= 0 && x >= 0 && c < perGroup; ++c)
          sum += weight(conv.filter, k, {k, c, r, s}) *
                 pointwise(conv.input, {at[0], group * perGroup + c, y, x});
      }
    return sum;
  }
};

} // namespace

double referenceValue(const Kernel &kernel, const std::vector<int64_t> &sizes,
                      const std::vector<HostTensor> &operands, size_t output,
                      const std::vector<int64_t> &at) {
  return Place{kernel, sizes, operands}.pointwise(kernel.outputs[output].value, at);
}

} // namespace convwright::schedules::testing
