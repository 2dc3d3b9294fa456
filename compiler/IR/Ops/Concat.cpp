//===- Concat.cpp - concat -----------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[…, start of part j + i, …] = part j[…, i, …] along one dimension.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"

#include <algorithm>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

namespace {

/// The parts, numbered from 1 as messages do.
std::string partNamed(size_t number) { return "parts " + std::to_string(number); }

/// "; dim = 1 puts them together along C" where `i` is the one dimension in which they differ.
std::string joinedBy(size_t i, const TensorSpec &part, const TensorSpec &first) {
  for (size_t j = 0; j < part.dims.size(); ++j)
    if (j != i && part.dims[j] != first.dims[j])
      return "";
  return "; dim = " + std::to_string(i) + " puts them together along " +
         dimensionName(i, part.dims.size());
}

/// Part `number` goes with the first, but for its extent along `dim`.
std::optional<Violation> checkPart(const TensorSpec &part, size_t number, const TensorSpec &first,
                                   size_t dim, Symbols symbols) {
  auto wrong = [&](int constraint, std::initializer_list<std::string> values) {
    return violate(constraint, values)
        .at(partNamed(number))
        .showing(partNamed(1))
        .showing(partNamed(number));
  };
  if (part.dims.size() != first.dims.size()) // C104
    return wrong(104, {std::to_string(number), std::to_string(part.dims.size()),
                       std::to_string(first.dims.size())});
  if (part.type != first.type) // C103
    return wrong(103, {std::to_string(number), std::string(schedules::spell(part.type)),
                       std::string(schedules::spell(first.type))});
  for (size_t i = 0; i < part.dims.size(); ++i)
    if (i != dim && part.dims[i] != first.dims[i]) // C105
      return wrong(105, {dimensionName(i, part.dims.size()), std::to_string(number),
                         print(part.dims[i], symbols), print(first.dims[i], symbols),
                         std::to_string(dim), joinedBy(i, part, first)});
  return std::nullopt;
}

/// Where an operand is empty and the result is not, its part could not be written.
std::optional<Violation> checkEmptyPart(const TensorSpec &part, size_t number,
                                        const TensorSpec &result, Symbols symbols) {
  auto violation = checkEmptyOperand(part, result.dims, symbols);
  if (!violation)
    return std::nullopt;
  size_t i = 0;
  while (smallest(part.dims[i], symbols) != 0 || part.dims[i] == result.dims[i])
    ++i;
  return violate(109, {std::to_string(number), print(part.dims[i], symbols)}) // C109
      .at(partNamed(number))
      .showing(partNamed(number));
}

/// An activation, of rank 2 or more if it is the first.
std::optional<Violation> checkActivationPart(const OpShape &shape, size_t number) {
  const TensorSpec &part = *shape.operand(number - 1);
  if (part.weightSide) // C66
    return violate(66, {"part " + std::to_string(number), shape.name.str()}).at(partNamed(number));
  if (auto violation = checkNoPixelFilter(part))
    return std::move(*violation).at(partNamed(number));
  if (number == 1 && part.dims.size() < 2) // C80
    return violate(80, {shape.name.str(), "2", std::to_string(part.dims.size()), sideOf(part)})
        .at(partNamed(1))
        .showing(partNamed(1));
  return std::nullopt;
}

} // namespace

Checked<TensorSpec> ConcatOp::inferShape(const OpShape &shape) {
  size_t count = shape.operand(0) ? shape.operands.size() : 0;
  if (count < 2) // C102
    return violate(102, {std::to_string(count)});
  for (size_t number = 1; number <= count; ++number)
    if (auto violation = checkActivationPart(shape, number))
      return *violation;
  TensorSpec result = *shape.operand(0);
  Checked<size_t> dim = dimensionOf(integerOf(shape.attributes, "dim", 0), result.dims.size());
  if (!dim)
    return dim.violation();
  for (size_t number = 2; number <= count; ++number) {
    const TensorSpec &part = *shape.operand(number - 1);
    if (auto violation = checkPart(part, number, *shape.operand(0), *dim, shape.symbols))
      return *violation;
    Extent &sum = result.dims[*dim];
    std::optional<Extent> more = plus(sum, part.dims[*dim], shape.symbols);
    if (!more) // C106
      return violate(106, {ir::print(sum, shape.symbols), ir::print(part.dims[*dim], shape.symbols),
                           dimensionName(*dim, result.dims.size())})
          .at(partNamed(number))
          .showing(partNamed(1))
          .showing(partNamed(number));
    sum = *more;
  }
  for (size_t number = 1; number <= count; ++number)
    if (auto violation = checkEmptyPart(*shape.operand(number - 1), number, result, shape.symbols))
      return *violation;
  return result;
}

schedules::Part ConcatOp::partOf(unsigned operand, Symbols symbols) {
  schedules::Part part{specOf(getResult().getType(), symbols).dims, {}, {}};
  size_t rank = part.whole.size(), dim = *dimensionOf(getDimAttr().getInt(), rank);
  part.start.assign(rank, Extent::constant(0));
  part.step.assign(rank, 1);
  for (unsigned before = 0; before < operand; ++before)
    part.start[dim] =
        *plus(part.start[dim], specOf(getParts()[before].getType(), symbols).dims[dim], symbols);
  return part;
}

ExactTensor ConcatOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  ExactTensor result{operands.front()->type, std::move(shape), {}};
  const size_t dim = *dimensionOf(getDimAttr().getInt(), result.shape.size());
  int64_t outer = 1; // row-major: each row of a part follows that of the part before
  for (size_t i = 0; i < dim; ++i)
    outer *= result.shape[i];
  for (int64_t row = 0; row < outer; ++row)
    for (const ExactTensor *part : operands) {
      int64_t length = part->elementCount() / outer;
      auto begin = part->values.begin() + row * length;
      result.values.insert(result.values.end(), begin, begin + length);
    }
  return result;
}
