//===- Varying.cpp - local_conv2d, dynamic_conv2d, region_conv2d -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Varying.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/Convolution.h"
#include "compiler/IR/Ops/HostWindows.h"

#include <algorithm>
#include <cmath>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::FilterKind;

namespace {

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// Ranks and types of input and filter, which all three have in common.
std::optional<Violation> checkOperands(const OpShape &shape, size_t filterRank,
                                       const char *filterText) {
  const TensorSpec &input = *shape.operand(Input), &filter = *shape.operand(Filter);
  if (input.dims.size() != 4) // C7
    return violate(7, {shape.name.str(), "4", imageText(2), std::to_string(input.dims.size())});
  if (filter.dims.size() != filterRank) // C8
    return violate(8, {shape.name.str(), std::to_string(filterRank), filterText,
                       std::to_string(filter.dims.size())});
  if (auto violation = checkF32(shape.nameOf("input"), input))
    return violation;
  if (auto violation = checkF32(shape.nameOf("filter"), filter))
    return violation;
  if (auto violation = checkConstantChannels(input, shape.name.str(), shape.symbols))
    return violation;
  return checkLists(shape.attributes, 2);
}

/// The window of the taps that stand at dimension `first` of the filter, with what holds of it.
Checked<Dims> placesOfFilter(const OpShape &shape, size_t first) {
  const Dims &filter = shape.operand(Filter)->dims;
  Window window = windowOf(shape.attributes, {filter[first].add, filter[first + 1].add});
  if (auto violation = checkWindow(window))
    return *violation;
  return placesOf(window, *shape.operand(Input), shape.symbols);
}

TensorSpec resultOf(const OpShape &shape, const Extent &channels, const Dims &places) {
  return {ElementType::F32, {shape.operand(Input)->dims[0], channels, places[0], places[1]}, false};
}

std::vector<int64_t> tapsAt(const OpShape &shape, size_t rank, size_t first) {
  const Dims &filter = shape.operand(Filter)->dims;
  if (filter.size() != rank || !filter[first].isConstant() || !filter[first + 1].isConstant())
    return {};
  return {filter[first].add, filter[first + 1].add};
}

} // namespace

std::vector<int64_t> LocalConv2dOp::windowTaps(const OpShape &shape) { return tapsAt(shape, 6, 4); }

Checked<TensorSpec> LocalConv2dOp::inferShape(const OpShape &shape) {
  if (auto violation = checkOperands(shape, 6, "[P, Q, K, C, R, S]"))
    return *violation;
  const TensorSpec &filter = *shape.operand(Filter), *bias = shape.operand(Bias);
  if (auto violation = checkWeight(shape.nameOf("filter"), filter))
    return *violation;
  if (bias)
    for (auto violation :
         {checkWeight(shape.nameOf("bias"), *bias), checkF32(shape.nameOf("bias"), *bias),
          checkBias(*bias, filter.dims[2].add, shape.symbols)})
      if (violation)
        return *violation;
  const Extent &channels = shape.operand(Input)->dims[1];
  if (filter.dims[3] != channels) // C69
    return violate(69, {std::to_string(filter.dims[3].add), std::to_string(channels.add)});
  Checked<Dims> places = placesOfFilter(shape, 4);
  if (!places)
    return places.violation();
  Dims positions(filter.dims.begin(), filter.dims.begin() + 2);
  if (positions != *places) // C71
    return violate(71, {ir::print(positions, shape.symbols), ir::print(*places, shape.symbols)});
  return resultOf(shape, filter.dims[2], *places);
}

std::vector<int64_t> DynamicConv2dOp::windowTaps(const OpShape &shape) {
  return tapsAt(shape, 6, 2);
}

