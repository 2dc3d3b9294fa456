//===- MapUtils.cpp - building and composing pointwise maps ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/MapUtils.h"

#include "compiler/IR/ConvScalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace convwright::ir;
using namespace mlir;

MapOp convwright::ir::buildMap(OpBuilder &builder, Location loc, Type resultType, ValueRange inputs,
                               llvm::function_ref<Value(OpBuilder &, ValueRange)> body) {
  auto map = MapOp::create(builder, loc, resultType, inputs);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&map.getBody());
  for (Value input : inputs)
    block->addArgument(cast<RankedTensorType>(input.getType()).getElementType(), loc);
  Value result = body(builder, block->getArguments());
  YieldOp::create(builder, loc, result);
  return map;
}

/// Clones the body of `map` at the insertion point, its arguments standing for `elements`.
static Value cloneBody(OpBuilder &builder, MapOp map, ValueRange elements) {
  IRMapping mapping;
  mapping.map(map.getBody().getArguments(), elements);
  for (Operation &op : map.getBody().front().without_terminator())
    builder.clone(op, mapping);
  return mapping.lookupOrDefault(map.getYielded());
}

MapOp convwright::ir::composeMaps(OpBuilder &builder, MapOp consumer, MapOp producer) {
  llvm::SetVector<Value> inputs;
  for (Value input : consumer.getInputs())
    if (input != producer.getResult())
      inputs.insert(input);
  inputs.insert(producer.getInputs().begin(), producer.getInputs().end());

  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(consumer);
  auto body = [&](OpBuilder &inner, ValueRange elements) {
    auto elementOf = [&](Value input) {
      return elements[llvm::find(inputs, input) - inputs.begin()];
    };
    Value produced =
        cloneBody(inner, producer, llvm::map_to_vector(producer.getInputs(), elementOf));
    auto elementOrProduced = [&](Value input) {
      return input == producer.getResult() ? produced : elementOf(input);
    };
    return cloneBody(inner, consumer, llvm::map_to_vector(consumer.getInputs(), elementOrProduced));
  };
  return buildMap(builder, consumer.getLoc(), consumer.getResult().getType(), inputs.getArrayRef(),
                  body);
}

/// Moves the consumer's operations behind those of `body`, its operands being `inputs` or
/// `produced`.
static void appendBody(Block &body, MapOp consumer, ArrayRef<Value> inputs, Value producerResult,
                       Value produced) {
  Block &tail = consumer.getBody().front();
  for (auto [element, input] : llvm::zip_equal(tail.getArguments(), consumer.getInputs())) {
    auto index = static_cast<unsigned>(llvm::find(inputs, input) - inputs.begin());
    element.replaceAllUsesWith(input == producerResult ? produced : body.getArgument(index));
  }
  body.getOperations().splice(body.end(), tail.getOperations());
}

MapOp convwright::ir::mergeMaps(OpBuilder &builder, MapOp consumer, MapOp producer) {
  SmallVector<Value> inputs(producer.getInputs());
  for (Value input : consumer.getInputs())
    if (input != producer.getResult() && !llvm::is_contained(inputs, input))
      inputs.push_back(input);

  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(consumer);
  Location loc = consumer.getLoc();
  auto merged = MapOp::create(builder, loc, consumer.getResult().getType(), inputs);
  merged.getBody().takeBody(producer.getBody());
  Block &body = merged.getBody().front();
  for (Value input : ArrayRef(inputs).drop_front(body.getNumArguments()))
    body.addArgument(cast<RankedTensorType>(input.getType()).getElementType(), loc);
  Operation *yield = body.getTerminator();
  Value produced = yield->getOperand(0);
  yield->erase();
  appendBody(body, consumer, inputs, producer.getResult(), produced);
  consumer.getResult().replaceAllUsesWith(merged.getResult());
  consumer.erase();
  producer.erase();
  return merged;
}

int convwright::ir::operationCount(MapOp map) {
  return static_cast<int>(map.getBody().front().getOperations().size()) - 1; // without the yield
}

bool convwright::ir::isCheap(MapOp map) {
  using convwright::schedules::ScalarOp;
  constexpr int limit = 4;
  int count = 0;
  for (Operation &op : map.getBody().front().without_terminator()) {
    ScalarOp row = *scalarOpOf(&op);
    if (row == ScalarOp::Constant)
      continue;
    bool expensive = row == ScalarOp::Div || (row >= ScalarOp::Sqrt && row <= ScalarOp::Erf);
    if (expensive || ++count > limit)
      return false;
  }
  return true;
}
