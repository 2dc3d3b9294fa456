//===- Placement.h - which tensor in memory a value is, or is a part of ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an assembly (AssemblyOp) puts together is written in place: its operands lie inside its
// result, and that perhaps inside another's. These say where, once FormKernels has seen to it that
// every operand of an assembly is written by a kernel or is an assembly, and is an operand of one
// alone.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_PLACEMENT_H
#define CONVWRIGHT_COMPILER_IR_PLACEMENT_H

#include "compiler/IR/ConvInterfaces.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace convwright::ir {

/// Where a value lies: in `tensor`, all of which it is where there is no part.
struct Placement {
  mlir::Value tensor;
  std::optional<schedules::Part> part;
};

Placement placementOf(mlir::Value value, Symbols symbols);
/// Placement's tensor alone.
mlir::Value tensorHolding(mlir::Value value);

/// A part of a part whose elements are neighbours (steps of 1).
schedules::Part within(const schedules::Part &outer, const schedules::Part &inner, Symbols symbols);

/// Visits every value that lies in the tensor: itself, and what it is put together of.
void forEachWithin(mlir::Value tensor, llvm::function_ref<void(mlir::Value)> visit);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_PLACEMENT_H
