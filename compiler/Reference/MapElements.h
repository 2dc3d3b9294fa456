//===- MapElements.h - pointwise work with broadcasting -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_REFERENCE_MAPELEMENTS_H
#define CONVWRIGHT_COMPILER_REFERENCE_MAPELEMENTS_H

#include "compiler/Reference/ExactTensor.h"
#include "schedules/kernel/ScalarExpr.h"

#include <span>

namespace convwright::compiler {

/// Operand i of `expr` is an element of operands[i] (pointers). Extents of 1 broadcast. [C] stands
/// for [1, C, 1, 1], or on the weight side for [C, 1, 1 …].
ExactTensor mapElements(const schedules::ScalarExpr &expr,
                        std::span<const ExactTensor *const> operands, std::vector<int64_t> shape,
                        bool weightSide);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_REFERENCE_MAPELEMENTS_H
