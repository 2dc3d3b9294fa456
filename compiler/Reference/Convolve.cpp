//===- Convolve.cpp - a convolution by its definition ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Convolve.h"

#include <cmath>

namespace convwright::compiler {

using schedules::ElementType;
using schedules::PaddingMode;

int64_t sourcePosition(int64_t position, int64_t size, PaddingMode mode) {
  if (position >= 0 && position < size)
    return position;
  switch (mode) {
  case PaddingMode::Zeros:
    return -1;
  case PaddingMode::Reflect: // without repeating the border
    return position < 0 ? -position : 2 * (size - 1) - position;
  case PaddingMode::Replicate:
    return position < 0 ? 0 : size - 1;
  case PaddingMode::Circular:
    return position < 0 ? position + size : position - size;
  }
  return -1;
}

namespace {

/// For each output position and tap of one axis: the position in x, or −1.
std::vector<std::vector<int64_t>> tapPositions(int64_t outputs, int64_t taps, int64_t size,
                                               int axis, const ir::ConvAttributes &attributes) {
  std::vector<std::vector<int64_t>> positions(static_cast<size_t>(outputs));
  for (int64_t p = 0; p < outputs; ++p)
    for (int64_t r = 0; r < taps; ++r)
      positions[p].push_back(sourcePosition(
          p * attributes.stride[axis] + r * attributes.dilation[axis] - attributes.padBefore[axis],
          size, attributes.paddingMode));
  return positions;
}

int64_t outputExtent(int64_t size, int64_t taps, int axis, const ir::ConvAttributes &attributes) {
  int64_t padded = size + attributes.padBefore[axis] + attributes.padAfter[axis];
  int64_t span = attributes.dilation[axis] * (taps - 1) + 1;
  return (padded - span) / attributes.stride[axis] + 1;
}

} // namespace

HostTensor convolve(const HostTensor &x, const HostTensor &w, const HostTensor *b,
                    const ir::ConvAttributes &attributes) {
  const int64_t N = x.shape[0], C = x.shape[1], H = x.shape[2], W = x.shape[3];
  const int64_t K = w.shape[0], groupC = w.shape[1], R = w.shape[2], S = w.shape[3];
  const int64_t P = outputExtent(H, R, 0, attributes), Q = outputExtent(W, S, 1, attributes);
  const auto rows = tapPositions(P, R, H, 0, attributes);
  const auto columns = tapPositions(Q, S, W, 1, attributes);

  HostTensor y{ElementType::F32, {N, K, P, Q}, {}};
  y.values.reserve(static_cast<size_t>(N * K * P * Q));
  for (int64_t n = 0; n < N; ++n)
    for (int64_t k = 0; k < K; ++k) {
      const int64_t firstChannel = k / (K / attributes.groups) * groupC;
      for (int64_t p = 0; p < P; ++p)
        for (int64_t q = 0; q < Q; ++q) {
          double sum = b ? b->values[k] : 0;
          for (int64_t c = 0; c < groupC; ++c)
            for (int64_t r = 0; r < R; ++r) {
              const int64_t row = rows[p][r];
              const double *weights = &w.values[((k * groupC + c) * R + r) * S];
              const double *image = x.values.data() + (n * C + firstChannel + c) * H * W;
              for (int64_t s = 0; s < S; ++s) {
                const int64_t column = columns[q][s];
                const bool inside = row >= 0 && column >= 0;
                sum += weights[s] * (inside ? image[row * W + column] : 0.0);
              }
            }
          y.values.push_back(sum);
        }
    }
  return y;
}

HostTensor batchNorm(const HostTensor &x, const HostTensor &mean, const HostTensor &variance,
                     const HostTensor &gamma, const HostTensor &beta, double eps) {
  HostTensor y = x;
  const int64_t C = x.shape[1], pixels = x.shape[2] * x.shape[3];
  for (size_t i = 0; i < y.values.size(); ++i) {
    const int64_t c = static_cast<int64_t>(i) / pixels % C;
    y.values[i] =
        (x.values[i] - mean.values[c]) / std::sqrt(variance.values[c] + eps) * gamma.values[c] +
        beta.values[c];
  }
  return y;
}

namespace {

/// How far to move in an operand for one step along each dimension of the result: 0 where it
/// broadcasts.
std::vector<int64_t> broadcastStrides(const std::vector<int64_t> &operand,
                                      const std::vector<int64_t> &shape, bool weightSide) {
  std::vector<int64_t> strides(shape.size(), 0);
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

HostTensor mapElements(const schedules::ScalarExpr &expr,
                       std::span<const HostTensor *const> operands, std::vector<int64_t> shape,
                       bool weightSide) {
  std::vector<std::vector<int64_t>> strides;
  for (const HostTensor *operand : operands)
    strides.push_back(broadcastStrides(operand->shape, shape, weightSide));

  HostTensor result{expr.type(), std::move(shape), {}};
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
