//===- MapElements.cpp - pointwise work with broadcasting -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/MapElements.h"

namespace convwright::compiler {

namespace {

/// How far to move in an operand for one step along each dimension of the result: 0 where it
/// broadcasts.
std::vector<int64_t> broadcastStrides(const std::vector<int64_t> &operand,
                                      const std::vector<int64_t> &shape, bool weightSide) {
  std::vector<int64_t> strides(shape.size(), 0);
  if (operand.empty())
    return strides;
  if (operand.size() == 1 && shape.size() > 1) {
    strides[weightSide ? 0 : 1] = operand[0] == 1 ? 0 : 1;
    return strides;
  }
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = operand[i] == 1 ? 0 : stride;
    stride *= operand[i];
  }
  return strides;
}

/// The next index in row-major order.
void advance(std::vector<int64_t> &index, const std::vector<int64_t> &shape) {
  for (size_t i = shape.size(); i-- > 0;) {
    if (++index[i] < shape[i])
      return;
    index[i] = 0;
  }
}

} // namespace

ExactTensor mapElements(const schedules::ScalarExpr &expr,
                        std::span<const ExactTensor *const> operands, std::vector<int64_t> shape,
                        bool weightSide) {
  std::vector<std::vector<int64_t>> strides;
  for (const ExactTensor *operand : operands)
    strides.push_back(broadcastStrides(operand->shape, shape, weightSide));

  ExactTensor result{expr.type(), std::move(shape), {}};
  std::vector<int64_t> index(result.shape.size(), 0);
  auto element = [&](const schedules::ScalarNode &leaf) {
    int64_t position = 0;
    for (size_t i = 0; i < index.size(); ++i)
      position += index[i] * strides[leaf.index][i];
    return operands[leaf.index]->values[position];
  };
  const int64_t count = result.elementCount();
  result.values.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i, advance(index, result.shape))
    result.values.push_back(schedules::evaluate(expr, element));
  return result;
}

} // namespace convwright::compiler
