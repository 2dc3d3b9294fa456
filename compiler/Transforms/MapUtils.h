//===- MapUtils.h - building and composing pointwise maps ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_TRANSFORMS_MAPUTILS_H
#define CONVWRIGHT_COMPILER_TRANSFORMS_MAPUTILS_H

#include "compiler/IR/ConvDialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace convwright::ir {

/// Builds a map; `body` gives the scalar to yield from the operands' elements.
MapOp buildMap(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type resultType,
               mlir::ValueRange inputs,
               llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> body);

/// A map equal to `consumer` that computes `producer`'s value itself, from its operands; placed
/// before `consumer`. Operands are not repeated. Requires `producer`'s result among `consumer`'s
/// operands.
MapOp composeMaps(mlir::OpBuilder &builder, MapOp consumer, MapOp producer);

/// The same when `consumer` is the producer's only user: both are replaced by one map, without
/// copying what they hold.
MapOp mergeMaps(mlir::OpBuilder &builder, MapOp consumer, MapOp producer);

/// How much pointwise work one kernel takes. Beyond it storing a tensor costs little beside the
/// work, and the code generator's time grows faster than the work.
inline constexpr int maxKernelOperations = 256;

/// The operations in the map's body.
int operationCount(MapOp map);

/// Whether computing the map again costs less than storing and loading its result: at most four
/// operations, none of them a division, a root or transcendental.
bool isCheap(MapOp map);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_TRANSFORMS_MAPUTILS_H
