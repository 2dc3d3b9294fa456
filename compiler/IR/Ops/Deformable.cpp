//===- Deformable.cpp - deform_conv2d ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Deformable.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/Convolution.h"

#include <cmath>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

namespace {

enum DeformableOperands : unsigned { X, Offset, W, B, Mask };

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

std::optional<Violation> checkRanks(const OpShape &shape) {
  size_t input = shape.operand(X)->dims.size(), filter = shape.operand(W)->dims.size();
  if (input != 4) // C7
    return violate(7, {shape.name.str(), "4", imageText(2), std::to_string(input)});
  if (filter != 4) // C8
    return violate(8, {shape.name.str(), "4", "[K, C/groups, R, S]", std::to_string(filter)});
  return std::nullopt;
}

std::optional<Violation> checkSidesAndTypes(const OpShape &shape) {
  for (auto [i, name] : llvm::enumerate(DeformConv2dOp::odsOperandNames())) {
    const TensorSpec *operand = shape.operand(i);
    if (!operand)
      continue;
    bool isWeight = i == W || i == B;
    if (auto violation = isWeight ? checkWeight(shape.nameOf(name), *operand)
                                  : checkActivation(shape.nameOf(name), *operand))
      return violation;
    if (auto violation = checkF32(shape.nameOf(name), *operand))
      return violation;
  }
  return checkConstantChannels(*shape.operand(X), shape.name.str(), shape.symbols);
}

std::optional<Violation> checkFilter(const OpShape &shape) {
  const Dims &filter = shape.operand(W)->dims;
  int64_t channels = shape.operand(X)->dims[1].add, read = filter[1].add;
  if (channels % read != 0) // C72
    return violate(72, {std::to_string(read), std::to_string(channels)});
  if (auto violation = checkGroups(channels / read, channels, filter[0].add))
    return violation;
  const TensorSpec *bias = shape.operand(B);
  return bias ? checkBias(*bias, filter[0].add, shape.symbols) : std::nullopt;
}

std::optional<Violation> checkShape(const OpShape &shape, unsigned operand, const Dims &expected) {
  const Dims &found = shape.operand(operand)->dims;
  if (found == expected)
    return std::nullopt;
  std::string name = DeformConv2dOp::odsOperandNames()[operand].str();
  return violate(68, {name, print(found, shape.symbols), shape.name.str(), // C68
                      print(expected, shape.symbols)})
      .at(name)
      .showing(name);
}

/// What is said of every place of the window.
std::optional<Violation> checkDisplacement(const OpShape &shape, const Dims &places) {
  const TensorSpec &input = *shape.operand(X), &offset = *shape.operand(Offset);
  int64_t taps = tapsOf(*shape.operand(W))[0] * tapsOf(*shape.operand(W))[1];
  Dims expected = {input.dims[0], Extent::constant(2 * taps), places[0], places[1]};
  if (offset.dims.size() != 4 || !offset.dims[1].isConstant())
    return checkShape(shape, Offset, expected);
  int64_t channels = offset.dims[1].add, groups = channels / (2 * taps);
  if (channels % (2 * taps) != 0) // C73
    return violate(73, {std::to_string(channels), std::to_string(taps)});
  if (input.dims[1].add % groups != 0) // C74
    return violate(74, {std::to_string(groups), std::to_string(input.dims[1].add)});
  expected[1] = offset.dims[1];
  if (auto violation = checkShape(shape, Offset, expected))
    return violation;
  expected[1] = Extent::constant(groups * taps);
  return shape.operand(Mask) ? checkShape(shape, Mask, expected) : std::nullopt;
}

} // namespace

std::vector<int64_t> DeformConv2dOp::windowTaps(const OpShape &shape) {
  const TensorSpec &filter = *shape.operand(W);
  return filter.weightSide && filter.dims.size() == 4 ? tapsOf(filter) : std::vector<int64_t>();
}

Checked<TensorSpec> DeformConv2dOp::inferShape(const OpShape &shape) {
  if (auto violation = checkRanks(shape))
    return *violation;
  if (auto violation = checkSidesAndTypes(shape))
    return *violation;
  if (auto violation = checkLists(shape.attributes, 2))
    return *violation;
  const TensorSpec &input = *shape.operand(X), &filter = *shape.operand(W);
  Window window = windowOf(shape.attributes, tapsOf(filter));
  for (auto violation : {checkWindow(window), checkFilter(shape)})
    if (violation)
      return *violation;
  Checked<Dims> places = placesOf(window, input, shape.symbols);
  if (!places)
    return places.violation();
  if (auto violation = checkDisplacement(shape, *places))
    return *violation;
  return TensorSpec{
      ElementType::F32, {input.dims[0], filter.dims[0], (*places)[0], (*places)[1]}, false};
}

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

