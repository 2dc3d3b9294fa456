//===- TransposedConvolution.cpp - conv_transpose1d, 2d, 3d --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[n,k,p…] = b[k] + Σ w[c,k,t…] · x[n,c,i…] over p = i·stride + t·dilation − pad_before.
// x [N, C, spatial …], w [C, K/G, taps …], b [K].
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/Convolution.h"
#include "compiler/IR/Ops/HostWindows.h"

#include "llvm/Support/FormatVariadic.h"

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

namespace {

std::vector<int64_t> outputPadding(mlir::DictionaryAttr attributes, size_t spatialRank) {
  return numbersOf(attributes, "output_padding", std::vector<int64_t>(spatialRank, 0));
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// K of a filter [C, K/G, …]; 0 where it is beyond 64 bits.
int64_t outputChannels(const OpShape &shape) {
  int64_t product;
  bool overflows = __builtin_mul_overflow(shape.operand(Filter)->dims[1].add,
                                          groupsOf(shape.attributes), &product);
  return overflows ? 0 : product;
}

std::optional<Violation> checkChannels(const OpShape &shape) {
  const Dims &input = shape.operand(Input)->dims, &filter = shape.operand(Filter)->dims;
  if (!input[1].isConstant()) // C25
    return violate(25, {print("C", input[1], shape.symbols)});
  int64_t groups = groupsOf(shape.attributes);
  if (auto violation = checkGroups(groups, input[1].add, groups))
    return violation;
  bool isShared = filter[0].add == 1 && filter[1].add == 1 && groups == input[1].add;
  const char *hint = isShared ? "; one filter for all channels is for convolutions that are not "
                                "transposed: repeat it for each channel"
                              : "";
  if (filter[0].add != input[1].add) // C59
    return violate(59,
                   {counted(filter[0].add, "input channel"), std::to_string(input[1].add), hint});
  const TensorSpec *bias = shape.operand(Bias);
  return bias ? checkBias(*bias, outputChannels(shape), shape.symbols) : std::nullopt;
}

std::optional<Violation> checkOutputPadding(const Window &window,
                                            const std::vector<int64_t> &more) {
  for (size_t i = 0; i < more.size(); ++i) {
    int64_t most = std::max(window.stride[i], window.dilation[i]) - 1;
    if (more[i] < 0 || more[i] > most) // C56
      return violate(
          56, {std::to_string(more[i]), spatialAxes(more.size())[i].name, std::to_string(most)});
  }
  return std::nullopt;
}

/// (extent − 1) · stride − pads + dilation · (taps − 1) + output_padding + 1.
Checked<Extent> outputExtent(const Window &window, int64_t more, const Extent &input, size_t axis,
                             Symbols symbols) {
  const SpatialAxis &name = spatialAxes(window.taps.size())[axis];
  std::optional<Extent> spread = times(input, window.stride[axis], symbols);
  if (!spread) // C57
    return violate(57, {print(name.size, input, symbols)});
  int64_t added = window.dilation[axis] * (window.taps[axis] - 1) + 1 + more - window.stride[axis] -
                  window.padBefore[axis] - window.padAfter[axis];
  std::optional<Extent> output = addThenDivide(*spread, added, 1);
  if (!output) // C42
    return violate(42, {"the result"});
  int64_t least = smallest(*output, symbols).value_or(0);
  if (least < 1) // C58
    return violate(58, {std::to_string(std::max(window.padBefore[axis], window.padAfter[axis])),
                        name.name, hasOrCanHave({*output}) + " " + std::to_string(least)});
  return *output;
}

/// Each phase is a convolution in its own code.
std::optional<Violation> checkPhases(const Window &window, const Dims &result) {
  constexpr double most = 256;
  double phases = 1;
  std::string strides;
  for (size_t i = 0; i < window.stride.size(); ++i) {
    const Extent &extent = result[2 + i];
    int64_t along = extent.isConstant() ? std::min(window.stride[i], extent.add) : window.stride[i];
    phases *= static_cast<double>(along);
    strides += (i == 0 ? "" : " x ") + std::to_string(window.stride[i]);
  }
  if (phases <= most) // C112
    return std::nullopt;
  return violate(112, {strides, llvm::formatv("{0:f0}", phases), llvm::formatv("{0:f0}", most)});
}

Checked<TensorSpec> infer(const OpShape &shape, size_t spatialRank) {
  for (auto violation :
       {checkConvolutionRanks(shape, spatialRank, "C, K/groups"), checkConvolutionOperands(shape),
        checkLists(shape.attributes, spatialRank)})
    if (violation)
      return *violation;
  const TensorSpec &input = *shape.operand(Input), &filter = *shape.operand(Filter);
  Window window = windowOf(shape.attributes, tapsOf(filter));
  std::vector<int64_t> more = outputPadding(shape.attributes, spatialRank);
  for (auto violation :
       {checkWindow(window), checkOutputPadding(window, more), checkChannels(shape)})
    if (violation)
      return *violation;
  TensorSpec result{
      ElementType::F32, {input.dims[0], Extent::constant(outputChannels(shape))}, false};
  for (size_t i = 0; i < spatialRank; ++i) {
    Checked<Extent> extent = outputExtent(window, more[i], input.dims[2 + i], i, shape.symbols);
    if (!extent)
      return extent.violation();
    result.dims.push_back(*extent);
  }
  if (auto violation = checkPhases(window, result.dims))
    return *violation;
  return result;
}

//===----------------------------------------------------------------------===//
// Value and stage
//===----------------------------------------------------------------------===//

/// Every input spreads over the outputs that its taps reach.
ExactTensor transpose(const ExactTensor &x, const ExactTensor &w, const ExactTensor *b,
                      const Window &window, int64_t groups, std::vector<int64_t> shape) {
  const auto [strideD, strideH, strideW] = alongThreeAxes(window.stride, 1);
  const auto [dilationD, dilationH, dilationW] = alongThreeAxes(window.dilation, 1);
  const auto [padD, padH, padW] = alongThreeAxes(window.padBefore, 0);
  const auto [N, C, D, H, W] = imageShape(x.shape);
  const auto [filterC, groupK, T, R, S] = imageShape(w.shape);
  const auto [batch, K, O, P, Q] = imageShape(shape);
  ExactTensor y{ElementType::F32, std::move(shape), {}};
  y.values.resize(static_cast<size_t>(y.elementCount()));
  for (int64_t n = 0; n < N; ++n)
    for (int64_t k = 0; k < K; ++k)
      std::fill_n(&y.values[(n * K + k) * O * P * Q], O * P * Q, b ? b->values[k] : 0.0);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c)
      for (int64_t kk = 0; kk < groupK; ++kk) {
        const int64_t k = c / (C / groups) * groupK + kk;
        for (int64_t t = 0; t < T; ++t)
          for (int64_t r = 0; r < R; ++r)
            for (int64_t s = 0; s < S; ++s) {
              const double weight = w.values[(((c * groupK + kk) * T + t) * R + r) * S + s];
              for (int64_t i = 0; i < D * H * W; ++i) {
                const int64_t o = i / (H * W) * strideD + t * dilationD - padD;
                const int64_t p = i / W % H * strideH + r * dilationH - padH;
                const int64_t q = i % W * strideW + s * dilationW - padW;
                if (o >= 0 && o < O && p >= 0 && p < P && q >= 0 && q < Q)
                  y.values[(((n * K + k) * O + o) * P + p) * Q + q] +=
                      weight * x.values[(n * C + c) * D * H * W + i];
              }
            }
      }
  return y;
}

ExactTensor interpretOp(mlir::Operation *op, HostOperands operands, std::vector<int64_t> shape) {
  return transpose(*operands[Input], *operands[Filter], operands[Bias], filterWindow(op),
                   groupsOf(op->getAttrDictionary()), std::move(shape));
}

schedules::Stage lowerOp(mlir::Operation *op, ExpressionOf expression, Symbols symbols) {
  schedules::Stage stage = convolutionStageOf(op, expression, symbols);
  stage.transposed = true;
  return stage;
}

} // namespace

#define TRANSPOSED_CONVOLUTION(Op, rank)                                                           \
  Checked<TensorSpec> Op::inferShape(const OpShape &shape) { return infer(shape, rank); }          \
  ExactTensor Op::interpret(HostOperands operands, std::vector<int64_t> shape) {                   \
    return interpretOp(*this, operands, std::move(shape));                                         \
  }                                                                                                \
  schedules::Stage Op::lowerToStage(ExpressionOf expression, Symbols symbols) {                    \
    return lowerOp(*this, expression, symbols);                                                    \
  }

TRANSPOSED_CONVOLUTION(ConvTranspose1dOp, 1)
TRANSPOSED_CONVOLUTION(ConvTranspose2dOp, 2)
TRANSPOSED_CONVOLUTION(ConvTranspose3dOp, 3)

#undef TRANSPOSED_CONVOLUTION
