//===- FuseEpilogue.cpp - compose pointwise maps ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/MapUtils.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_FUSEEPILOGUE
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright::ir;
using namespace mlir;

namespace {

bool hasOneUser(Value value) { return !value.use_empty() && llvm::all_equal(value.getUsers()); }

/// Everything that the map reads lies in memory anyway: arguments, weights, constants.
bool readsArgumentsOnly(MapOp map) {
  return llvm::all_of(map.getInputs(),
                      [](Value input) { return isa<BlockArgument>(input) || isWeightSide(input); });
}

bool sameExtents(MapOp a, MapOp b) {
  TensorAttr left = encodingOf(a.getResult().getType()),
             right = encodingOf(b.getResult().getType());
  return left.getDims() == right.getDims();
}

/// Whether `producer`'s value is better computed inside `consumer`. Weight-side work is left alone:
/// it is evaluated when weights are packed, or joins its kernel in FormKernels.
bool isWorthFusing(MapOp producer, MapOp consumer) {
  if (isWeightSide(producer.getResult()) ||
      operationCount(producer) + operationCount(consumer) > maxKernelOperations)
    return false;
  if (hasOneUser(producer.getResult()) && sameExtents(producer, consumer))
    return true;
  return isCheap(producer) && readsArgumentsOnly(producer);
}

MapOp findProducer(MapOp consumer) {
  for (Value input : consumer.getInputs())
    if (auto producer = input.getDefiningOp<MapOp>())
      if (isWorthFusing(producer, consumer))
        return producer;
  return {};
}

struct FuseEpiloguePass : convwright::ir::impl::FuseEpilogueBase<FuseEpiloguePass> {
  void runOnOperation() override {
    // In program order, so that a producer has absorbed its own producers already. What is ahead of
    // the iterator is not touched.
    for (MapOp map : llvm::make_early_inc_range(getOperation().getOps<MapOp>()))
      while (MapOp producer = findProducer(map))
        map = fuse(map, producer);
  }

  static MapOp fuse(MapOp map, MapOp producer) {
    OpBuilder builder(map);
    if (hasOneUser(producer.getResult()))
      return mergeMaps(builder, map, producer);
    MapOp fused = composeMaps(builder, map, producer);
    map.getResult().replaceAllUsesWith(fused.getResult());
    map.erase();
    return fused;
  }
};

} // namespace
