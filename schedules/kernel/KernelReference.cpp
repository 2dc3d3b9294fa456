//===- KernelReference.cpp - a kernel's right values, by plain loops ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/KernelReference.h"

#include "schedules/kernel/Access.h"

#include <cmath>

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

size_t rowMajor(const std::vector<int64_t> &shape, const std::vector<int64_t> &at) {
  int64_t position = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    position = position * shape[i] + at[i];
  return static_cast<size_t>(position);
}

/// Access.h's arithmetic on numbers.
struct Numbers {
  const std::vector<int64_t> &sizes, &point;

  int64_t value(int64_t number) const { return number; }
  int64_t extent(const Extent &extent) const { return extent.at(sizes); }
  int64_t at(Axis axis) const {
    std::optional<size_t> position = positionOf(axis, point.size());
    return position ? point[*position] : 0;
  }
  int64_t floorDivide(int64_t a, int64_t b) const { return a / b - (a % b < 0 ? 1 : 0); }
  int64_t modulo(int64_t a, int64_t b) const { return a - floorDivide(a, b) * b; }
  template <typename T> T select(bool condition, T a, T b) const { return condition ? a : b; }
  int64_t clamp(int64_t a, int64_t lo, int64_t hi) const { return std::min(std::max(a, lo), hi); }

  float real(int64_t number) const { return static_cast<float>(number); }
  float literal(float number) const { return number; }
  float sum(float a, float b) const { return a + b; }
  float product(float a, float b) const { return a * b; }
  float quotient(float a, float b) const { return a / b; }
  float maximum(float a, float b) const { return std::max(a, b); }
  int64_t floorOf(float number) const { return static_cast<int64_t>(std::floor(number)); }
};

double fractionAt(const Sampling &sampling, const Numbers &numbers) {
  float position = sampledPosition(sampling, numbers);
  return position - std::floor(position);
}

} // namespace

KernelReference::KernelReference(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                 const std::vector<HostTensor> &operands, bool tabulate)
    : kernel(kernel), sizes(sizes), operands(operands) {
  if (!tabulate)
    return;
  std::vector<Table> filled(kernel.stages.size());
  for (size_t i = 0; i < filled.size(); ++i)
    fill(i, filled[i]);
  tables = std::move(filled);
}

KernelReference::Index KernelReference::inputShape(size_t stage) const {
  return valuesOf(kernel.stages[stage].inputDims, sizes);
}

KernelReference::Index KernelReference::filterShape(size_t index) const {
  const Stage &stage = kernel.stages[index];
  Index shape = {stage.K, stage.C / stage.groups};
  for (const WindowAxis &axis : stage.window)
    shape.push_back(axis.taps);
  return shape;
}

void KernelReference::fill(size_t index, Table &table) const {
  forEachIndex(inputShape(index),
               [&](const Index &at) { table.input.push_back(inputAt(index, at)); });
  forEachIndex(filterShape(index),
               [&](const Index &at) { table.filter.push_back(filterAt(index, at)); });
  for (int64_t k = 0; k < kernel.stages[index].K; ++k)
    table.bias.push_back(biasAt(index, k));
}

/// From access to access, until the tensor or a value that stands outside.
double KernelReference::throughAccesses(int32_t index, Index at) const {
  const Operand &operand = kernel.operands[static_cast<size_t>(index)];
  for (size_t i = 0; i < operand.accesses.size(); ++i) {
    const Access &access = operand.accesses[i];
    for (size_t axis = 0; axis < at.size(); ++axis)
      if (access.dims[axis] == Extent::constant(1))
        at[axis] = 0;
    Index from = at;
    for (size_t axis = 0; axis < at.size(); ++axis) {
      Numbers numbers{sizes, at};
      int64_t found = indexAlong(access.axes[axis], numbers);
      int64_t size = dimsBehind(operand, i)[axis].at(sizes);
      if (access.border == Border::Constant && (found < 0 || found >= size))
        return access.outside;
      from[axis] = withinBorder(access.border, found, size, numbers);
    }
    at = std::move(from);
  }
  return operands[static_cast<size_t>(index)].get(at);
}

double KernelReference::operand(int32_t index, const std::vector<int64_t> &at) const {
  if (!kernel.operands[static_cast<size_t>(index)].accesses.empty())
    return throughAccesses(index, at);
  const HostTensor &tensor = operands[static_cast<size_t>(index)];
  const std::vector<int64_t> &shape = tensor.shape();
  if (shape.size() == 1)
    return tensor.get({shape[0] == 1 ? 0 : at[1]});
  std::vector<int64_t> picked;
  for (size_t i = 0; i < shape.size(); ++i)
    picked.push_back(shape[i] == 1 ? 0 : at[i]);
  return tensor.get(picked);
}

