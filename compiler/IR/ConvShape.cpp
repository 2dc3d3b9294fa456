//===- ConvShape.cpp - extents and tensors ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

#include "schedules/kernel/Extents.h"

#include <algorithm>
#include <cassert>
#include <numeric>

using namespace convwright;
using namespace convwright::ir;

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

namespace {

/// Dimension `i`'s name in a tensor of rank `rank`.
std::string dimensionName(size_t i, size_t rank) {
  if (rank == 1)
    return "C";
  return rank > 5 ? std::to_string(i) : std::string(schedules::spell(schedules::axisAt(i, rank)));
}

} // namespace

Extent ir::normalised(Extent extent) { return schedules::normalised(extent); }

std::optional<Extent> ir::addThenDivide(const Extent &extent, int64_t add, int64_t div) {
  return schedules::addThenDivide(extent, add, div);
}

/// The same with a division that leaves nothing over at any size in range; none on overflow, and
/// where what is left over differs between sizes.
static std::optional<Extent> exactly(const Extent &extent, Symbols symbols) {
  if (extent.div == 1)
    return extent;
  const Symbol &symbol = symbols[extent.symbol];
  Extent exact = extent;
  int64_t first, step;
  if (__builtin_mul_overflow(extent.mul, symbol.lo, &first) ||
      __builtin_add_overflow(first, extent.add, &first) ||
      __builtin_mul_overflow(extent.mul, symbol.step, &step) || step % extent.div != 0)
    return std::nullopt;
  int64_t over = first - schedules::floorDivide(first, extent.div) * extent.div;
  if (__builtin_sub_overflow(extent.add, over, &exact.add))
    return std::nullopt;
  return exact;
}

std::optional<Extent> ir::plus(const Extent &a, const Extent &b, Symbols symbols) {
  if (b.isConstant())
    return ir::addThenDivide(a, b.add, 1);
  if (a.isConstant())
    return ir::addThenDivide(b, a.add, 1);
  if (a.symbol != b.symbol)
    return std::nullopt;
  std::optional<Extent> whole = exactly(a, symbols);
  if (!whole)
    return exactly(b, symbols) ? plus(b, a, symbols) : std::nullopt;
  // x + floor(y / d) = floor((d·x + y) / d) of a whole x.
  int64_t common = a.div / std::gcd(a.div, b.div), mine, other, added;
  Extent result{a.symbol, 0, 0, 0};
  if (__builtin_mul_overflow(common, b.div, &result.div))
    return std::nullopt;
  int64_t byA = result.div / a.div, byB = result.div / b.div;
  if (__builtin_mul_overflow(a.mul, byA, &mine) || __builtin_mul_overflow(b.mul, byB, &other) ||
      __builtin_add_overflow(mine, other, &result.mul) ||
      __builtin_mul_overflow(whole->add, byA, &mine) ||
      __builtin_mul_overflow(b.add, byB, &added) ||
      __builtin_add_overflow(mine, added, &result.add))
    return std::nullopt;
  return ir::normalised(result);
}

std::optional<Extent> ir::times(const Extent &extent, int64_t factor, Symbols symbols) {
  std::optional<Extent> exact = exactly(extent, symbols);
  if (!exact)
    return std::nullopt;
  Extent result = *exact;
  if (__builtin_mul_overflow(extent.mul, factor, &result.mul) ||
      __builtin_mul_overflow(exact->add, factor, &result.add))
    return std::nullopt;
  return ir::normalised(result);
}

std::optional<int64_t> ir::smallest(const Extent &extent, Symbols symbols) {
  return extent.isConstant() ? extent.add : valueAt(extent, symbols[extent.symbol].lo);
}

std::optional<int64_t> ir::largest(const Extent &extent, Symbols symbols) {
  return extent.isConstant() ? extent.add : valueAt(extent, symbols[extent.symbol].hi);
}

std::string ir::print(const Extent &extent, Symbols symbols) {
  if (extent.isConstant())
    return std::to_string(extent.add);
  std::string text = symbols[extent.symbol].name;
  if (extent.mul != 1)
    text = std::to_string(extent.mul) + " * " + text;
  if (extent.add > 0)
    text += " + " + std::to_string(extent.add);
  if (extent.add < 0) // the magnitude of the smallest int64_t is only an uint64_t
    text += " - " + std::to_string(-static_cast<uint64_t>(extent.add));
  if (extent.div != 1)
    text = (extent.mul == 1 && extent.add == 0 ? text : "(" + text + ")") + " floordiv " +
           std::to_string(extent.div);
  return text;
}

