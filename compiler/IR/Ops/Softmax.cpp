//===- Softmax.cpp - softmax ---------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y = exp(x − m) / Σ exp(x − m), m the largest x, along one dimension.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"

#include <algorithm>
#include <cmath>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

Checked<TensorSpec> SoftmaxOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape, 2);
  if (!input)
    return input;
  if (auto violation = checkF32(shape.nameOf("input"), *input))
    return *violation;
  int64_t given = integerOf(shape.attributes, "dim", 0);
  Checked<size_t> dim = dimensionOf(given, input->dims.size());
  if (!dim)
    return dim.violation();
  if (*dim == 0) // C98
    return violate(98, {std::to_string(given)}).mendedBy("dim", "1");
  return input;
}

/// exp(x − m), x being operand 0 and m fold 0.
static ScalarExpr shiftedExponential() {
  ScalarExpr expr = ScalarExpr::operand(0, ElementType::F32);
  ScalarNode node;
  node.op = ScalarOp::Fold;
  expr.push(node);
  node.op = ScalarOp::Sub;
  node.args = {0, 1, -1};
  expr.push(node);
  node.op = ScalarOp::Exp;
  node.args = {2, -1, -1};
  expr.push(node);
  return expr;
}

AccessForm SoftmaxOp::accessForm(Symbols symbols) {
  AccessForm form = elementForm(*this, accessOf(*this, symbols));
  const Dims dims = form.reads.front().dims;
  schedules::Axis axis = schedules::axisAt(
      *dimensionOf(static_cast<int64_t>(getDimAttr().getInt()), dims.size()), dims.size());
  form.folds = {{form.value, dims, axis, schedules::Reduction::Max},
                {shiftedExponential(), dims, axis, schedules::Reduction::Sum}};
  form.value = shiftedExponential();
  ScalarNode node;
  node.op = ScalarOp::Fold;
  node.index = 1;
  int32_t above = static_cast<int32_t>(form.value.nodes.size()) - 1;
  int32_t below = form.value.push(node);
  node = {};
  node.op = ScalarOp::Div;
  node.args = {above, below, -1};
  form.value.push(node);
  return form;
}

ExactTensor SoftmaxOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  ExactTensor y = *operands[0];
  const size_t dim = *dimensionOf(getDimAttr().getInt(), shape.size());
  int64_t inner = 1;
  for (size_t i = dim + 1; i < shape.size(); ++i)
    inner *= shape[i];
  const int64_t size = shape[dim], outer = y.elementCount() / (size * inner);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i) {
      double *first = &y.values[o * size * inner + i];
      double largest = *first, sum = 0;
      for (int64_t k = 0; k < size; ++k)
        largest = std::max(largest, first[k * inner]);
      for (int64_t k = 0; k < size; ++k)
        sum += first[k * inner] = std::exp(first[k * inner] - largest);
      for (int64_t k = 0; k < size; ++k)
        first[k * inner] /= sum;
    }
  return y;
}
