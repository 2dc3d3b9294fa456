//===- ConvolutionShape.cpp - the rules of conv2d --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

using namespace convwright;
using namespace convwright::ir;

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

Checked<Padding> ir::samePadding(std::array<int64_t, 2> filterSize, std::array<int64_t, 2> stride,
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

Checked<Dims> ir::convShape(const TensorSpec &input, const TensorSpec &filter,
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
    auto extent =
        addThenDivide((*padded)[2 + i], attributes.stride[i] - reach, attributes.stride[i]);
    if (!extent) // C42
      return violate(42, {"the result"});
    result[2 + i] = *extent;
  }
  if (auto violation = checkTensor({ElementType::F32, result, false}, symbols))
    return *violation;
  return result;
}
