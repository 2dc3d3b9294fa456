//===- KernelReference.cpp - a kernel's right values, by plain loops ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/KernelReference.h"

#include "schedules/kernel/Access.h"

#include <algorithm>
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
  return valuesOf(kernel.stages[index].filterDims(), sizes);
}

KernelReference::Index KernelReference::taps(size_t index) const {
  const Stage &stage = kernel.stages[index];
  Index taps, input = inputShape(index);
  for (size_t i = 0; i < stage.window.size(); ++i)
    taps.push_back(stage.wholeInput ? input[2 + i] : stage.window[i].taps);
  return taps;
}

void KernelReference::fill(size_t index, Table &table) const {
  forEachIndex(inputShape(index),
               [&](const Index &at) { table.input.push_back(inputAt(index, at)); });
  if (kernel.stages[index].filterKind != FilterKind::None)
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
  return operands[static_cast<size_t>(index)].at(at);
}

double KernelReference::operand(int32_t index, const std::vector<int64_t> &at) const {
  if (!kernel.operands[static_cast<size_t>(index)].accesses.empty())
    return throughAccesses(index, at);
  const HostTensor &tensor = operands[static_cast<size_t>(index)];
  const std::vector<int64_t> &shape = tensor.shape();
  if (shape.size() == 1)
    return tensor.at(shape[0] == 1 ? 0 : at[1]);
  std::vector<int64_t> picked;
  for (size_t i = 0; i < shape.size(); ++i)
    picked.push_back(shape[i] == 1 ? 0 : at[i]);
  return tensor.at(picked);
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

/// Between the kernels of the grid's centres around the position.
double KernelReference::regionFilter(size_t index, const Index &at, const Index &tap) const {
  const Stage &stage = kernel.stages[index];
  Index positions = valuesOf(stage.outputDims, sizes), low;
  std::vector<double> fraction;
  for (size_t i = 0; i < stage.grid.size(); ++i) {
    auto cells = static_cast<double>(stage.grid[i]);
    double place =
        (static_cast<double>(at[2 + i]) + 0.5) * cells / static_cast<double>(positions[2 + i]) -
        0.5;
    place = std::clamp(place, 0.0, cells - 1);
    low.push_back(static_cast<int64_t>(place));
    fraction.push_back(place - std::floor(place));
  }
  double sum = 0;
  forEachIndex(Index(low.size(), 2), [&](const Index &corner) {
    Index cell;
    double weight = 1;
    for (size_t i = 0; i < low.size(); ++i) {
      cell.push_back(std::min(low[i] + corner[i], stage.grid[i] - 1));
      weight *= corner[i] ? fraction[i] : 1 - fraction[i];
    }
    cell.insert(cell.end(), tap.begin(), tap.end());
    sum += weight * filterAt(index, cell);
  });
  return sum;
}

double KernelReference::filterUnder(size_t index, const Index &at, int64_t c,
                                    const Index &tap) const {
  const Stage &stage = kernel.stages[index];
  Index from;
  auto append = [&](auto begin, auto end) { from.insert(from.end(), begin, end); };
  switch (stage.filterKind) {
  case FilterKind::None:
    return 1;
  case FilterKind::Shared:
    from = {at[1], c};
    append(tap.begin(), tap.end());
    return filterAt(index, from);
  case FilterKind::PerPosition:
    append(at.begin() + 2, at.end());
    from.insert(from.end(), {at[1], c});
    append(tap.begin(), tap.end());
    return filterAt(index, from);
  case FilterKind::PerPixel:
    from = {at[0], at[1] / (stage.C / stage.groups)};
    append(tap.begin(), tap.end());
    append(at.begin() + 2, at.end());
    return filterAt(index, from);
  case FilterKind::Regions:
    return regionFilter(index, at, tap);
  }
  return 0;
}

/// At a place between elements; `at` gives the image and the channel.
double KernelReference::bilinear(size_t index, Index at, double y, double x) const {
  Index shape = inputShape(index);
  auto H = static_cast<double>(shape[2]), W = static_cast<double>(shape[3]);
  if (!(y > -1 && y < H && x > -1 && x < W)) // nowhere when NaN
    return 0;
  auto row = static_cast<int64_t>(std::floor(y)), column = static_cast<int64_t>(std::floor(x));
  double down = y - std::floor(y), right = x - std::floor(x), sum = 0;
  forEachIndex({2, 2}, [&](const Index &corner) {
    at[2] = row + corner[0], at[3] = column + corner[1];
    if (at[2] < 0 || at[2] >= shape[2] || at[3] < 0 || at[3] >= shape[3])
      return;
    sum += (corner[0] ? down : 1 - down) * (corner[1] ? right : 1 - right) * inputAt(index, at);
  });
  return sum;
}

double KernelReference::displacedInput(size_t index, const Index &at, int64_t channel,
                                       const Index &tap) const {
  const Stage &stage = kernel.stages[index];
  const Displacement &displacement = *stage.displacement;
  int64_t group = channel / (stage.C / displacement.groups);
  int64_t number = group * stage.taps() + tap[0] * stage.window[1].taps + tap[1];
  double place[2];
  Index from = at;
  for (size_t i = 0; i < 2; ++i) {
    const WindowAxis &axis = stage.window[i];
    from[1] = 2 * number + static_cast<int64_t>(i);
    place[i] =
        static_cast<double>(at[2 + i] * axis.stride + tap[i] * axis.dilation - axis.padBefore) +
        pointwise(displacement.offsets, from);
  }
  from[1] = number;
  double factor = displacement.mask ? pointwise(*displacement.mask, from) : 1;
  from[1] = channel;
  return factor * bilinear(index, from, place[0], place[1]);
}

/// None: there is nothing outside.
std::optional<double> KernelReference::inputUnder(size_t index, const Index &at, int64_t channel,
                                                  const Index &tap) const {
  const Stage &stage = kernel.stages[index];
  if (stage.displacement)
    return displacedInput(index, at, channel, tap);
  Index shape = inputShape(index), from = at;
  from[1] = channel;
  for (size_t i = 0; i < tap.size(); ++i) {
    const WindowAxis &axis = stage.window[i];
    from[2 + i] =
        source(stage.paddingMode, at[2 + i] * axis.stride + tap[i] * axis.dilation - axis.padBefore,
               shape[2 + i]);
    if (from[2 + i] < 0)
      return std::nullopt;
  }
  return inputAt(index, from);
}

double KernelReference::sum(size_t index, const Index &at) const {
  const Stage &stage = kernel.stages[index];
  int64_t k = at[1], read = stage.channelsRead();
  int64_t first =
      stage.filterKind == FilterKind::Shared || stage.filterKind == FilterKind::PerPosition
          ? k / (stage.K / stage.groups) * read
          : k;
  double sum = biasAt(index, k);
  forEachIndex(taps(index), [&](const Index &tap) {
    for (int64_t c = 0; c < read; ++c)
      if (std::optional<double> value = inputUnder(index, at, first + c, tap))
        sum += filterUnder(index, at, c, tap) * *value;
  });
  return sum;
}

double KernelReference::pool(size_t index, const Index &at) const {
  const Stage &stage = kernel.stages[index];
  bool max = stage.reduction == Reduction::Max;
  double result = max ? lowestValue(stage.type()) : 0;
  forEachIndex(taps(index), [&](const Index &tap) {
    std::optional<double> value = inputUnder(index, at, at[1], tap);
    if (!max)
      result += value.value_or(0);
    else if (value && (*value > result || std::isnan(*value)))
      result = *value; // a NaN is larger than everything and stays
  });
  if (max)
    return result;
  Index shape = inputShape(index), window = taps(index);
  double counted = 1;
  for (size_t i = 0; i < window.size(); ++i) {
    const WindowAxis &axis = stage.window[i];
    int64_t before = stage.countPadding ? axis.padBefore : 0;
    int64_t after = stage.countPadding ? axis.padAfter : 0;
    int64_t begin = at[2 + i] * axis.stride - axis.padBefore;
    counted *= static_cast<double>(std::min(begin + window[i], shape[2 + i] + after) -
                                   std::max(begin, -before));
  }
  return result / counted;
}

double KernelReference::reduce(size_t index, const Index &at) const {
  return kernel.stages[index].filterKind == FilterKind::None ? pool(index, at) : sum(index, at);
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