Checked<TensorSpec> DynamicConv2dOp::inferShape(const OpShape &shape) {
  if (auto violation = checkOperands(shape, 6, "[N, G, R, S, P, Q]"))
    return *violation;
  const TensorSpec &input = *shape.operand(Input), &filter = *shape.operand(Filter);
  if (auto violation = checkActivation(shape.nameOf("filter"), filter))
    return *violation;
  for (size_t i : {1, 2, 3})
    if (!filter.dims[i].isConstant()) // C67
      return violate(
          67, {std::to_string(i), shape.name.str(), ir::print(filter.dims[i], shape.symbols)});
  int64_t groups = integerOf(shape.attributes, "groups", 1), channels = input.dims[1].add;
  if (auto violation = checkGroups(groups, channels, channels))
    return *violation;
  Checked<Dims> places = placesOfFilter(shape, 2);
  if (!places)
    return places.violation();
  Dims expected = {input.dims[0],  Extent::constant(groups),
                   filter.dims[2], filter.dims[3],
                   (*places)[0],   (*places)[1]};
  if (filter.dims != expected) // C68
    return violate(68, {"filter", ir::print(filter.dims, shape.symbols), shape.name.str(),
                        ir::print(expected, shape.symbols)})
        .at("filter");
  return resultOf(shape, input.dims[1], *places);
}

std::vector<int64_t> RegionConv2dOp::windowTaps(const OpShape &shape) {
  return tapsAt(shape, 4, 2);
}

Checked<TensorSpec> RegionConv2dOp::inferShape(const OpShape &shape) {
  if (auto violation = checkOperands(shape, 4, "[GH, GW, R, S]"))
    return *violation;
  if (auto violation = checkWeight(shape.nameOf("filter"), *shape.operand(Filter)))
    return *violation;
  Checked<Dims> places = placesOfFilter(shape, 2);
  if (!places)
    return places.violation();
  return resultOf(shape, shape.operand(Input)->dims[1], *places);
}

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

namespace {

/// y by `kernel(n, k, c, r, s, p, q)`, over the input channels from `first(k)` on, `read` of them.
template <typename Kernel, typename First>
ExactTensor convolveBy(const ExactTensor &x, const Window &window, std::vector<int64_t> shape,
                       const ExactTensor *bias, int64_t read, First first, Kernel kernel) {
  const ExactTensor source = padded(x, window);
  const int64_t C = source.shape[1], H = source.shape[2], W = source.shape[3];
  ExactTensor y{ElementType::F32, std::move(shape), {}};
  for (int64_t n = 0; n < y.shape[0]; ++n)
    for (int64_t k = 0; k < y.shape[1]; ++k)
      for (int64_t p = 0; p < y.shape[2]; ++p)
        for (int64_t q = 0; q < y.shape[3]; ++q) {
          double sum = bias ? bias->values[static_cast<size_t>(k)] : 0;
          for (int64_t c = 0; c < read; ++c)
            for (int64_t r = 0; r < window.taps[0]; ++r)
              for (int64_t s = 0; s < window.taps[1]; ++s) {
                int64_t row = p * window.stride[0] + r * window.dilation[0];
                int64_t column = q * window.stride[1] + s * window.dilation[1];
                auto at = static_cast<size_t>(((n * C + first(k) + c) * H + row) * W + column);
                sum += kernel(n, k, c, r, s, p, q) * source.values[at];
              }
          y.values.push_back(sum);
        }
  return y;
}

/// Where a position lies between the centres of the regions along an axis.
struct Between {
  int64_t low, high;
  double fraction;
};

Between betweenCentres(int64_t position, int64_t positions, int64_t regions) {
  double place = (static_cast<double>(position) + 0.5) * static_cast<double>(regions) /
                     static_cast<double>(positions) -
                 0.5;
  place = std::clamp(place, 0.0, static_cast<double>(regions - 1));
  auto low = static_cast<int64_t>(place);
  return {low, std::min(low + 1, regions - 1), place - static_cast<double>(low)};
}

} // namespace

ExactTensor ir::localConvolve(const ExactTensor &x, const ExactTensor &w, const ExactTensor *b,
                              const Window &window, std::vector<int64_t> shape) {
  const int64_t Q = w.shape[1], K = w.shape[2], C = w.shape[3], R = w.shape[4], S = w.shape[5];
  return convolveBy(
      x, window, std::move(shape), b, C, [](int64_t) { return 0; },
      [&](int64_t, int64_t k, int64_t c, int64_t r, int64_t s, int64_t p, int64_t q) {
        return w.values[static_cast<size_t>(((((p * Q + q) * K + k) * C + c) * R + r) * S + s)];
      });
}

