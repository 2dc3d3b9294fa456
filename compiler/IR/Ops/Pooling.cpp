//===- Pooling.cpp - max_pool, avg_pool, global_max_pool, global_avg_pool --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Pooling.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/Convolution.h"
#include "compiler/IR/Ops/HostWindows.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::Reduction;

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

namespace {

std::optional<Violation> checkKernelSize(const std::vector<int64_t> &size) {
  auto axes = spatialAxes(size.size());
  for (size_t i = 0; i < size.size(); ++i)
    if (size[i] < 1 || size[i] > maxElements) // C61
      return violate(61, {std::to_string(size[i]), axes[i].name}).mendedBy("kernel_size", "1");
  return std::nullopt;
}

std::optional<Violation> checkPoolPadding(const Window &window) {
  auto axes = spatialAxes(window.taps.size());
  for (size_t i = 0; i < axes.size(); ++i)
    for (auto [pad, side] : {std::pair(window.padBefore[i], axes[i].before),
                             std::pair(window.padAfter[i], axes[i].after)})
      if (pad > window.taps[i] / 2) // C62
        return violate(62, {std::to_string(pad), side, std::to_string(window.taps[i])});
  return std::nullopt;
}

/// Elements from the first tap along an axis to the last.
int64_t reachOf(const Window &window, size_t axis) {
  return window.dilation[axis] * (window.taps[axis] - 1) + 1;
}

/// What is added to the input's size before it is divided by the stride. With ceil_mode there are
/// two bounds, of which one is never above the other: where a window of which a part is inside
/// starts, and the end of the input.
int64_t addedBeforeDivision(const Window &window, size_t axis, bool ceilMode) {
  int64_t before = window.padBefore[axis], after = window.padAfter[axis];
  int64_t stride = window.stride[axis], reach = reachOf(window, axis);
  if (!ceilMode)
    return before + after + stride - reach;
  return before + std::min<int64_t>(after + stride - reach, 0) + stride - 1;
}

} // namespace

Checked<Dims> ir::poolPlaces(const Window &window, const TensorSpec &input, bool ceilMode,
                             Symbols symbols) {
  Dims places, padded = input.dims;
  for (size_t i = 0; i < window.taps.size(); ++i) {
    const Extent &size = input.dims[2 + i];
    auto whole = addThenDivide(size, window.padBefore[i] + window.padAfter[i], 1);
    auto extent = addThenDivide(size, addedBeforeDivision(window, i, ceilMode), window.stride[i]);
    if (!whole || !extent) // C42
      return violate(42, {"the result"});
    if (*smallest(*extent, symbols) < 1) // C63
      return violate(63, {std::to_string(reachOf(window, i)),
                          spatialAxes(window.taps.size())[i].name, hasAtLeast(*whole, symbols)});
    places.push_back(*extent);
    padded[2 + i] = *whole;
  }
  if (auto count = tooManyElements(padded, symbols)) // C26
    return violate(26, {*count, hasOrCanHave(padded)});
  return places;
}

namespace {

std::vector<int64_t> kernelSizeOf(mlir::DictionaryAttr attributes) {
  return numbersOf(attributes, "kernel_size", {});
}

std::optional<Violation> checkPool(const OpShape &shape, size_t spatialRank, Reduction reduction) {
  const TensorSpec &input = *shape.operand(0);
  std::string rank = std::to_string(2 + spatialRank);
  if (input.dims.size() != 2 + spatialRank) // C7
    return violate(
        7, {shape.name.str(), rank, imageText(spatialRank), std::to_string(input.dims.size())});
  if (reduction == Reduction::Mean)
    if (auto violation = checkF32(shape.nameOf("input"), input))
      return violation;
  if (kernelSizeOf(shape.attributes).empty()) // C60
    return violate(60, {shape.name.str()});
  return checkLists(shape.attributes, spatialRank);
}

Checked<TensorSpec> inferPool(const OpShape &shape, size_t spatialRank, Reduction reduction) {
  if (auto violation = checkPool(shape, spatialRank, reduction))
    return *violation;
  std::vector<int64_t> size = kernelSizeOf(shape.attributes);
  if (auto violation = checkKernelSize(size))
    return *violation;
  Window window = windowOf(shape.attributes, size);
  for (auto violation : {checkWindow(window), checkPoolPadding(window),
                         checkConstantChannels(*shape.operand(0), shape.name.str(), shape.symbols)})
    if (violation)
      return *violation;
  const TensorSpec &input = *shape.operand(0);
  Checked<Dims> places =
      poolPlaces(window, input, flagOf(shape.attributes, "ceil_mode", false), shape.symbols);
  if (!places)
    return places.violation();
  TensorSpec result{input.type, {input.dims[0], input.dims[1]}, false};
  result.dims.insert(result.dims.end(), places->begin(), places->end());
  return result;
}

Checked<TensorSpec> inferGlobalPool(const OpShape &shape, Reduction reduction) {
  TensorSpec result = *shape.operand(0);
  if (result.dims.size() < 3 || result.dims.size() > 5) // C64
    return violate(64, {shape.name.str(), std::to_string(result.dims.size())});
  if (reduction == Reduction::Mean)
    if (auto violation = checkF32(shape.nameOf("input"), result))
      return *violation;
  if (auto violation = checkConstantChannels(result, shape.name.str(), shape.symbols))
    return *violation;
  std::fill(result.dims.begin() + 2, result.dims.end(), Extent::constant(1));
  return result;
}

} // namespace

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

