//===- Placement.cpp - which tensor in memory a value is, or is a part of --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Placement.h"

#include "compiler/IR/ConvTypes.h"

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

/// The use by the assembly that holds the value; null: it is a tensor of its own.
static OpOperand *useInAssembly(Value value) {
  for (OpOperand &use : value.getUses())
    if (isa<AssemblyOp>(use.getOwner()))
      return &use;
  return nullptr;
}

Value ir::tensorHolding(Value value) {
  while (OpOperand *use = useInAssembly(value))
    value = use->getOwner()->getResult(0);
  return value;
}

schedules::Part ir::within(const schedules::Part &outer, const schedules::Part &inner,
                           Symbols symbols) {
  schedules::Part part{outer.whole, {}, inner.step};
  for (auto [first, further] : llvm::zip_equal(outer.start, inner.start))
    part.start.push_back(*plus(first, further, symbols)); // as the extents, which were added before
  return part;
}

Placement ir::placementOf(Value value, Symbols symbols) {
  OpOperand *use = useInAssembly(value);
  if (!use)
    return {value, std::nullopt};
  auto assembly = cast<AssemblyOp>(use->getOwner());
  schedules::Part part = assembly.partOf(use->getOperandNumber(), symbols);
  Placement outer = placementOf(assembly->getResult(0), symbols);
  return {outer.tensor, outer.part ? within(*outer.part, part, symbols) : part};
}

void ir::forEachWithin(Value tensor, llvm::function_ref<void(Value)> visit) {
  visit(tensor);
  if (auto assembly = tensor.getDefiningOp<AssemblyOp>())
    for (Value part : assembly->getOperands())
      forEachWithin(part, visit);
}
