//===- ConvShape.cpp - extents and tensors ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

#include <cassert>
#include <numeric>

using namespace convwright::ir;

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

namespace {

int64_t floorDivide(int64_t numerator, int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

std::optional<int64_t> valueAt(const Extent &extent, int64_t symbolValue) {
  int64_t product, numerator;
  if (__builtin_mul_overflow(extent.mul, symbolValue, &product) ||
      __builtin_add_overflow(product, extent.add, &numerator))
    return std::nullopt;
  return floorDivide(numerator, extent.div);
}

/// Dimension `i`'s name in a tensor of rank `rank`.
std::string dimensionName(size_t i, size_t rank) {
  if (rank == 4)
    return std::string(1, "NCHW"[i]);
  return rank == 1 ? "C" : std::to_string(i);
}

} // namespace

Extent convwright::ir::normalised(Extent extent) {
  assert(extent.div >= 1 && extent.mul >= 0);
  if (extent.isConstant() || extent.mul == 0)
    return Extent::constant(floorDivide(extent.add, extent.div));
  // floor((g·m·s + a) / (g·d)) = floor((m·s + floor(a / g)) / d).
  int64_t common = std::gcd(extent.mul, extent.div);
  return {extent.symbol, extent.mul / common, floorDivide(extent.add, common), extent.div / common};
}

std::optional<Extent> convwright::ir::addThenDivide(const Extent &extent, int64_t add, int64_t div) {
  // floor((floor((m·s + a) / d) + b) / e) = floor((m·s + a + d·b) / (d·e)).
  Extent result = extent;
  int64_t scaled;
  if (__builtin_mul_overflow(extent.div, add, &scaled) ||
      __builtin_add_overflow(extent.add, scaled, &result.add) ||
      __builtin_mul_overflow(extent.div, div, &result.div))
    return std::nullopt;
  return normalised(result);
}

std::optional<int64_t> convwright::ir::smallest(const Extent &extent, Symbols symbols) {
  return extent.isConstant() ? extent.add : valueAt(extent, symbols[extent.symbol].lo);
}

std::optional<int64_t> convwright::ir::largest(const Extent &extent, Symbols symbols) {
  return extent.isConstant() ? extent.add : valueAt(extent, symbols[extent.symbol].hi);
}

std::string convwright::ir::print(const Extent &extent, Symbols symbols) {
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
    text = "(" + text + ") floordiv " + std::to_string(extent.div);
  return text;
}

std::string convwright::ir::print(const Dims &dims, Symbols symbols) {
  std::string text = "[";
  for (const Extent &extent : dims)
    text += (text.size() > 1 ? ", " : "") + print(extent, symbols);
  return text + "]";
}

Dims convwright::ir::constantDims(std::span<const int64_t> sizes) {
  Dims dims;
  for (int64_t size : sizes)
    dims.push_back(Extent::constant(size));
  return dims;
}

//===----------------------------------------------------------------------===//
// Symbols and tensors
//===----------------------------------------------------------------------===//

std::optional<Violation> convwright::ir::checkSymbol(const Symbol &symbol) {
  auto wrong = [&](const char *why) { // C5
    return violate(5, {symbol.name, std::to_string(symbol.lo), std::to_string(symbol.hi),
                       std::to_string(symbol.step), std::to_string(symbol.like), why});
  };
  if (symbol.lo < 1)
    return wrong("the smallest size is at least 1");
  if (symbol.hi < symbol.lo)
    return wrong("the range is empty");
  if (symbol.step < 1)
    return wrong("the step is at least 1");
  if (symbol.like < symbol.lo || symbol.like > symbol.hi)
    return wrong("like is not in the range");
  if ((symbol.like - symbol.lo) % symbol.step != 0)
    return wrong("like is not a whole number of steps from the start");
  return std::nullopt;
}

namespace {

std::optional<Violation> checkExtents(const TensorSpec &tensor, Symbols symbols) {
  for (size_t i = 0; i < tensor.dims.size(); ++i) {
    const Extent &extent = tensor.dims[i];
    std::string name = dimensionName(i, tensor.dims.size());
    if (tensor.weightSide && !extent.isConstant()) // C6
      return violate(6, {std::to_string(i), print(extent, symbols)});
    std::optional<int64_t> least = smallest(extent, symbols);
    if (!least || !largest(extent, symbols)) // C42
      return violate(42, {print(tensor.dims, symbols)});
    if (*least < 1) // C3
      return violate(3, {name, print(extent, symbols), std::to_string(*least)});
  }
  return std::nullopt;
}

/// The product of the largest extents, as text; none when it is within the limit.
std::optional<std::string> tooManyElements(const Dims &dims, Symbols symbols) {
  int64_t product = 1;
  for (const Extent &extent : dims)
    if (__builtin_mul_overflow(product, largest(extent, symbols).value_or(INT64_MAX), &product))
      return "more than 2^63";
  if (product > maxElements)
    return std::to_string(product);
  return std::nullopt;
}

} // namespace

std::optional<Violation> convwright::ir::checkTensor(const TensorSpec &tensor, Symbols symbols) {
  size_t rank = tensor.dims.size();
  if (!tensor.weightSide && rank != 4 && rank != 1) // C2
    return violate(2, {std::to_string(rank)});
  if (auto violation = checkExtents(tensor, symbols))
    return violation;
  if (auto count = tooManyElements(tensor.dims, symbols)) // C4
    return violate(4, {*count});
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

namespace {

using MaybeViolation = std::optional<Violation>;

constexpr const char *sideBefore[] = {"top", "left"};
constexpr const char *sideAfter[] = {"bottom", "right"};
constexpr const char *axis[] = {"h", "w"};
constexpr const char *axisSize[] = {"H", "W"};

/// Beyond this no attribute makes sense, and kernels' 32-bit arithmetic ends.
bool isSmallPositive(int64_t value) { return value >= 1 && value <= maxElements; }

MaybeViolation checkStride(std::span<const int64_t, 2> stride) {
  for (int i = 0; i < 2; ++i)
    if (!isSmallPositive(stride[i])) // C9
      return violate(9, {std::to_string(stride[i]), axis[i]});
  return std::nullopt;
}

MaybeViolation checkDilation(std::span<const int64_t, 2> dilation) {
  for (int i = 0; i < 2; ++i)
    if (!isSmallPositive(dilation[i])) // C10
      return violate(10, {std::to_string(dilation[i]), axis[i]});
  return std::nullopt;
}

MaybeViolation checkPaddingSign(const ConvAttributes &attributes) {
  for (int i = 0; i < 2; ++i)
    for (auto [pad, side] : {std::pair(attributes.padBefore[i], sideBefore[i]),
                             std::pair(attributes.padAfter[i], sideAfter[i])})
      if (pad < 0 || pad > maxElements) // C16
        return violate(16, {std::to_string(pad), side});
  return std::nullopt;
}

MaybeViolation checkConvOperands(const TensorSpec &input, const TensorSpec &filter,
                                 const TensorSpec *bias) {
  auto typed = [](const char *what, const TensorSpec &tensor) -> MaybeViolation {
    if (tensor.type != ElementType::F32) // C21
      return violate(21, {what, std::string(schedules::spell(tensor.type))});
    return std::nullopt;
  };
  if (input.dims.size() != 4) // C7
    return violate(7, {std::to_string(input.dims.size())});
  if (filter.dims.size() != 4) // C8
    return violate(8, {std::to_string(filter.dims.size())});
  if (!filter.weightSide) // C24
    return violate(24, {"the filter"});
  if (bias && !bias->weightSide) // C24
    return violate(24, {"the bias"});
  if (auto violation = typed("input", input))
    return violation;
  if (auto violation = typed("filter", filter))
    return violation;
  return bias ? typed("bias", *bias) : std::nullopt;
}

MaybeViolation checkChannels(const TensorSpec &input, const TensorSpec &filter,
                             const TensorSpec *bias, int64_t groups, Symbols symbols) {
  if (!input.dims[1].isConstant()) // C25
    return violate(25, {print(input.dims[1], symbols)});
  int64_t channels = input.dims[1].add, outputs = filter.dims[0].add, read = filter.dims[1].add;
  auto text = [](int64_t value) { return std::to_string(value); };
  if (groups < 1) // C12
    return violate(12, {text(groups)});
  if (channels % groups != 0) // C11
    return violate(11, {text(groups), text(channels)});
  if (outputs % groups != 0) // C13
    return violate(13, {text(groups), text(outputs)});
  if (read != channels / groups) // C14: groups ≤ C and read ≤ 2^31, so the product fits
    return violate(14, {text(read), text(groups), text(read * groups), text(channels)});
  if (bias && (bias->dims.size() != 1 || bias->dims[0].add != outputs)) // C15
    return violate(15, {print(bias->dims, symbols), text(outputs)});
  return std::nullopt;
}

MaybeViolation checkPaddingMode(const TensorSpec &input, const ConvAttributes &attributes,
                                Symbols symbols) {
  using schedules::PaddingMode;
  for (int i = 0; i < 2; ++i) {
    int64_t size = *smallest(input.dims[2 + i], symbols);
    for (auto [pad, side] : {std::pair(attributes.padBefore[i], sideBefore[i]),
                             std::pair(attributes.padAfter[i], sideAfter[i])}) {
      if (attributes.paddingMode == PaddingMode::Reflect && pad >= size) // C19
        return violate(19, {axisSize[i], std::to_string(pad), side, std::to_string(size)});
      if (attributes.paddingMode == PaddingMode::Circular && pad > size) // C20
        return violate(20, {axisSize[i], std::to_string(pad), side, std::to_string(size)});
    }
  }
  return std::nullopt;
}

/// The filter's extent along one axis with dilation. No overflow: both factors are below 2^31.
int64_t span(int64_t filterSize, int64_t dilation) { return dilation * (filterSize - 1) + 1; }

} // namespace

Checked<Padding> convwright::ir::samePadding(std::array<int64_t, 2> filterSize,
                                             std::array<int64_t, 2> stride,
                                             std::array<int64_t, 2> dilation) {
  if (auto violation = checkStride(stride))
    return *violation;
  if (auto violation = checkDilation(dilation))
    return *violation;
  Padding padding;
  for (int i = 0; i < 2; ++i) {
    if (stride[i] != 1) // C17
      return violate(17, {std::to_string(stride[i]), axis[i]});
    int64_t total = span(filterSize[i], dilation[i]) - 1;
    padding.before[i] = total / 2;
    padding.after[i] = total - total / 2;
  }
  return padding;
}

namespace {

/// [N, C, H + pads, W + pads]; none on overflow.
std::optional<Dims> paddedDims(const TensorSpec &input, const ConvAttributes &attributes) {
  Dims padded = input.dims;
  for (int i = 0; i < 2; ++i) {
    auto extent =
        addThenDivide(input.dims[2 + i], attributes.padBefore[i] + attributes.padAfter[i], 1);
    if (!extent)
      return std::nullopt;
    padded[2 + i] = *extent;
  }
  return padded;
}

MaybeViolation checkSpans(const Dims &padded, const TensorSpec &filter,
                          const ConvAttributes &attributes, Symbols symbols) {
  for (int i = 0; i < 2; ++i) {
    int64_t reach = span(filter.dims[2 + i].add, attributes.dilation[i]);
    int64_t least = *smallest(padded[2 + i], symbols);
    if (reach > least) // C18
      return violate(18, {std::to_string(reach), axis[i], std::to_string(least)});
  }
  return std::nullopt;
}

} // namespace

Checked<Dims> convwright::ir::convShape(const TensorSpec &input, const TensorSpec &filter,
                                        const TensorSpec *bias, const ConvAttributes &attributes,
                                        Symbols symbols) {
  for (MaybeViolation violation :
       {checkTensor(input, symbols), checkTensor(filter, symbols),
        bias ? checkTensor(*bias, symbols) : std::nullopt, checkConvOperands(input, filter, bias),
        checkStride(attributes.stride), checkDilation(attributes.dilation),
        checkPaddingSign(attributes)})
    if (violation)
      return *violation;
  if (auto violation = checkChannels(input, filter, bias, attributes.groups, symbols))
    return *violation;
  if (auto violation = checkPaddingMode(input, attributes, symbols))
    return *violation;

  std::optional<Dims> padded = paddedDims(input, attributes);
  if (!padded) // C42
    return violate(42, {"the padded input"});
  if (auto count = tooManyElements(*padded, symbols)) // C26
    return violate(26, {*count});
  if (auto violation = checkSpans(*padded, filter, attributes, symbols))
    return *violation;

  Dims result = {input.dims[0], filter.dims[0], {}, {}};
  for (int i = 0; i < 2; ++i) {
    int64_t reach = span(filter.dims[2 + i].add, attributes.dilation[i]);
    auto extent = addThenDivide((*padded)[2 + i], attributes.stride[i] - reach, attributes.stride[i]);
    if (!extent) // C42
      return violate(42, {"the result"});
    result[2 + i] = *extent;
  }
  if (auto violation = checkTensor({ElementType::F32, result, false}, symbols))
    return *violation;
  return result;
}

//===----------------------------------------------------------------------===//
// Pointwise work
//===----------------------------------------------------------------------===//

namespace {

/// The operand's dims as they broadcast: a rank-1 operand beside rank-`rank` ones becomes
/// [1, C, 1, 1], or [K, 1, 1 …] on the weight side. None when the ranks do not go together.
std::optional<Dims> alignedDims(const TensorSpec &operand, size_t rank, bool weightSide) {
  if (operand.dims.size() == rank)
    return operand.dims;
  if (operand.dims.size() != 1 || (!weightSide && rank != 4))
    return std::nullopt;
  Dims dims(rank, Extent::constant(1));
  dims[weightSide ? 0 : 1] = operand.dims[0];
  return dims;
}

MaybeViolation broadcastInto(Dims &result, const Dims &operand, Symbols symbols) {
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

Checked<Dims> convwright::ir::mapShape(std::span<const TensorSpec> operands, Symbols symbols) {
  if (operands.empty()) // C34
    return violate(34, {});
  bool weightSide = true;
  size_t rank = 0;
  for (const TensorSpec &operand : operands) {
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

std::optional<Violation>
convwright::ir::checkBatchNorm(const TensorSpec &input, std::span<const TensorSpec, 4> parameters,
                               double eps, Symbols symbols) {
  static constexpr const char *names[] = {"mean", "var", "gamma", "beta"};
  if (input.type != ElementType::F32) // C39
    return violate(39, {"input", std::string(schedules::spell(input.type))});
  if (input.dims.size() != 4) // C2
    return violate(2, {std::to_string(input.dims.size())});
  for (int i = 0; i < 4; ++i) {
    const TensorSpec &parameter = parameters[i];
    if (parameter.type != ElementType::F32) // C39
      return violate(39, {names[i], std::string(schedules::spell(parameter.type))});
    if (parameter.dims != Dims{input.dims[1]}) // C37
      return violate(37, {names[i], print(parameter.dims, symbols), print(input.dims[1], symbols)});
  }
  if (!(eps >= 0) || eps > 3.4e38) // C38
    return violate(38, {std::to_string(eps)});
  return std::nullopt;
}