std::string ir::print(const std::string &dimension, const Extent &extent, Symbols symbols) {
  std::string size = print(extent, symbols);
  return size == dimension ? size : dimension + " = " + size;
}

std::string ir::counted(int64_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string ir::isOrCanBe(const Extent &extent) { return extent.isConstant() ? "is" : "can be"; }

std::string ir::hasOrCanHave(const Dims &dims) {
  return std::all_of(dims.begin(), dims.end(), [](const Extent &e) { return e.isConstant(); })
             ? "has"
             : "can have";
}

std::string ir::print(const Dims &dims, Symbols symbols) {
  std::string text = "[";
  for (const Extent &extent : dims)
    text += (text.size() > 1 ? ", " : "") + print(extent, symbols);
  return text + "]";
}

Dims ir::constantDims(std::span<const int64_t> sizes) {
  Dims dims;
  for (int64_t size : sizes)
    dims.push_back(Extent::constant(size));
  return dims;
}

//===----------------------------------------------------------------------===//
// Symbols and tensors
//===----------------------------------------------------------------------===//

int64_t ir::lastOf(const Symbol &symbol) {
  if (symbol.lo < 0 || symbol.hi < symbol.lo || symbol.step < 1)
    return symbol.lo; // checkSymbol refuses these
  return symbol.hi - (symbol.hi - symbol.lo) % symbol.step;
}

std::optional<Violation> ir::checkSymbol(const Symbol &symbol) {
  auto wrong = [&](const char *why) { // C5
    std::string clauses;              // what is not the default
    if (symbol.like != lastOf(symbol))
      clauses += " like " + std::to_string(symbol.like);
    if (symbol.step != 1)
      clauses += " step " + std::to_string(symbol.step);
    return violate(
        5, {symbol.name, std::to_string(symbol.lo), std::to_string(symbol.hi), clauses, why});
  };
  if (symbol.lo < 0)
    return wrong("the smallest size has to be at least 0");
  if (symbol.hi < symbol.lo)
    return wrong("the range is empty: the smallest size comes first");
  if (symbol.step < 1)
    return wrong("the step has to be at least 1");
  if (lastOf(symbol) < 1)
    return wrong("the largest size has to be at least 1");
  if (symbol.like < symbol.lo || symbol.like > symbol.hi)
    return wrong("like is not in the range");
  if (symbol.like < 1)
    return wrong("like has to be at least 1: nothing is made fast for a size of 0");
  if ((symbol.like - symbol.lo) % symbol.step != 0)
    return wrong("like is not a whole number of steps from the start");
  return std::nullopt;
}

namespace {

std::optional<Violation> checkExtents(const TensorSpec &tensor, Symbols symbols) {
  for (size_t i = 0; i < tensor.dims.size(); ++i) {
    const Extent &extent = tensor.dims[i];
    // A weight's are the filter's, or of no meaning that is known here.
    bool named = !tensor.weightSide || tensor.dims.size() == 4;
    std::string name = named ? dimensionName(i, tensor.dims.size()) : std::to_string(i);
    if (tensor.weightSide && !extent.isConstant()) // C6
      return violate(6, {std::to_string(i), print(extent, symbols)});
    std::optional<int64_t> least = smallest(extent, symbols);
    if (!least || !largest(extent, symbols)) // C42
      return violate(42, {print(tensor.dims, symbols)});
    bool mayBeEmpty = !extent.isConstant() && symbols[extent.symbol].lo == 0;
    if (*least < (mayBeEmpty ? 0 : 1)) // C3
      return violate(3, {extent.isConstant() ? name : print(name, extent, symbols),
                         isOrCanBe(extent) + " " + std::to_string(*least)});
  }
  return std::nullopt;
}

} // namespace

/// Whether `extent` is 0 at the largest size at which `other` is; both grow with the same symbol.
static bool isEmptyWith(const Extent &extent, const Extent &other, Symbols symbols) {
  if (extent.symbol != other.symbol)
    return false;
  // floor((m·s + a) / d) = 0 up to s = floor((d − 1 − a) / m).
  const Symbol &symbol = symbols[other.symbol];
  int64_t last = std::min(symbol.hi, schedules::floorDivide(other.div - 1 - other.add, other.mul));
  last -= (last - symbol.lo) % symbol.step;
  return valueAt(extent, last) == 0;
}

std::optional<Violation> ir::checkEmptyOperand(const TensorSpec &operand, const Dims &result,
                                               Symbols symbols) {
  for (size_t i = 0; i < operand.dims.size(); ++i) {
    const Extent &extent = operand.dims[i];
    if (extent.isConstant() || smallest(extent, symbols) != 0)
      continue;
    bool empty = std::any_of(result.begin(), result.end(), [&](const Extent &other) {
      return isEmptyWith(other, extent, symbols);
    });
    if (!empty) // C108
      return violate(108, {print(dimensionName(i, operand.dims.size()), extent, symbols)});
  }
  return std::nullopt;
}

std::optional<std::string> ir::tooManyElements(const Dims &dims, Symbols symbols) {
  int64_t product = 1;
  for (const Extent &extent : dims)
    if (__builtin_mul_overflow(product, largest(extent, symbols).value_or(INT64_MAX), &product))
      return "more than 2^63";
  if (product > maxElements)
    return std::to_string(product);
  return std::nullopt;
}

std::optional<Violation> ir::checkTensor(const TensorSpec &tensor, Symbols symbols) {
  size_t rank = tensor.dims.size();
  if (!tensor.weightSide && rank > 6) // C2
    return violate(2, {std::to_string(rank)});
  if (auto violation = checkExtents(tensor, symbols))
    return violation;
  if (auto count = tooManyElements(tensor.dims, symbols)) // C4
    return violate(4, {*count, hasOrCanHave(tensor.dims)});
  return std::nullopt;
}

std::optional<Violation> ir::checkNoPixelFilter(const TensorSpec &tensor) {
  if (!tensor.weightSide && tensor.dims.size() == 6) // C70
    return violate(70, {});
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Pointwise work
//===----------------------------------------------------------------------===//

namespace {

/// The operand's dims as they broadcast: one number goes with everything, a rank-1 operand beside
/// rank-`rank` ones becomes [1, C, 1 …], or [K, 1, 1 …] on the weight side. None when the ranks do
/// not go together.
std::optional<Dims> alignedDims(const TensorSpec &operand, size_t rank, bool weightSide) {
  if (operand.dims.size() == rank)
    return operand.dims;
  if (operand.dims.size() > 1)
    return std::nullopt;
  Dims dims(rank, Extent::constant(1));
  if (!operand.dims.empty())
    dims[weightSide ? 0 : 1] = operand.dims[0];
  return dims;
}

std::optional<Violation> broadcastInto(Dims &result, const Dims &operand, Symbols symbols) {
  const Extent one = Extent::constant(1);
  for (size_t i = 0; i < result.size(); ++i) {
    if (operand[i] == result[i] || operand[i] == one)
      continue;
    if (result[i] != one) // C23
      return violate(23, {dimensionName(i, result.size()), print(result[i], symbols),
                          print(operand[i], symbols)});
    result[i] = operand[i];
  }
  return std::nullopt;
}

} // namespace

Checked<Dims> ir::mapShape(std::span<const TensorSpec> operands, Symbols symbols) {
  if (operands.empty()) // C34
    return violate(34, {});
  bool weightSide = true;
  size_t rank = 0;
  for (const TensorSpec &operand : operands) {
    if (auto violation = checkNoPixelFilter(operand))
      return *violation;
    weightSide &= operand.weightSide;
    rank = std::max(rank, operand.dims.size());
  }
  Dims result(rank, Extent::constant(1));
  for (const TensorSpec &operand : operands) {
    std::optional<Dims> aligned = alignedDims(operand, rank, weightSide);
    if (!aligned) // C28
      return violate(28, {std::to_string(operand.dims.size()), std::to_string(rank)});
    if (auto violation = broadcastInto(result, *aligned, symbols))
      return *violation;
  }
  if (auto violation = checkTensor({ElementType::F32, result, weightSide}, symbols))
    return *violation;
  return result;
}
