//===- BatchNorm.cpp - batch_norm -------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y = (x − mean) / sqrt(var + eps) · gamma + beta for each channel of x [N, C, H, W].
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"

#include <cmath>
#include <functional>
#include <numeric>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

static std::optional<Violation> checkBatchNormF32(llvm::StringRef operand,
                                                  const TensorSpec &tensor) {
  if (tensor.type == ElementType::F32)
    return std::nullopt;
  std::string found(schedules::spell(tensor.type)); // C39
  return violate(39, {operand.str(), found}).at(operand.str());
}

Checked<TensorSpec> BatchNormOp::inferShape(const OpShape &shape) {
  const TensorSpec &input = *shape.operand(0);
  if (auto violation = checkBatchNormF32("input", input))
    return *violation;
  if (input.dims.size() < 2) // C101
    return violate(101, {std::to_string(input.dims.size())});
  for (auto [i, name] : llvm::enumerate(odsOperandNames())) {
    if (i == 0)
      continue;
    const TensorSpec &parameter = *shape.operand(i);
    if (auto violation = checkBatchNormF32(name, parameter))
      return *violation;
    if (parameter.dims != Dims{input.dims[1]}) // C37
      return violate(37, {name.str(), ir::print(parameter.dims, shape.symbols),
                          ir::print(input.dims[1], shape.symbols)})
          .showing(name.str());
  }
  double eps = numberOf(shape.attributes, "eps", 1e-5);
  if (!(eps >= 0) || eps > 3.4e38) // C38
    return violate(38, {std::to_string(eps)});
  return input;
}

ExactTensor BatchNormOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const ExactTensor &x = *operands[0];
  const std::vector<double> &mean = operands[1]->values, &variance = operands[2]->values,
                            &gamma = operands[3]->values, &beta = operands[4]->values;
  const double eps = getEps().convertToDouble();
  ExactTensor y{x.type, std::move(shape), {}};
  const int64_t C = y.shape[1];
  const int64_t pixels =
      std::accumulate(y.shape.begin() + 2, y.shape.end(), int64_t{1}, std::multiplies<>());
  for (size_t i = 0; i < x.values.size(); ++i) {
    const int64_t c = static_cast<int64_t>(i) / pixels % C;
    y.values.push_back((x.values[i] - mean[c]) / std::sqrt(variance[c] + eps) * gamma[c] + beta[c]);
  }
  return y;
}
