//===- Shuffle.cpp - pixels to channels and back, channels among groups ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// pixel_shuffle:    y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w]
// pixel_unshuffle:  y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j]
// channel_shuffle:  y[n, i·groups + g, h, w] = x[n, g·C/groups + i, h, w]
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::Axis;

namespace {

/// Factors beyond make no sense, and their squares are to fit.
constexpr int64_t largestFactor = 32768;

Checked<int64_t> factorOf(const OpShape &shape) {
  int64_t factor = integerOf(shape.attributes, "factor", 0);
  if (factor < 1 || factor > largestFactor) { // C89
    std::string found = shape.attributes.contains("factor") ? std::to_string(factor) : "missing";
    return violate(89, {shape.name.str(), found});
  }
  return factor;
}

/// [N, C, H, W] with constant C.
std::optional<Violation> checkPlane(const OpShape &shape) {
  size_t rank = shape.operand(0)->dims.size();
  if (rank != 4) // C7
    return violate(7, {shape.name.str(), "4", imageText(2), std::to_string(rank)});
  Checked<int64_t> channels = constantChannels(shape);
  return channels ? std::nullopt : std::optional(channels.violation());
}

/// Whether every value of the extent is a multiple.
bool isMultiple(const Extent &extent, int64_t of, Symbols symbols) {
  if (extent.isConstant())
    return extent.add % of == 0;
  const Symbol &symbol = symbols[extent.symbol];
  int64_t step;
  return extent.div == 1 && !__builtin_mul_overflow(extent.mul, symbol.step, &step) &&
         step % of == 0 && *smallest(extent, symbols) % of == 0;
}

} // namespace

//===----------------------------------------------------------------------===//
// pixel_shuffle
//===----------------------------------------------------------------------===//

Checked<TensorSpec> PixelShuffleOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape);
  if (!input)
    return input;
  if (auto violation = checkPlane(shape))
    return *violation;
  Checked<int64_t> factor = factorOf(shape);
  if (!factor)
    return factor.violation();
  int64_t channels = input->dims[1].add, square = *factor * *factor;
  if (channels % square != 0) // C90
    return violate(90, {std::to_string(*factor), std::to_string(square), std::to_string(channels)});
  input->dims[1] = Extent::constant(channels / square);
  for (size_t i : {2, 3}) {
    std::optional<Extent> size = scaled(input->dims[i], *factor, 1);
    if (!size) // C91
      return violate(91, {ir::print(input->dims[i], shape.symbols), std::to_string(*factor)});
    input->dims[i] = *size;
  }
  return input;
}

AccessForm PixelShuffleOp::accessForm(Symbols symbols) {
  auto r = static_cast<int64_t>(*getFactor());
  schedules::Access access = accessOf(*this, symbols);
  access.axes[1].terms = {{.axis = Axis::C, .mul = r * r},
                          {.axis = Axis::H, .mul = r, .modulus = r},
                          {.axis = Axis::W, .modulus = r}};
  access.axes[2].terms = {{.axis = Axis::H, .div = r}};
  access.axes[3].terms = {{.axis = Axis::W, .div = r}};
  return elementForm(*this, std::move(access));
}

ExactTensor PixelShuffleOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const auto r = static_cast<int64_t>(*getFactor());
  return gathered(*operands[0], std::move(shape), [&](const HostIndex &at) {
    const int64_t i = at[2] % r, j = at[3] % r;
    return std::optional(HostIndex{at[0], at[1] * r * r + i * r + j, at[2] / r, at[3] / r});
  });
}

//===----------------------------------------------------------------------===//
// pixel_unshuffle
//===----------------------------------------------------------------------===//

Checked<TensorSpec> PixelUnshuffleOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape);
  if (!input)
    return input;
  if (auto violation = checkPlane(shape))
    return *violation;
  Checked<int64_t> factor = factorOf(shape);
  if (!factor)
    return factor.violation();
  int64_t channels;
  if (__builtin_mul_overflow(input->dims[1].add, *factor * *factor, &channels)) // C42
    return violate(42, {ir::print(input->dims, shape.symbols)});
  input->dims[1] = Extent::constant(channels);
  for (size_t i : {2, 3}) {
    Extent &size = input->dims[i];
    if (!isMultiple(size, *factor, shape.symbols)) // C92
      return violate(
          92, {std::to_string(*factor), dimensionName(i, 4), ir::print(size, shape.symbols)});
    size = *addThenDivide(size, 0, *factor);
  }
  return input;
}

AccessForm PixelUnshuffleOp::accessForm(Symbols symbols) {
  auto r = static_cast<int64_t>(*getFactor());
  schedules::Access access = accessOf(*this, symbols);
  access.axes[1].terms = {{.axis = Axis::C, .div = r * r}};
  access.axes[2].terms = {{.axis = Axis::H, .mul = r}, {.axis = Axis::C, .div = r, .modulus = r}};
  access.axes[3].terms = {{.axis = Axis::W, .mul = r}, {.axis = Axis::C, .modulus = r}};
  return elementForm(*this, std::move(access));
}

ExactTensor PixelUnshuffleOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const auto r = static_cast<int64_t>(*getFactor());
  return gathered(*operands[0], std::move(shape), [&](const HostIndex &at) {
    const int64_t i = at[1] / r % r, j = at[1] % r;
    return std::optional(HostIndex{at[0], at[1] / (r * r), at[2] * r + i, at[3] * r + j});
  });
}

//===----------------------------------------------------------------------===//
// channel_shuffle
//===----------------------------------------------------------------------===//

Checked<TensorSpec> ChannelShuffleOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape, 2);
  if (!input)
    return input;
  Checked<int64_t> channels = constantChannels(shape);
  if (!channels)
    return channels.violation();
  if (auto violation = checkGroups(integerOf(shape.attributes, "groups", 1), *channels, *channels))
    return *violation;
  return input;
}

AccessForm ChannelShuffleOp::accessForm(Symbols symbols) {
  auto groups = static_cast<int64_t>(getGroups());
  schedules::Access access = accessOf(*this, symbols);
  access.axes[1].terms = {{.axis = Axis::C, .mul = access.dims[1].add / groups, .modulus = groups},
                          {.axis = Axis::C, .div = groups}};
  return elementForm(*this, std::move(access));
}

ExactTensor ChannelShuffleOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const auto groups = static_cast<int64_t>(getGroups());
  const int64_t each = shape[1] / groups;
  return gathered(*operands[0], std::move(shape), [&](HostIndex at) {
    at[1] = at[1] % groups * each + at[1] / groups;
    return std::optional(at);
  });
}