namespace {

/// The elements of a row of x that the taps at output position p see: begin, begin + step, … below
/// end, none outside of the row.
struct Span {
  int64_t begin, end, step;
  /// How many elements a window has from there on, when `before` and `after` more count.
  int64_t counted;
};

Span spanAt(int64_t p, int64_t size, int64_t taps, int64_t stride, int64_t dilation, int64_t pad,
            int64_t before, int64_t after) {
  int64_t first = p * stride - pad, behind = first + (taps - 1) * dilation + 1;
  Span span{first, std::min(behind, size), dilation,
            std::min(behind, size + after) - std::max(first, -before)};
  while (span.begin < 0)
    span.begin += dilation;
  return span;
}

/// Calls `visit(spans along d, h and w)` for every output position, in order.
template <typename Visit>
void forEachWindow(const ExactTensor &x, const Window &window, bool countPadding,
                   const std::vector<int64_t> &shape, Visit visit) {
  const auto [N, C, D, H, W] = imageShape(x.shape);
  const auto [batch, channels, O, P, Q] = imageShape(shape);
  const std::array<int64_t, 3> sizes = {D, H, W};
  const auto taps = alongThreeAxes(window.taps, 1), strides = alongThreeAxes(window.stride, 1);
  const auto dilations = alongThreeAxes(window.dilation, 1);
  const auto before = alongThreeAxes(window.padBefore, 0),
             after = alongThreeAxes(window.padAfter, 0);
  auto along = [&](size_t axis, int64_t p) {
    return spanAt(p, sizes[axis], taps[axis], strides[axis], dilations[axis], before[axis],
                  countPadding ? before[axis] : 0, countPadding ? after[axis] : 0);
  };
  for (int64_t image = 0; image < batch * channels; ++image)
    for (int64_t o = 0; o < O; ++o)
      for (int64_t p = 0; p < P; ++p)
        for (int64_t q = 0; q < Q; ++q)
          visit(&x.values[static_cast<size_t>(image * D * H * W)], along(0, o), along(1, p),
                along(2, q));
}

/// Calls `visit(value)` for the elements of an image that three spans meet in.
template <typename Visit>
void forEachElement(const double *image, int64_t H, int64_t W, const Span &d, const Span &h,
                    const Span &w, Visit visit) {
  for (int64_t z = d.begin; z < d.end; z += d.step)
    for (int64_t y = h.begin; y < h.end; y += h.step)
      for (int64_t x = w.begin; x < w.end; x += w.step)
        visit(image[(z * H + y) * W + x]);
}

} // namespace

ExactTensor ir::maxPool(const ExactTensor &x, const Window &window, std::vector<int64_t> shape) {
  ExactTensor y{x.type, std::move(shape), {}};
  const auto [N, C, D, H, W] = imageShape(x.shape);
  forEachWindow(
      x, window, true, y.shape,
      [&, rows = H, columns = W](const double *image, const Span &d, const Span &h, const Span &w) {
        double largest = schedules::lowestValue(x.type);
        forEachElement(image, rows, columns, d, h, w, [&](double value) {
          if (value > largest || std::isnan(value))
            largest = value;
        });
        y.values.push_back(largest);
      });
  return y;
}

ExactTensor ir::avgPool(const ExactTensor &x, const Window &window, bool countIncludePad,
                        std::vector<int64_t> shape) {
  ExactTensor y{x.type, std::move(shape), {}};
  const auto [N, C, D, H, W] = imageShape(x.shape);
  forEachWindow(
      x, window, countIncludePad, y.shape,
      [&, rows = H, columns = W](const double *image, const Span &d, const Span &h, const Span &w) {
        double sum = 0;
        forEachElement(image, rows, columns, d, h, w, [&](double value) { sum += value; });
        y.values.push_back(sum / static_cast<double>(d.counted * h.counted * w.counted));
      });
  return y;
}

//===----------------------------------------------------------------------===//
// What they have in common as operations
//===----------------------------------------------------------------------===//

