//===- AssignLayouts.cpp - how tensors between kernels lie in memory -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Placement.h"
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

/// A kernel with stages writes all its results in one layout.
bool writesOneLayout(KernelOp kernel) {
  return kernel.getNumResults() > 1 && !kernel.getBody().getOps<StageOp>().empty();
}

Value yieldedAs(OpResult result) {
  Operation *yield = cast<KernelOp>(result.getOwner()).getBody().front().getTerminator();
  return yield->getOperand(result.getResultNumber());
}

/// The values that keep their layout: results of the layer, operands that are passed on (they are
/// typed where they are written), and what has to lie as those do.
class Fixed {
public:
  explicit Fixed(func::FuncOp layer) {
    for (KernelOp kernel : layer.getOps<KernelOp>())
      for (OpResult result : kernel.getResults())
        if (isReturned(tensorHolding(result)) || isa<BlockArgument>(yieldedAs(result)))
          values.insert(result);
    for (size_t before = 0; before != values.size();) {
      before = values.size();
      for (KernelOp kernel : layer.getOps<KernelOp>())
        if (writesOneLayout(kernel))
          fixTogether(SmallVector<Value>(kernel.getResults()));
      for (AssemblyOp assembly : layer.getOps<AssemblyOp>()) {
        SmallVector<Value> together(assembly->getOperands());
        together.push_back(assembly->getResult(0));
        fixTogether(together);
      }
    }
  }

  bool contains(Value value) const { return values.contains(value); }

private:
  void fixTogether(ArrayRef<Value> together) {
    if (llvm::any_of(together, [&](Value value) { return values.contains(value); }))
      values.insert(together.begin(), together.end());
  }

  llvm::DenseSet<Value> values;
};

/// Retypes the value, and the blocks of the kernels that read it.
void retype(Value value, Type type) {
  value.setType(type);
  for (OpOperand &use : value.getUses())
    if (auto kernel = dyn_cast<KernelOp>(use.getOwner()))
      kernel.getBody().getArgument(use.getOperandNumber()).setType(type);
}

/// Whether the tensor that the result lies in is another one in another layout.
bool hasLayouts(OpResult result) {
  return !hasOneLayout(encodingOf(tensorHolding(result).getType()));
}

struct AssignLayoutsPass : convwright::ir::impl::AssignLayoutsBase<AssignLayoutsPass> {
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override {
    if (intermediates == Intermediates::Declared)
      return;
    schedules::Layout layout = intermediates == Intermediates::Nhwc
                                   ? schedules::Layout::ChannelsLast
                                   : schedules::Layout::ChannelsFirst;
    Fixed fixed(getOperation());
    for (KernelOp kernel : getOperation().getOps<KernelOp>()) {
      bool together = writesOneLayout(kernel) && llvm::any_of(kernel.getResults(), hasLayouts);
      for (OpResult result : kernel.getResults()) {
        if (fixed.contains(result) || (!together && !hasLayouts(result)))
          continue;
        Type type = withLayout(result.getType(), layout);
        yieldedAs(result).setType(type);
        retype(result, type);
      }
    }
    for (AssemblyOp assembly : getOperation().getOps<AssemblyOp>())
      retype(assembly->getResult(0), withLayout(assembly->getResult(0).getType(),
                                                layoutOf(assembly->getOperand(0).getType())));
  }
};

} // namespace