double KernelReference::fold(size_t index, Index at) const {
  const Fold &fold = kernel.folds[index];
  size_t axis = *positionOf(fold.axis, at.size());
  for (size_t i = 0; i < at.size(); ++i)
    if (i == axis || fold.dims[i] == Extent::constant(1))
      at[i] = 0;
  auto [found, isNew] = folds.try_emplace({index, at}, 0);
  if (!isNew)
    return found->second;
  bool max = fold.reduction == Reduction::Max;
  double value = max ? -HUGE_VAL : 0;
  for (int64_t size = fold.dims[axis].at(sizes); at[axis] < size; ++at[axis]) {
    double next = pointwise(fold.value, at);
    value = max ? std::max(value, next) : value + next;
  }
  return found->second = value;
}

double KernelReference::pointwise(const ScalarExpr &expr, const std::vector<int64_t> &at) const {
  return evaluate(expr, [&](const ScalarNode &node) {
    auto index = static_cast<size_t>(node.index);
    if (node.op == ScalarOp::Conv)
      return reduce(index, at);
    if (node.op == ScalarOp::Fraction)
      return fractionAt(kernel.samplings[index], Numbers{sizes, at});
    if (node.op == ScalarOp::Fold)
      return fold(index, at);
    return operand(node.index, at);
  });
}

/// A weight expression: rank-1 operands are per output channel.
double KernelReference::weight(const ScalarExpr &expr, int64_t k, const Index &at) const {
  Index channel(kernel.rank(), 0);
  channel[1] = k;
  return evaluate(expr, [&](const ScalarNode &node) {
    bool perChannel = operands[static_cast<size_t>(node.index)].shape().size() == 1;
    return operand(node.index, perChannel ? channel : at);
  });
}

double KernelReference::inputAt(size_t stage, const Index &at) const {
  if (tables.empty())
    return pointwise(kernel.stages[stage].input, at);
  return tables[stage].input[rowMajor(inputShape(stage), at)];
}

/// Where the filter's element lies in the raw filter of a transposed convolution.
static std::vector<int64_t> inPhase(const Stage &stage, std::vector<int64_t> at) {
  int64_t k = at[0], outGroup = stage.K / stage.groups;
  at[0] = k / outGroup * (stage.C / stage.groups) + at[1];
  at[1] = k % outGroup;
  for (size_t i = 2; i < at.size(); ++i)
    at[i] = stage.phase->first[i - 2] + at[i] * stage.phase->step[i - 2];
  return at;
}

double KernelReference::filterAt(size_t index, const Index &at) const {
  if (tables.empty()) {
    const Stage &stage = kernel.stages[index];
    Index raw = stage.phase ? inPhase(stage, at) : at;
    return weight(stage.filter, raw[0], raw);
  }
  return tables[index].filter[rowMajor(filterShape(index), at)];
}

double KernelReference::biasAt(size_t index, int64_t k) const {
  const Stage &stage = kernel.stages[index];
  if (!tables.empty())
    return tables[index].bias[static_cast<size_t>(k)];
  Index at(kernel.rank(), 0);
  at[1] = k;
  return stage.bias ? weight(*stage.bias, k, at) : 0;
}

double KernelReference::reduce(size_t index, const Index &at) const {
  const Stage &stage = kernel.stages[index];
  Index shape = inputShape(index), filter = filterShape(index);
  int64_t k = at[1], perGroup = stage.C / stage.groups, group = k / (stage.K / stage.groups);
  Index taps(filter.begin() + 2, filter.end()), from = at, tap = {k, 0};
  tap.resize(filter.size());
  double sum = biasAt(index, k);
  forEachIndex(taps, [&](const Index &window) {
    for (size_t i = 0; i < window.size(); ++i) {
      const WindowAxis &axis = stage.window[i];
      tap[2 + i] = window[i];
      from[2 + i] = source(stage.paddingMode,
                           at[2 + i] * axis.stride + window[i] * axis.dilation - axis.padBefore,
                           shape[2 + i]);
      if (from[2 + i] < 0)
        return;
    }
    for (int64_t c = 0; c < perGroup; ++c) {
      from[1] = group * perGroup + c;
      tap[1] = c;
      sum += filterAt(index, tap) * inputAt(index, from);
    }
  });
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
