//===- Access.cpp - what operations that move elements share -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"
#include "schedules/kernel/Access.h"
#include "schedules/kernel/HostTensor.h"

#include "llvm/Support/Format.h"

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;

const char *ir::sideOf(const TensorSpec &tensor) {
  return tensor.weightSide ? "a weight or a constant" : "one";
}

Checked<TensorSpec> ir::imageInput(const OpShape &shape, size_t leastRank) {
  const TensorSpec &input = *shape.operand(0);
  if (input.weightSide || input.dims.size() < leastRank) // C80
    return violate(80, {shape.name.str(), std::to_string(leastRank),
                        std::to_string(input.dims.size()), sideOf(input)});
  return input;
}

Checked<int64_t> ir::constantChannels(const OpShape &shape) {
  const Extent &channels = shape.operand(0)->dims[1];
  if (!channels.isConstant()) // C81
    return violate(81, {print("C", channels, shape.symbols), shape.name.str()});
  return channels.add;
}

Checked<size_t> ir::dimensionOf(int64_t dim, size_t rank) {
  auto count = static_cast<int64_t>(rank);
  if (dim < -count || dim >= count) // C82
    return violate(82, {std::to_string(dim), std::to_string(-count), std::to_string(count - 1)});
  return static_cast<size_t>(dim < 0 ? dim + count : dim);
}

std::string ir::dimensionName(size_t dim, size_t rank) {
  return std::string(schedules::spell(schedules::axisAt(dim, rank)));
}

std::string ir::numberText(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.7g", number);
  return text;
}

std::optional<Extent> ir::scaled(const Extent &extent, int64_t p, int64_t q) {
  if (extent.div != 1 && p != 1)
    return std::nullopt;
  Extent result = extent;
  if (__builtin_mul_overflow(extent.mul, p, &result.mul) ||
      __builtin_mul_overflow(extent.add, p, &result.add) ||
      __builtin_mul_overflow(extent.div, q, &result.div))
    return std::nullopt;
  return normalised(result);
}

schedules::Access ir::accessOf(mlir::Operation *op, Symbols symbols) {
  return schedules::identityAccess(specOf(op->getResult(0).getType(), symbols).dims);
}

AccessForm ir::elementForm(mlir::Operation *op, schedules::Access access) {
  return AccessForm::of(std::move(access), specOf(op->getResult(0).getType(), {}).type);
}

static size_t positionIn(const std::vector<int64_t> &shape, const HostIndex &index) {
  int64_t position = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    position = position * shape[i] + index[i];
  return static_cast<size_t>(position);
}

ExactTensor ir::gathered(const ExactTensor &input, std::vector<int64_t> shape,
                         llvm::function_ref<std::optional<HostIndex>(const HostIndex &)> source,
                         double outside) {
  ExactTensor result{input.type, std::move(shape), {}};
  result.values.reserve(static_cast<size_t>(result.elementCount()));
  schedules::forEachIndex(result.shape, [&](const HostIndex &index) {
    std::optional<HostIndex> from = source(index);
    result.values.push_back(from ? input.values[positionIn(input.shape, *from)] : outside);
  });
  return result;
}