ExactTensor ir::dynamicConvolve(const ExactTensor &x, const ExactTensor &w, const Window &window,
                                std::vector<int64_t> shape) {
  const int64_t G = w.shape[1], R = w.shape[2], S = w.shape[3], P = w.shape[4], Q = w.shape[5];
  const int64_t groupC = x.shape[1] / G;
  return convolveBy(
      x, window, std::move(shape), nullptr, 1, [](int64_t k) { return k; },
      [&](int64_t n, int64_t k, int64_t, int64_t r, int64_t s, int64_t p, int64_t q) {
        int64_t g = k / groupC;
        return w.values[static_cast<size_t>(((((n * G + g) * R + r) * S + s) * P + p) * Q + q)];
      });
}

ExactTensor ir::regionConvolve(const ExactTensor &x, const ExactTensor &w, const Window &window,
                               std::vector<int64_t> shape) {
  const int64_t GH = w.shape[0], GW = w.shape[1], R = w.shape[2], S = w.shape[3];
  const int64_t P = shape[2], Q = shape[3];
  return convolveBy(
      x, window, std::move(shape), nullptr, 1, [](int64_t k) { return k; },
      [&](int64_t, int64_t, int64_t, int64_t r, int64_t s, int64_t p, int64_t q) {
        Between h = betweenCentres(p, P, GH), v = betweenCentres(q, Q, GW);
        auto at = [&](int64_t i, int64_t j) {
          return w.values[static_cast<size_t>(((i * GW + j) * R + r) * S + s)];
        };
        double above = at(h.low, v.low) * (1 - v.fraction) + at(h.low, v.high) * v.fraction;
        double below = at(h.high, v.low) * (1 - v.fraction) + at(h.high, v.high) * v.fraction;
        return above * (1 - h.fraction) + below * h.fraction;
      });
}

//===----------------------------------------------------------------------===//
// As operations
//===----------------------------------------------------------------------===//

namespace {

/// The window of the taps at dimension `first` of the filter.
Window windowAt(mlir::Operation *op, unsigned first) {
  auto filter = llvm::cast<mlir::RankedTensorType>(op->getOperand(Filter).getType());
  return windowOf(op->getAttrDictionary(),
                  {filter.getDimSize(first), filter.getDimSize(first + 1)});
}

schedules::Stage lowerVarying(mlir::Operation *op, FilterKind kind, const Window &window,
                              ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage = stageOf(op, op->getOperand(Filter), {}, expression, symbols);
  stage.filterKind = kind;
  stage.groups = groupsOf(op->getAttrDictionary());
  stage.window = axesOf(window);
  stage.paddingMode = window.paddingMode;
  return stage;
}

} // namespace

ExactTensor LocalConv2dOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  return localConvolve(*operands[Input], *operands[Filter], operands[Bias], windowAt(*this, 4),
                       std::move(shape));
}

schedules::Stage LocalConv2dOp::lowerToStage(ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage =
      lowerVarying(*this, FilterKind::PerPosition, windowAt(*this, 4), expression, symbols);
  if (getBias())
    stage.bias = expression(getBias());
  return stage;
}

ExactTensor DynamicConv2dOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  return dynamicConvolve(*operands[Input], *operands[Filter], windowAt(*this, 2), std::move(shape));
}

bool DynamicConv2dOp::readsOneChannelPerOutput() { return true; }

schedules::Stage DynamicConv2dOp::lowerToStage(ExpressionOf expression, Symbols symbols) {
  return lowerVarying(*this, FilterKind::PerPixel, windowAt(*this, 2), expression, symbols);
}

ExactTensor RegionConv2dOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  return regionConvolve(*operands[Input], *operands[Filter], windowAt(*this, 2), std::move(shape));
}

bool RegionConv2dOp::readsOneChannelPerOutput() { return true; }

schedules::Stage RegionConv2dOp::lowerToStage(ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage =
      lowerVarying(*this, FilterKind::Regions, windowAt(*this, 2), expression, symbols);
  auto filter = llvm::cast<mlir::RankedTensorType>(getFilter().getType());
  stage.grid = {filter.getDimSize(0), filter.getDimSize(1)};
  return stage;
}
