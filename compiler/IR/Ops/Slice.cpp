//===- Slice.cpp - slice -------------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[…, i, …] = x[…, start + i·step, …] along one dimension, up to stop.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"

#include <algorithm>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

namespace {

/// What a slice takes along its dimension.
struct Range {
  Extent start, count;
};

/// A bound as an extent; beyond the ends of a constant size it is the end, as in Python.
std::optional<Extent> boundOf(int64_t bound, const Extent &size) {
  if (bound < 0 && !size.isConstant())
    return addThenDivide(size, bound, 1);
  if (!size.isConstant())
    return Extent::constant(bound);
  return Extent::constant(std::clamp<int64_t>(bound < 0 ? bound + size.add : bound, 0, size.add));
}

/// Symbolic sizes: every size in range has what the bound names (C83).
std::optional<Violation> checkBound(const char *name, int64_t bound, const Extent &size,
                                    const std::string &dim, Symbols symbols) {
  int64_t least = *smallest(size, symbols);
  if (size.isConstant() || (bound >= -least && bound <= least))
    return std::nullopt;
  return violate(83, {name, std::to_string(bound), dim, std::to_string(least)}).at(name); // C83
}

/// stop − start + step − 1 over step; none where it has no form.
std::optional<Extent> countOf(const Extent &start, const Extent &stop, int64_t step) {
  int64_t more = step - 1;
  if (start.isConstant())
    return addThenDivide(stop, more - start.add, step);
  if (start.symbol == stop.symbol && start.mul == stop.mul && start.div == stop.div &&
      (stop.add - start.add) % start.div == 0)
    return Extent::constant(((stop.add - start.add) / start.div + more) / step);
  return std::nullopt;
}

/// Of a size that is never 0 something is left at every size (C110).
std::optional<Violation> checkNotEmpty(mlir::DictionaryAttr attributes, const Extent &count,
                                       const Extent &size, const std::string &dim,
                                       Symbols symbols) {
  if (smallest(count, symbols).value_or(1) >= 1 || *smallest(size, symbols) < 1)
    return std::nullopt;
  std::string given, first;
  for (const char *name : {"start", "stop"})
    if (attributes.contains(name)) {
      given += (given.empty() ? "" : ", ") + std::string(name) + " = " +
               std::to_string(integerOf(attributes, name, 0));
      first = first.empty() ? name : first;
    }
  return violate(110, {given, dim, hasAtLeast(size, symbols)}).at(first); // C110
}

Checked<Range> rangeOf(mlir::DictionaryAttr attributes, const Extent &size, const std::string &dim,
                       Symbols symbols) {
  int64_t step = integerOf(attributes, "step", 1), first = integerOf(attributes, "start", 0);
  if (step < 1 || step > maxElements) // C84
    return violate(84, {std::to_string(step)}).mendedBy("step", "1");
  if (auto violation = checkBound("start", first, size, dim, symbols))
    return *violation;
  std::optional<Extent> start = boundOf(first, size), stop = size;
  if (attributes.contains("stop")) {
    int64_t last = integerOf(attributes, "stop", 0);
    if (auto violation = checkBound("stop", last, size, dim, symbols))
      return *violation;
    stop = boundOf(last, size);
  }
  if (!start || !stop) // C42
    return violate(42, {"the slice"});
  std::optional<Extent> count = countOf(*start, *stop, step);
  if (!count) // C85
    return violate(85, {print(*start, symbols), print(*stop, symbols), dim});
  if (auto violation = checkNotEmpty(attributes, *count, size, dim, symbols))
    return *violation;
  return Range{*start, *count};
}

Checked<size_t> dimOf(mlir::DictionaryAttr attributes, size_t rank) {
  return dimensionOf(integerOf(attributes, "dim", 0), rank);
}

} // namespace

Checked<TensorSpec> SliceOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape, 2);
  if (!input)
    return input;
  size_t rank = input->dims.size();
  Checked<size_t> dim = dimOf(shape.attributes, rank);
  if (!dim)
    return dim.violation();
  Checked<Range> range =
      rangeOf(shape.attributes, input->dims[*dim], dimensionName(*dim, rank), shape.symbols);
  if (!range)
    return range.violation();
  input->dims[*dim] = range->count;
  return input;
}

AccessForm SliceOp::accessForm(Symbols symbols) {
  Dims dims = specOf(getInput().getType(), symbols).dims;
  size_t dim = *dimOf(getOperation()->getAttrDictionary(), dims.size());
  auto range = rangeOf(getOperation()->getAttrDictionary(), dims[dim], "", symbols);
  schedules::Access access = accessOf(*this, symbols);
  access.axes[dim].offset = range->start;
  access.axes[dim].terms.front().mul = static_cast<int64_t>(getStep());
  return elementForm(*this, std::move(access));
}

ExactTensor SliceOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const ExactTensor &x = *operands[0];
  const auto rank = static_cast<int64_t>(x.shape.size()), dim = getDimAttr().getInt();
  const auto axis = static_cast<size_t>(dim < 0 ? dim + rank : dim);
  const int64_t size = x.shape[axis], start = getStartAttr().getInt();
  const int64_t first = std::clamp<int64_t>(start < 0 ? start + size : start, 0, size);
  const int64_t step = getStepAttr().getInt();
  return gathered(x, std::move(shape), [&](HostIndex index) {
    index[axis] = first + index[axis] * step;
    return std::optional(index);
  });
}
