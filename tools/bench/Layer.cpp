//===- Layer.cpp - table rows as layers, and what they should give --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Layer.h"

#include <algorithm>
#include <cmath>
#include <sstream>

using convwright::tools::Tensor;

namespace convwright::bench {
namespace {

/// About a tenth of a second of plain loops.
constexpr int64_t affordableMultiplyAdds = 60'000'000;
constexpr int64_t leastOutputs = 512;

std::string list(const std::array<int64_t, 2> &values) {
  return "[" + std::to_string(values[0]) + ", " + std::to_string(values[1]) + "]";
}

/// One output in double precision. `index`: row-major in [N, K, P, Q].
double reference(const Row &row, const Tensor &x, const Tensor &w, const Tensor &b, int64_t index) {
  int64_t Q = row.outputWidth(), P = row.outputHeight();
  int64_t q = index % Q, p = index / Q % P, k = index / (Q * P) % row.K,
          n = index / (Q * P * row.K);
  int64_t channels = row.C / row.groups, first = k / (row.K / row.groups) * channels;
  double sum = b.at(k);
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t r = 0; r < row.R; ++r) {
      int64_t h = p * row.stride[0] + r * row.dilation[0] - row.pad[0];
      if (h < 0 || h >= row.H)
        continue;
      for (int64_t s = 0; s < row.S; ++s) {
        int64_t column = q * row.stride[1] + s * row.dilation[1] - row.pad[1];
        if (column >= 0 && column < row.W)
          sum += w.at(((k * channels + c) * row.R + r) * row.S + s) *
                 x.at(((n * row.C + first + c) * row.H + h) * row.W + column);
      }
    }
  return std::max(sum, 0.0);
}

/// Which outputs to check, in [0, total): all, or corners and a fixed choice.
std::vector<int64_t> choose(int64_t total, int64_t affordable) {
  std::vector<int64_t> chosen;
  if (total <= affordable) {
    for (int64_t i = 0; i < total; ++i)
      chosen.push_back(i);
    return chosen;
  }
  chosen = {0, total - 1};
  uint64_t state = 1;
  while (static_cast<int64_t>(chosen.size()) < affordable) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    chosen.push_back(static_cast<int64_t>((state >> 16) % total));
  }
  return chosen;
}

} // namespace

std::string layerText(const Row &row, schedules::Layout layout) {
  std::ostringstream text;
  text << "layer row(x: f32[" << row.N << ", " << row.C << ", " << row.H << ", " << row.W << "] "
       << (layout == schedules::Layout::ChannelsLast ? "nhwc" : "nchw") << ", weight w: f32["
       << row.K << ", " << row.C / row.groups << ", " << row.R << ", " << row.S
       << "], weight b: f32[" << row.K
       << "]) {\n  return relu(conv2d(x, w, b, stride = " << list(row.stride)
       << ", padding = " << list(row.pad) << ", dilation = " << list(row.dilation)
       << ", groups = " << row.groups << "));\n}\n";
  return text.str();
}

Check checkRow(const Row &row, const Tensor &x, const Tensor &w, const Tensor &b, const Tensor &y) {
  int64_t each = row.C / row.groups * row.R * row.S;
  double error = 0, norm = 0;
  std::vector<int64_t> outputs =
      choose(row.outputElements(), std::max(leastOutputs, affordableMultiplyAdds / each));
  for (int64_t index : outputs) {
    double expected = reference(row, x, w, b, index), difference = y.at(index) - expected;
    error += difference * difference;
    norm += expected * expected;
  }
  double relative = norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
  return {relative, static_cast<int64_t>(outputs.size())};
}

} // namespace convwright::bench
