//===- ErrorBound.cpp - how far f32 sums stray from the truth --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/ErrorBound.h"

#include <algorithm>
#include <cmath>

namespace convwright::schedules {

namespace {

constexpr double unitRoundoff = 0x1p-24;
constexpr double sharePromised = 0.5; // of unitRoundoff * sqrt(terms)
constexpr double otherRounding = 5e-7;
constexpr double functionRounding = 1e-6;

bool isApproximated(ScalarOp op) {
  switch (op) {
  case ScalarOp::Exp:
  case ScalarOp::Log:
  case ScalarOp::Log1p:
  case ScalarOp::Expm1:
  case ScalarOp::Tanh:
  case ScalarOp::Erf:
    return true;
  default:
    return false;
  }
}

bool hasApproximated(const ScalarExpr &expr) {
  return std::any_of(expr.nodes.begin(), expr.nodes.end(),
                     [](const ScalarNode &node) { return isApproximated(node.op); });
}

bool hasApproximated(const Kernel &kernel) {
  bool found = false;
  auto look = [&](const ScalarExpr &expr) { found |= hasApproximated(expr); };
  for (const Stage &stage : kernel.stages) {
    forEachExpression(stage, look);
    found |= stage.displacement.has_value(); // interpolates, at places that are rounded
  }
  for (const Output &output : kernel.outputs)
    look(output.value);
  for (const Fold &fold : kernel.folds)
    look(fold.value);
  return found;
}

} // namespace

int64_t longestSum(const Kernel &kernel) {
  std::vector<int64_t> largest;
  largest.reserve(kernel.symbols.size());
  for (const Symbol &symbol : kernel.symbols)
    largest.push_back(symbol.hi);
  int64_t longest = 0;
  for (const Stage &stage : kernel.stages) {
    if (stage.reduction == Reduction::Max)
      continue;
    int64_t terms = stage.channelsRead();
    for (size_t i = 0; i < stage.window.size(); ++i)
      terms *= stage.wholeInput ? stage.inputDims[2 + i].at(largest) : stage.window[i].taps;
    longest = std::max(longest, terms);
  }
  for (const Fold &fold : kernel.folds)
    if (fold.reduction == Reduction::Sum)
      longest = std::max(longest, along(fold.dims, fold.axis).at(largest));
  return longest;
}

double sumErrorBound(const Kernel &kernel) {
  return otherRounding + (hasApproximated(kernel) ? functionRounding : 0) +
         sharePromised * unitRoundoff * std::sqrt(static_cast<double>(longestSum(kernel)));
}

} // namespace convwright::schedules
