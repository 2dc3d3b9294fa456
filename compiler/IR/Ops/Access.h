//===- Access.h - what operations that move elements share ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_OPS_ACCESS_H
#define CONVWRIGHT_COMPILER_IR_OPS_ACCESS_H

#include "compiler/IR/ConvInterfaces.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace convwright::ir {

/// What C80 calls a tensor that is not the activation it should be.
const char *sideOf(const TensorSpec &tensor);

/// The input, an activation of at least that rank (C80).
Checked<TensorSpec> imageInput(const OpShape &shape, size_t leastRank = 3);
/// The number of channels, which is constant (C81).
Checked<int64_t> constantChannels(const OpShape &shape);
/// `dim` of that rank, counted from the front (C82).
Checked<size_t> dimensionOf(int64_t dim, size_t rank);
/// "N", "C", "H" of a tensor of that rank.
std::string dimensionName(size_t dim, size_t rank);

/// "0.7", for messages.
std::string numberText(double number);

/// floor(extent * p / q); none on overflow, and where the quotient of a quotient has no such form.
std::optional<Extent> scaled(const Extent &extent, int64_t p, int64_t q);

/// The access that sees every element of a tensor where it is.
schedules::Access accessOf(mlir::Operation *op, Symbols symbols);
AccessForm elementForm(mlir::Operation *op, schedules::Access access);

using HostIndex = std::vector<int64_t>;
/// A tensor whose element at an index is the input's at what `source` makes of it, or `outside`
/// where that is none.
compiler::ExactTensor
gathered(const compiler::ExactTensor &input, std::vector<int64_t> shape,
         llvm::function_ref<std::optional<HostIndex>(const HostIndex &)> source,
         double outside = 0);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_OPS_ACCESS_H
