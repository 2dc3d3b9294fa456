//===- AssignLayouts.cpp - how tensors between kernels lie in memory -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;
using compiler::Intermediates;

namespace {

bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), llvm::IsaPred<func::ReturnOp>);
}

/// A kernel with stages writes all its results in one layout, so it changes all or none.
bool mayChange(KernelOp kernel) {
  bool writesOneLayout = kernel.getNumResults() > 1 && !kernel.getBody().getOps<StageOp>().empty();
  return !writesOneLayout || llvm::none_of(kernel.getResults(), isReturned);
}

Type withLayout(Type type, schedules::Layout layout) {
  auto tensor = cast<RankedTensorType>(type);
  auto encoding = TensorAttr::get(type.getContext(), layout, encodingOf(type).getDims());
  return RankedTensorType::get(tensor.getShape(), tensor.getElementType(), encoding);
}

/// Retypes the result, the value that becomes it, and the blocks of the kernels that read it.
void assign(OpResult result, schedules::Layout layout) {
  auto kernel = cast<KernelOp>(result.getOwner());
  Operation *yield = kernel.getBody().front().getTerminator();
  Value yielded = yield->getOperand(result.getResultNumber());
  if (isa<BlockArgument>(yielded)) // an operand that is passed on: it is typed where it is written
    return;
  Type type = withLayout(result.getType(), layout);
  yielded.setType(type);
  result.setType(type);
  for (OpOperand &use : result.getUses())
    cast<KernelOp>(use.getOwner()).getBody().getArgument(use.getOperandNumber()).setType(type);
}

struct AssignLayoutsPass : convwright::ir::impl::AssignLayoutsBase<AssignLayoutsPass> {
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override {
    if (intermediates == Intermediates::Declared)
      return;
    schedules::Layout layout = intermediates == Intermediates::Nhwc
                                   ? schedules::Layout::ChannelsLast
                                   : schedules::Layout::ChannelsFirst;
    for (KernelOp kernel : getOperation().getOps<KernelOp>()) {
      if (!mayChange(kernel))
        continue;
      for (OpResult result : kernel.getResults())
        if (!isReturned(result) && !hasOneLayout(encodingOf(result.getType())))
          assign(result, layout);
    }
  }
};

} // namespace