namespace {

Window poolWindow(mlir::Operation *op) {
  mlir::DictionaryAttr attributes = op->getAttrDictionary();
  return windowOf(attributes, kernelSizeOf(attributes));
}

/// The window that is all of an image of that shape.
Window wholeWindow(std::span<const int64_t> shape) {
  return Window::of(std::vector<int64_t>(shape.begin() + 2, shape.end()));
}

ExactTensor interpretPool(mlir::Operation *op, Reduction reduction, const ExactTensor &x,
                          const Window &window, std::vector<int64_t> shape) {
  if (reduction == Reduction::Max)
    return maxPool(x, window, std::move(shape));
  bool countIncludePad = flagOf(op->getAttrDictionary(), "count_include_pad", true);
  return avgPool(x, window, countIncludePad, std::move(shape));
}

schedules::Stage poolStage(mlir::Operation *op, Reduction reduction, ExpressionOf expression,
                           Symbols symbols) {
  schedules::Stage stage;
  stage.inputDims = specOf(op->getOperand(0).getType(), symbols).dims;
  stage.outputDims = specOf(op->getResult(0).getType(), symbols).dims;
  stage.input = expression(op->getOperand(0));
  stage.filterKind = schedules::FilterKind::None;
  stage.reduction = reduction;
  stage.K = stage.C = stage.inputDims[1].add;
  return stage;
}

schedules::Stage lowerPool(mlir::Operation *op, Reduction reduction, ExpressionOf expression,
                           Symbols symbols) {
  schedules::Stage stage = poolStage(op, reduction, expression, symbols);
  stage.window = axesOf(poolWindow(op));
  stage.partialWindows = flagOf(op->getAttrDictionary(), "ceil_mode", false);
  stage.countPadding = flagOf(op->getAttrDictionary(), "count_include_pad", true);
  return stage;
}

schedules::Stage lowerGlobalPool(mlir::Operation *op, Reduction reduction, ExpressionOf expression,
                                 Symbols symbols) {
  schedules::Stage stage = poolStage(op, reduction, expression, symbols);
  stage.wholeInput = true;
  std::vector<int64_t> like;
  for (const Symbol &symbol : symbols)
    like.push_back(symbol.like);
  for (size_t i = 2; i < stage.inputDims.size(); ++i)
    stage.window.push_back({.taps = stage.inputDims[i].at(like)});
  return stage;
}

} // namespace

#define POOL(Op, rank, reduction)                                                                  \
  std::vector<int64_t> Op::windowTaps(const OpShape &shape) {                                      \
    return kernelSizeOf(shape.attributes);                                                         \
  }                                                                                                \
  Checked<TensorSpec> Op::inferShape(const OpShape &shape) {                                       \
    return inferPool(shape, rank, reduction);                                                      \
  }                                                                                                \
  ExactTensor Op::interpret(HostOperands operands, std::vector<int64_t> shape) {                   \
    return interpretPool(*this, reduction, *operands[0], poolWindow(*this), std::move(shape));     \
  }                                                                                                \
  bool Op::readsOneChannelPerOutput() { return true; }                                             \
  schedules::Stage Op::lowerToStage(ExpressionOf expression, Symbols symbols) {                    \
    return lowerPool(*this, reduction, expression, symbols);                                       \
  }

POOL(MaxPool1dOp, 1, Reduction::Max)
POOL(MaxPool2dOp, 2, Reduction::Max)
POOL(MaxPool3dOp, 3, Reduction::Max)
POOL(AvgPool1dOp, 1, Reduction::Mean)
POOL(AvgPool2dOp, 2, Reduction::Mean)
POOL(AvgPool3dOp, 3, Reduction::Mean)

#undef POOL

#define GLOBAL_POOL(Op, reduction)                                                                 \
  Checked<TensorSpec> Op::inferShape(const OpShape &shape) {                                       \
    return inferGlobalPool(shape, reduction);                                                      \
  }                                                                                                \
  ExactTensor Op::interpret(HostOperands operands, std::vector<int64_t> shape) {                   \
    return interpretPool(*this, reduction, *operands[0], wholeWindow(operands[0]->shape),          \
                         std::move(shape));                                                        \
  }                                                                                                \
  bool Op::readsOneChannelPerOutput() { return true; }                                             \
  schedules::Stage Op::lowerToStage(ExpressionOf expression, Symbols symbols) {                    \
    return lowerGlobalPool(*this, reduction, expression, symbols);                                 \
  }

GLOBAL_POOL(GlobalMaxPoolOp, Reduction::Max)
GLOBAL_POOL(GlobalAvgPoolOp, Reduction::Mean)

#undef GLOBAL_POOL
