//===- AccessUtils.h - who reads through accesses ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_TRANSFORMS_ACCESSUTILS_H
#define CONVWRIGHT_COMPILER_TRANSFORMS_ACCESSUTILS_H

#include "compiler/IR/ConvTypes.h"

namespace convwright::ir {

/// What is read where an access of it is.
inline mlir::Value behindAccesses(mlir::Value value) {
  while (auto access = value.getDefiningOp<AccessOp>())
    value = access->getOperand(0);
  return value;
}

/// Whether a stage may find the elements itself, for each tap that reads them: not those that are
/// put together of several, nor those of a tensor that is in another order.
inline bool suitsWindows(AccessOp access, Symbols symbols) {
  AccessForm form = access.accessForm(symbols);
  mlir::Value input = access->getOperand(0);
  bool isTheInput = liesInOrder(input.getType()) && !input.getDefiningOp<AccessOp>();
  return form.isOneElement() && (!form.keepsOrder || isTheInput);
}

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_TRANSFORMS_ACCESSUTILS_H