namespace {

size_t index4(const std::vector<int64_t> &shape, int64_t n, int64_t c, int64_t h, int64_t w) {
  return static_cast<size_t>(((n * shape[1] + c) * shape[2] + h) * shape[3] + w);
}

/// Bilinear between the four elements around a place; 0 outside, and nowhere (NaN) is outside.
double sample(const ExactTensor &x, int64_t n, int64_t c, double h, double w) {
  const int64_t H = x.shape[2], W = x.shape[3];
  if (!(h > -1 && h < static_cast<double>(H) && w > -1 && w < static_cast<double>(W)))
    return 0;
  const auto top = static_cast<int64_t>(std::floor(h)), left = static_cast<int64_t>(std::floor(w));
  const double down = h - std::floor(h), right = w - std::floor(w);
  auto at = [&](int64_t row, int64_t column) {
    bool inside = row >= 0 && row < H && column >= 0 && column < W;
    return inside ? x.values[index4(x.shape, n, c, row, column)] : 0;
  };
  return (1 - down) * (1 - right) * at(top, left) + (1 - down) * right * at(top, left + 1) +
         down * (1 - right) * at(top + 1, left) + down * right * at(top + 1, left + 1);
}

} // namespace

ExactTensor ir::deformConvolve(const ExactTensor &x, const ExactTensor &offset,
                               const ExactTensor &w, const ExactTensor *b, const ExactTensor *mask,
                               const Window &window, std::vector<int64_t> shape) {
  const int64_t C = x.shape[1], K = w.shape[0], groupC = w.shape[1], R = w.shape[2], S = w.shape[3];
  const int64_t offsetGroups = offset.shape[1] / (2 * R * S);
  ExactTensor y{ElementType::F32, std::move(shape), {}};
  for (int64_t n = 0; n < y.shape[0]; ++n)
    for (int64_t k = 0; k < K; ++k)
      for (int64_t p = 0; p < y.shape[2]; ++p)
        for (int64_t q = 0; q < y.shape[3]; ++q) {
          double sum = b ? b->values[static_cast<size_t>(k)] : 0;
          for (int64_t c = 0; c < groupC; ++c)
            for (int64_t tap = 0; tap < R * S; ++tap) {
              const int64_t channel = k / (K / (C / groupC)) * groupC + c;
              const int64_t number = channel / (C / offsetGroups) * R * S + tap;
              auto place = [&](int64_t axis, int64_t position, int64_t t) {
                return static_cast<double>(position * window.stride[axis] +
                                           t * window.dilation[axis] - window.padBefore[axis]) +
                       offset.values[index4(offset.shape, n, 2 * number + axis, p, q)];
              };
              double value = sample(x, n, channel, place(0, p, tap / S), place(1, q, tap % S));
              if (mask)
                value *= mask->values[index4(mask->shape, n, number, p, q)];
              sum += value * w.values[static_cast<size_t>((k * groupC + c) * R * S + tap)];
            }
          y.values.push_back(sum);
        }
  return y;
}

//===----------------------------------------------------------------------===//
// As an operation
//===----------------------------------------------------------------------===//

static Window windowOf(DeformConv2dOp op) {
  return ir::windowOf(op->getAttrDictionary(), tapsOf(specOf(op.getFilter().getType(), {})));
}

ExactTensor DeformConv2dOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  return deformConvolve(*operands[X], *operands[Offset], *operands[W], operands[B], operands[Mask],
                        ::windowOf(*this), std::move(shape));
}

std::optional<ChannelAffine> DeformConv2dOp::channelAffine() { return ChannelAffine{W, B}; }

schedules::Stage DeformConv2dOp::lowerToStage(ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage = stageOf(*this, getFilter(), getBias(), expression, symbols);
  TensorSpec filter = specOf(getFilter().getType(), {}),
             offset = specOf(getOffset().getType(), symbols);
  stage.groups = stage.C / filter.dims[1].add;
  stage.window = axesOf(::windowOf(*this));
  schedules::Displacement displacement;
  displacement.offsets = expression(getOffset());
  if (getMask())
    displacement.mask = expression(getMask());
  displacement.groups = offset.dims[1].add / (2 * stage.taps());
  stage.displacement = displacement;
  return stage;
}
