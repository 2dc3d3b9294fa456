//===- Convolution.cpp - conv2d ---------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Convolution.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/HostWindows.h"

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

int64_t ir::groupsOf(mlir::DictionaryAttr attributes) { return integerOf(attributes, "groups", 1); }

std::vector<int64_t> ir::tapsOf(const TensorSpec &filter) {
  std::vector<int64_t> taps;
  for (size_t i = 2; i < filter.dims.size(); ++i)
    taps.push_back(filter.dims[i].add);
  return taps;
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

std::optional<Violation> ir::checkConvolutionRanks(const OpShape &shape, size_t spatialRank,
                                                   llvm::StringRef channels) {
  static constexpr const char *taps[] = {"S", "R, S", "T, R, S"};
  size_t input = shape.operand(Input)->dims.size(), filter = shape.operand(Filter)->dims.size();
  std::string rank = std::to_string(2 + spatialRank);
  if (input != 2 + spatialRank) // C7
    return violate(7, {shape.name.str(), rank, imageText(spatialRank), std::to_string(input)});
  if (filter != 2 + spatialRank) // C8
    return violate(8, {shape.name.str(), rank,
                       ("[" + channels + ", " + taps[spatialRank - 1] + "]").str(),
                       std::to_string(filter)});
  return std::nullopt;
}

std::optional<Violation> ir::checkConvolutionOperands(const OpShape &shape) {
  constexpr std::pair<unsigned, const char *> operands[] = {
      {Input, "input"}, {Filter, "filter"}, {Bias, "bias"}};
  for (auto [index, name] : operands)
    if (const TensorSpec *operand = shape.operand(index); operand && index != Input)
      if (auto violation = checkWeight(shape.nameOf(name), *operand))
        return violation;
  for (auto [index, name] : operands)
    if (const TensorSpec *operand = shape.operand(index))
      if (auto violation = checkF32(shape.nameOf(name), *operand))
        return violation;
  return std::nullopt;
}

namespace {

/// K; a filter [1, 1, taps…] is every channel's where each of them is a group.
int64_t outputsOf(const OpShape &shape) {
  const Dims &filter = shape.operand(Filter)->dims;
  bool shared = filter[0].add == 1 && filter[1].add == 1 &&
                shape.operand(Input)->dims[1] == Extent::constant(groupsOf(shape.attributes));
  return shared ? groupsOf(shape.attributes) : filter[0].add;
}

std::optional<Violation> checkChannels(const OpShape &shape) {
  const Dims &input = shape.operand(Input)->dims, &filter = shape.operand(Filter)->dims;
  if (!input[1].isConstant()) // C25
    return violate(25, {print("C", input[1], shape.symbols)});
  int64_t groups = groupsOf(shape.attributes), channels = input[1].add, read = filter[1].add;
  if (filter[0].add == 1 && read == 1 && groups > 1 && groups != channels) // C107
    return violate(107, {std::to_string(channels), std::to_string(groups)})
        .mendedBy("groups", std::to_string(channels));
  int64_t outputs = outputsOf(shape);
  if (auto violation = checkGroups(groups, channels, outputs, read))
    return violation;
  if (read != channels / groups) // C14: groups ≤ C and read ≤ 2^31, so the product fits
    return violate(14, {counted(read, "channel") +
                            (groups == 1 ? ""
                                         : " a group in " + std::to_string(groups) + " groups, " +
                                               std::to_string(read * groups) + " in all"),
                        std::to_string(channels), ""});
  const TensorSpec *bias = shape.operand(Bias);
  return bias ? checkBias(*bias, outputs, shape.symbols) : std::nullopt;
}

} // namespace

Checked<TensorSpec> ir::inferConvolution(const OpShape &shape, size_t spatialRank) {
  for (auto violation :
       {checkConvolutionRanks(shape, spatialRank, "K, C/groups"), checkConvolutionOperands(shape),
        checkLists(shape.attributes, spatialRank)})
    if (violation)
      return *violation;
  const TensorSpec &input = *shape.operand(Input), &filter = *shape.operand(Filter);
  Window window = windowOf(shape.attributes, tapsOf(filter));
  for (auto violation : {checkWindow(window), checkChannels(shape)})
    if (violation)
      return *violation;
  Checked<Dims> places = placesOf(window, input, shape.symbols);
  if (!places)
    return places.violation();
  TensorSpec result{ElementType::F32, {input.dims[0], Extent::constant(outputsOf(shape))}, false};
  result.dims.insert(result.dims.end(), places->begin(), places->end());
  return result;
}

static std::vector<int64_t> filterTaps(const OpShape &shape, size_t spatialRank) {
  const TensorSpec &filter = *shape.operand(Filter);
  return filter.weightSide && filter.dims.size() == 2 + spatialRank ? tapsOf(filter)
                                                                    : std::vector<int64_t>();
}

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

ExactTensor ir::convolve(const ExactTensor &x, const ExactTensor &w, const ExactTensor *b,
                         const Window &window, int64_t groups, std::vector<int64_t> shape) {
  const ExactTensor source = padded(x, window);
  const auto [strideD, strideH, strideW] = alongThreeAxes(window.stride, 1);
  const auto [dilationD, dilationH, dilationW] = alongThreeAxes(window.dilation, 1);
  const auto [N, C, D, H, W] = imageShape(source.shape);
  const auto [K, groupC, T, R, S] = imageShape(w.shape);
  const auto [batch, outputs, O, P, Q] = imageShape(shape);

  ExactTensor y{ElementType::F32, std::move(shape), {}};
  y.values.resize(static_cast<size_t>(y.elementCount()));
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t k = 0; k < outputs; ++k) {
      double *result = &y.values[(n * outputs + k) * O * P * Q];
      std::fill_n(result, O * P * Q, b ? b->values[k] : 0.0);
      const int64_t firstChannel = k / (outputs / groups) * groupC;
      const int64_t filter = K == 1 ? 0 : k; // one for all channels
      for (int64_t c = 0; c < groupC; ++c)
        for (int64_t t = 0; t < T; ++t)
          for (int64_t r = 0; r < R; ++r)
            for (int64_t s = 0; s < S; ++s) {
              const double weight = w.values[(((filter * groupC + c) * T + t) * R + r) * S + s];
              const double *image = &source.values[(n * C + firstChannel + c) * D * H * W];
              for (int64_t o = 0; o < O; ++o)
                for (int64_t p = 0; p < P; ++p) {
                  const int64_t slice = o * strideD + t * dilationD;
                  const int64_t line = slice * H + p * strideH + r * dilationH;
                  const double *row = image + line * W + s * dilationW;
                  for (int64_t q = 0; q < Q; ++q)
                    result[(o * P + p) * Q + q] += weight * row[q * strideW];
                }
            }
    }
  return y;
}

