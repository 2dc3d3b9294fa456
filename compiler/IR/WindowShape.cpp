//===- WindowShape.cpp - windows, and what operations ask of operands ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

#include <algorithm>
#include <cassert>
#include <numeric>

using namespace convwright;
using namespace convwright::ir;

namespace {
using MaybeViolation = std::optional<Violation>;
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

MaybeViolation ir::checkF32(const OperandName &name, const TensorSpec &tensor) {
  if (tensor.type == ElementType::F32)
    return std::nullopt;
  std::string found(schedules::spell(tensor.type)); // C21
  return violate(21, {name.operand, name.operation, found}).at(name.operand);
}

MaybeViolation ir::checkWeight(const OperandName &name, const TensorSpec &tensor) {
  if (tensor.weightSide)
    return std::nullopt;
  return violate(24, {name.operand, name.operation}).at(name.operand); // C24
}

MaybeViolation ir::checkActivation(const OperandName &name, const TensorSpec &tensor) {
  if (!tensor.weightSide)
    return std::nullopt;
  return violate(66, {"the " + name.operand, name.operation}).at(name.operand); // C66
}

MaybeViolation ir::checkConstantChannels(const TensorSpec &input, const std::string &operation,
                                         Symbols symbols) {
  if (!input.dims[1].isConstant()) // C65
    return violate(65, {print("C", input.dims[1], symbols), operation});
  return std::nullopt;
}

/// The largest number of groups, at most `groups`, that divides C and K.
static int64_t nearestGroups(int64_t groups, int64_t channels, int64_t outputs) {
  int64_t common = std::gcd(channels, outputs), nearest = 1;
  for (int64_t divisor = 1; divisor <= common / divisor; ++divisor)
    if (common % divisor == 0)
      for (int64_t candidate : {divisor, common / divisor})
        if (candidate <= groups)
          nearest = std::max(nearest, candidate);
  return nearest;
}

MaybeViolation ir::checkGroups(int64_t groups, int64_t channels, int64_t outputs,
                               std::optional<int64_t> read) {
  auto wrong = [&](int constraint, std::initializer_list<std::string> values) {
    int64_t nearest = nearestGroups(groups, channels, outputs);
    Violation violation = violate(constraint, values);
    bool wayOut = !read || *read == channels / nearest;
    return wayOut ? std::move(violation).mendedBy("groups", std::to_string(nearest)) : violation;
  };
  if (groups < 1) // C12
    return wrong(12, {std::to_string(groups)});
  if (channels % groups != 0) // C11
    return wrong(11, {std::to_string(groups), std::to_string(channels)});
  if (outputs % groups != 0) // C13
    return wrong(13, {std::to_string(groups), std::to_string(outputs)});
  return std::nullopt;
}

MaybeViolation ir::checkBias(const TensorSpec &bias, int64_t outputs, Symbols symbols) {
  if (bias.dims.size() != 1 || bias.dims[0].add != outputs) // C15
    return violate(15, {print(bias.dims, symbols), std::to_string(outputs)});
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

static constexpr SpatialAxis axes[] = {
    {"d", "D", "front", "back"}, {"h", "H", "top", "bottom"}, {"w", "W", "left", "right"}};

std::span<const SpatialAxis> ir::spatialAxes(size_t count) {
  assert(count >= 1 && count <= std::size(axes));
  return std::span(axes).last(count);
}

std::string ir::hasAtLeast(const Extent &extent, Symbols symbols) {
  return (extent.isConstant() ? "has " : "can have as few as ") +
         std::to_string(*smallest(extent, symbols));
}

std::string ir::imageText(size_t spatialAxisCount) {
  std::string text = "[N, C";
  for (const SpatialAxis &axis : spatialAxes(spatialAxisCount))
    text += std::string(", ") + axis.size;
  return text + "]";
}

Window Window::of(std::vector<int64_t> taps) {
  std::vector<int64_t> ones(taps.size(), 1), zeros(taps.size(), 0);
  return {std::move(taps), ones, ones, zeros, zeros};
}

namespace {

/// Beyond this no attribute makes sense, and kernels' 32-bit arithmetic ends.
bool isSmallPositive(int64_t value) { return value >= 1 && value <= maxElements; }

MaybeViolation checkStride(std::span<const int64_t> stride) {
  for (size_t i = 0; i < stride.size(); ++i)
    if (!isSmallPositive(stride[i])) // C9
      return violate(9, {std::to_string(stride[i]), spatialAxes(stride.size())[i].name})
          .mendedBy("stride", "1");
  return std::nullopt;
}

MaybeViolation checkDilation(std::span<const int64_t> dilation) {
  for (size_t i = 0; i < dilation.size(); ++i)
    if (!isSmallPositive(dilation[i])) // C10
      return violate(10, {std::to_string(dilation[i]), spatialAxes(dilation.size())[i].name})
          .mendedBy("dilation", "1");
  return std::nullopt;
}

/// Calls `check(pad, side, i)` for both ends of every axis, until one gives a violation.
template <typename Check> MaybeViolation forEachPad(const Window &window, Check check) {
  auto names = spatialAxes(window.padBefore.size());
  for (size_t i = 0; i < names.size(); ++i)
    for (auto [pad, side] : {std::pair(window.padBefore[i], names[i].before),
                             std::pair(window.padAfter[i], names[i].after)})
      if (MaybeViolation violation = check(pad, side, i))
        return violation;
  return std::nullopt;
}

MaybeViolation checkPaddingSign(const Window &window) {
  return forEachPad(window, [](int64_t pad, const char *side, size_t) -> MaybeViolation {
    if (pad < 0 || pad > maxElements) // C16
      return violate(16, {std::to_string(pad), side}).mendedBy("padding", "0");
    return std::nullopt;
  });
}

MaybeViolation checkPaddingMode(const Window &window, const TensorSpec &input, Symbols symbols) {
  using schedules::PaddingMode;
  return forEachPad(window, [&](int64_t pad, const char *side, size_t i) -> MaybeViolation {
    int64_t size = *smallest(input.dims[2 + i], symbols);
    std::string axis = spatialAxes(window.taps.size())[i].size;
    std::string found = isOrCanBe(input.dims[2 + i]) + " " + std::to_string(size);
    if (window.paddingMode == PaddingMode::Reflect && pad >= size) // C19
      return violate(19, {axis, std::to_string(pad), side, found, window.modeAttribute});
    if (window.paddingMode == PaddingMode::Circular && pad > size) // C20
      return violate(20, {axis, std::to_string(pad), side, found, window.modeAttribute});
    return std::nullopt;
  });
}

/// A window's extent along one axis with dilation. No overflow: both factors are below 2^31.
int64_t span(int64_t taps, int64_t dilation) { return dilation * (taps - 1) + 1; }

/// All of the padding along axis i of Upper and Lower; none where it differs between sizes.
std::optional<int64_t> sameTotal(const Window &window, size_t i, const Extent &size,
                                 Symbols symbols) {
  int64_t stride = window.stride[i], reach = span(window.taps[i], window.dilation[i]);
  if (size.isConstant())
    return std::max<int64_t>(0,
                             (size.add + stride - 1) / stride * stride - stride + reach - size.add);
  // Whole strides at the smallest size and from each to the next: the last place ends alike.
  const Symbol &symbol = symbols[size.symbol];
  bool whole = size.div == 1 && (size.mul * symbol.step) % stride == 0 &&
               (*smallest(size, symbols)) % stride == 0;
  return whole || stride == 1 ? std::optional(std::max<int64_t>(0, reach - stride)) : std::nullopt;
}

} // namespace

Checked<Padding> ir::samePadding(Same same, const Window &window, const Dims &input,
                                 Symbols symbols) {
  if (auto violation = checkStride(window.stride))
    return *violation;
  if (auto violation = checkDilation(window.dilation))
    return *violation;
  Padding padding;
  for (size_t i = 0; i < window.taps.size(); ++i) {
    const SpatialAxis &axis = spatialAxes(window.taps.size())[i];
    if (same == Same::Dense && window.stride[i] != 1) // C17
      return violate(17, {std::to_string(window.stride[i]), axis.name})
          .mendedBy("padding", "same_upper");
    std::optional<int64_t> total = sameTotal(window, i, input[2 + i], symbols);
    if (!total) // C100
      return violate(100,
                     {print(axis.size, input[2 + i], symbols), std::to_string(window.stride[i])});
    int64_t less = *total / 2, more = *total - less;
    padding.before.push_back(same == Same::Lower ? more : less);
    padding.after.push_back(same == Same::Lower ? less : more);
  }
  return padding;
}

Violation ir::sameWithoutWindow(const std::string &operation) {
  return violate(111, {operation}); // C111
}

MaybeViolation ir::checkWindow(const Window &window) {
  if (auto violation = checkStride(window.stride))
    return violation;
  if (auto violation = checkDilation(window.dilation))
    return violation;
  return checkPaddingSign(window);
}

namespace {

/// The input with its padding; none on overflow.
std::optional<Dims> paddedDims(const Window &window, const TensorSpec &input) {
  Dims padded = input.dims;
  for (size_t i = 0; i < window.taps.size(); ++i) {
    auto extent = addThenDivide(input.dims[2 + i], window.padBefore[i] + window.padAfter[i], 1);
    if (!extent)
      return std::nullopt;
    padded[2 + i] = *extent;
  }
  return padded;
}

MaybeViolation checkSpans(const Window &window, const Dims &padded, Symbols symbols) {
  for (size_t i = 0; i < window.taps.size(); ++i) {
    int64_t reach = span(window.taps[i], window.dilation[i]);
    int64_t least = *smallest(padded[2 + i], symbols);
    if (reach > least) // C18
      return violate(18, {std::to_string(reach), spatialAxes(window.taps.size())[i].name,
                          hasAtLeast(padded[2 + i], symbols)});
  }
  return std::nullopt;
}

} // namespace

Checked<Dims> ir::placesOf(const Window &window, const TensorSpec &input, Symbols symbols) {
  // C108: no place is left of an empty image, whatever the padding.
  TensorSpec image = input;
  image.dims[0] = image.dims[1] = Extent::constant(1);
  if (auto violation = checkEmptyOperand(image, {}, symbols))
    return *violation;
  if (auto violation = checkPaddingMode(window, input, symbols))
    return *violation;
  std::optional<Dims> padded = paddedDims(window, input);
  if (!padded) // C42
    return violate(42, {"the padded input"});
  if (auto count = tooManyElements(*padded, symbols)) // C26
    return violate(26, {*count, hasOrCanHave(*padded)});
  if (auto violation = checkSpans(window, *padded, symbols))
    return *violation;
  Dims places;
  for (size_t i = 0; i < window.taps.size(); ++i) {
    int64_t reach = span(window.taps[i], window.dilation[i]);
    auto extent = addThenDivide((*padded)[2 + i], window.stride[i] - reach, window.stride[i]);
    if (!extent) // C42
      return violate(42, {"the result"});
    places.push_back(*extent);
  }
  return places;
}
