//===- Linear.cpp - linear, and flatten before it ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// linear:   y[n, k] = b[k] + Σ_c w[k, c] · x[n, c], a 1x1 convolution of images of one pixel
// flatten:  y[n, (c·H + h)·W + w] = x[n, c, h, w]
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/Convolution.h"
#include "schedules/kernel/Access.h"

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

namespace {

std::optional<Violation> checkOperands(const OpShape &shape) {
  size_t input = shape.operand(Input)->dims.size(), filter = shape.operand(Filter)->dims.size();
  if (input != 2) // C7
    return violate(7, {"linear", "2", "[N, C]", std::to_string(input)});
  if (filter != 2) // C8
    return violate(8, {"linear", "2", "[K, C]", std::to_string(filter)});
  static constexpr const char *names[] = {"input", "filter", "bias"};
  for (unsigned i : {Input, Filter, Bias}) {
    const TensorSpec *operand = shape.operand(i);
    if (!operand)
      continue;
    if (auto violation = checkF32(shape.nameOf(names[i]), *operand))
      return violation;
    if (i == Input)
      continue;
    if (auto violation = checkWeight(shape.nameOf(names[i]), *operand))
      return violation;
  }
  return std::nullopt;
}

} // namespace

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

Checked<TensorSpec> LinearOp::inferShape(const OpShape &shape) {
  if (auto violation = checkOperands(shape))
    return *violation;
  Checked<int64_t> channels = constantChannels(shape);
  if (!channels)
    return channels.violation();
  const Dims &filter = shape.operand(Filter)->dims;
  if (filter[1].add != *channels) // C14
    return violate(14, {counted(filter[1].add, "channel"), std::to_string(*channels),
                        filter[0].add == *channels ? "; it is [K, C], as PyTorch's" : ""});
  if (const TensorSpec *bias = shape.operand(Bias))
    if (auto violation = checkBias(*bias, filter[0].add, shape.symbols))
      return *violation;
  return TensorSpec{ElementType::F32, {shape.operand(Input)->dims[0], filter[0]}, false};
}

std::optional<ChannelAffine> LinearOp::channelAffine() { return ChannelAffine{Filter, Bias}; }

ExactTensor LinearOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const ExactTensor &x = *operands[Input], &w = *operands[Filter];
  const int64_t N = shape[0], K = shape[1], C = x.shape[1];
  ExactTensor y{ElementType::F32, std::move(shape), {}};
  for (int64_t n = 0; n < N; ++n)
    for (int64_t k = 0; k < K; ++k) {
      double sum = operands[Bias] ? operands[Bias]->values[k] : 0;
      for (int64_t c = 0; c < C; ++c)
        sum += w.values[k * C + c] * x.values[n * C + c];
      y.values.push_back(sum);
    }
  return y;
}

schedules::Stage LinearOp::lowerToStage(ExpressionOf expression, Symbols symbols) {
  return stageOf(*this, getFilter(), getBias(), expression, symbols);
}

//===----------------------------------------------------------------------===//
// flatten
//===----------------------------------------------------------------------===//

Checked<TensorSpec> FlattenOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape);
  if (!input)
    return input;
  size_t rank = input->dims.size();
  Extent count = input->dims[1];
  for (size_t i = 2; i < rank; ++i) {
    const Extent &size = input->dims[i];
    if (!size.isConstant()) // C96
      return violate(96, {ir::print(dimensionName(i, rank), size, shape.symbols)});
    std::optional<Extent> product = scaled(count, size.add, 1);
    if (!product) // C42
      return violate(42, {ir::print(input->dims, shape.symbols)});
    count = *product;
  }
  // Buffers of five dimensions are seen otherwise than the result's by generated code.
  if (rank == 5 && !(input->dims[0].isConstant() && count.isConstant())) // C97
    return violate(97, {ir::print(input->dims, shape.symbols)});
  input->dims = {input->dims[0], count};
  return input;
}

AccessForm FlattenOp::accessForm(Symbols symbols) {
  Dims dims = specOf(getInput().getType(), symbols).dims;
  schedules::Access access = accessOf(*this, symbols);
  access.axes.resize(dims.size());
  int64_t inner = 1;
  for (size_t i = dims.size(); i-- > 1;) {
    int64_t size = i == 1 ? 0 : dims[i].add; // channels are what is left
    access.axes[i].terms = {{.axis = schedules::Axis::C, .div = inner, .modulus = size}};
    inner *= i == 1 ? 1 : size;
  }
  AccessForm form = elementForm(*this, std::move(access));
  form.keepsOrder = true;
  return form;
}

ExactTensor FlattenOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  ExactTensor y = *operands[0];
  y.shape = std::move(shape);
  return y;
}