std::vector<schedules::WindowAxis> ir::axesOf(const Window &window) {
  std::vector<schedules::WindowAxis> axes;
  for (size_t i = 0; i < window.taps.size(); ++i)
    axes.push_back({window.taps[i], window.stride[i], window.dilation[i], window.padBefore[i],
                    window.padAfter[i]});
  return axes;
}

//===----------------------------------------------------------------------===//
// What they have in common as operations
//===----------------------------------------------------------------------===//

Window ir::filterWindow(mlir::Operation *op) {
  return windowOf(op->getAttrDictionary(), tapsOf(specOf(op->getOperand(Filter).getType(), {})));
}

schedules::Stage ir::stageOf(mlir::Operation *op, mlir::Value filter, mlir::Value bias,
                             ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage;
  stage.inputDims = specOf(op->getOperand(Input).getType(), symbols).dims;
  stage.outputDims = specOf(op->getResult(0).getType(), symbols).dims;
  stage.input = expression(op->getOperand(Input));
  stage.filter = expression(filter);
  if (bias)
    stage.bias = expression(bias);
  stage.K = stage.outputDims[1].add;
  stage.C = stage.inputDims[1].add;
  return stage;
}

schedules::Stage ir::convolutionStageOf(mlir::Operation *op, ExpressionOf expression,
                                        Symbols symbols) {
  mlir::Value bias = op->getNumOperands() > Bias ? op->getOperand(Bias) : mlir::Value();
  schedules::Stage stage = stageOf(op, op->getOperand(Filter), bias, expression, symbols);
  stage.groups = groupsOf(op->getAttrDictionary());
  Window window = filterWindow(op);
  stage.window = axesOf(window);
  stage.paddingMode = window.paddingMode;
  return stage;
}

namespace {

ExactTensor interpretConvolution(mlir::Operation *op, HostOperands operands,
                                 std::vector<int64_t> shape) {
  return convolve(*operands[Input], *operands[Filter], operands[Bias], filterWindow(op),
                  groupsOf(op->getAttrDictionary()), std::move(shape));
}

bool filterHasOneChannel(mlir::Operation *op) {
  return llvm::cast<mlir::RankedTensorType>(op->getOperand(Filter).getType()).getDimSize(1) == 1;
}

/// Taps and dilations may differ: they are what is read of one padded copy.
bool windowsAreShared(mlir::Operation *a, mlir::Operation *b) {
  if (a->getName() != b->getName() || a->getOperand(Input) != b->getOperand(Input))
    return false;
  Window first = filterWindow(a), second = filterWindow(b);
  return first.stride == second.stride && first.padBefore == second.padBefore &&
         first.padAfter == second.padAfter && first.paddingMode == second.paddingMode;
}

} // namespace

//===----------------------------------------------------------------------===//
// conv1d, conv2d, conv3d
//===----------------------------------------------------------------------===//

#define CONVOLUTION(Op, rank)                                                                      \
  std::vector<int64_t> Op::windowTaps(const OpShape &shape) { return filterTaps(shape, rank); }    \
  Checked<TensorSpec> Op::inferShape(const OpShape &shape) {                                       \
    return inferConvolution(shape, rank);                                                          \
  }                                                                                                \
  ExactTensor Op::interpret(HostOperands operands, std::vector<int64_t> shape) {                   \
    return interpretConvolution(*this, operands, std::move(shape));                                \
  }                                                                                                \
  bool Op::readsOneChannelPerOutput() { return filterHasOneChannel(*this); }                       \
  bool Op::sharesWindowWith(StageOp other) { return windowsAreShared(*this, other); }              \
  std::optional<ChannelAffine> Op::channelAffine() { return ChannelAffine{Filter, Bias}; }         \
  schedules::Stage Op::lowerToStage(ExpressionOf expression, Symbols symbols) {                    \
    return convolutionStageOf(*this, expression, symbols);                                         \
  }

CONVOLUTION(Conv1dOp, 1)
CONVOLUTION(Conv2dOp, 2)
CONVOLUTION(Conv3dOp, 3)

#undef CONVOLUTION
