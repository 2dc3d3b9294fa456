//===- Convolve.cpp - a convolution by its definition ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Convolve.h"

#include <algorithm>
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

/// x with its padding made explicit.
HostTensor padded(const HostTensor &x, const ir::ConvAttributes &attributes) {
  const int64_t N = x.shape[0], C = x.shape[1], H = x.shape[2], W = x.shape[3];
  const auto [top, left] = attributes.padBefore;
  const auto [bottom, right] = attributes.padAfter;
  HostTensor result{x.type, {N, C, top + H + bottom, left + W + right}, {}};
  result.values.reserve(static_cast<size_t>(result.elementCount()));
  for (int64_t image = 0; image < N * C; ++image)
    for (int64_t h = -top; h < H + bottom; ++h)
      for (int64_t w = -left; w < W + right; ++w) {
        const int64_t row = sourcePosition(h, H, attributes.paddingMode);
        const int64_t column = sourcePosition(w, W, attributes.paddingMode);
        const bool inside = row >= 0 && column >= 0;
        result.values.push_back(inside ? x.values[(image * H + row) * W + column] : 0.0);
      }
  return result;
}

} // namespace

HostTensor convolve(const HostTensor &x, const HostTensor &w, const HostTensor *b,
                    const ir::ConvAttributes &attributes) {
  const HostTensor source = padded(x, attributes);
  const auto [strideH, strideW] = attributes.stride;
  const auto [dilationH, dilationW] = attributes.dilation;
  const int64_t N = x.shape[0], C = x.shape[1], H = source.shape[2], W = source.shape[3];
  const int64_t K = w.shape[0], groupC = w.shape[1], R = w.shape[2], S = w.shape[3];
  const int64_t P = (H - dilationH * (R - 1) - 1) / strideH + 1;
  const int64_t Q = (W - dilationW * (S - 1) - 1) / strideW + 1;

  HostTensor y{ElementType::F32, {N, K, P, Q}, {}};
  y.values.resize(static_cast<size_t>(N * K * P * Q));
  for (int64_t n = 0; n < N; ++n)
    for (int64_t k = 0; k < K; ++k) {
      double *result = &y.values[(n * K + k) * P * Q];
      std::fill_n(result, P * Q, b ? b->values[k] : 0.0);
      const int64_t firstChannel = k / (K / attributes.groups) * groupC;
      for (int64_t c = 0; c < groupC; ++c)
        for (int64_t r = 0; r < R; ++r)
          for (int64_t s = 0; s < S; ++s) {
            const double weight = w.values[((k * groupC + c) * R + r) * S + s];
            const double *image = &source.values[(n * C + firstChannel + c) * H * W];
            for (int64_t p = 0; p < P; ++p) {
              const double *row = image + (p * strideH + r * dilationH) * W + s * dilationW;
              for (int64_t q = 0; q < Q; ++q)
                result[p * Q + q] += weight * row[q * strideW];
            }
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
