//===- PlanWorkspace.cpp - slots for intermediate tensors ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Placement.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

namespace {

/// Bytes of the tensor at the symbols' `like` values: what the workspace is made small for.
int64_t likelyBytes(Type type, Symbols symbols) {
  TensorSpec spec = specOf(type, symbols);
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : symbols)
    sizes.push_back(symbol.like);
  auto bytes = static_cast<int64_t>(schedules::byteWidth(spec.type));
  for (const Extent &extent : spec.dims)
    bytes *= extent.at(sizes);
  return bytes;
}

struct Slot {
  int64_t bytes = 0;
  int freeFrom = 0; // the first kernel that may write it
};

struct PlanWorkspacePass : convwright::ir::impl::PlanWorkspaceBase<PlanWorkspacePass> {
  void runOnOperation() override {
    std::vector<Symbol> symbols = symbolsOf(getOperation());
    SmallVector<KernelOp> kernels(getOperation().getBody().getOps<KernelOp>());
    llvm::DenseMap<Operation *, int> order;
    for (auto [i, kernel] : llvm::enumerate(kernels))
      order[kernel] = static_cast<int>(i);

    std::vector<Slot> slots;
    llvm::DenseMap<Value, int64_t> slotOf;
    for (auto [i, kernel] : llvm::enumerate(kernels)) {
      SmallVector<int64_t> chosen;
      for (Value result : kernel.getResults()) {
        Value tensor = tensorHolding(result);
        auto [found, isNew] = slotOf.try_emplace(tensor, -1);
        if (isNew && !isReturned(tensor))
          found->second = take(slots, likelyBytes(tensor.getType(), symbols), static_cast<int>(i),
                               lastUse(tensor, order));
        chosen.push_back(found->second);
      }
      kernel.setSlots(chosen);
    }
  }

  static bool isReturned(Value value) {
    return llvm::any_of(value.getUsers(), llvm::IsaPred<func::ReturnOp>);
  }

  /// Of the tensor and of what lies within it.
  static int lastUse(Value tensor, const llvm::DenseMap<Operation *, int> &order) {
    int last = 0;
    auto consider = [&](Operation *op) {
      if (auto found = order.find(op); found != order.end()) // a kernel
        last = std::max(last, found->second);
    };
    forEachWithin(tensor, [&](Value value) {
      consider(value.getDefiningOp());
      llvm::for_each(value.getUsers(), consider);
    });
    return last;
  }

  /// The free slot that grows least, of those the smallest; a new one when none is free. A kernel
  /// writes while it reads, so a slot is free only after its last reader.
  static int64_t take(std::vector<Slot> &slots, int64_t bytes, int now, int last) {
    size_t best = slots.size();
    auto cost = [&](const Slot &slot) {
      return std::pair(std::max<int64_t>(bytes - slot.bytes, 0), slot.bytes);
    };
    for (size_t i = 0; i < slots.size(); ++i)
      if (slots[i].freeFrom <= now && (best == slots.size() || cost(slots[i]) < cost(slots[best])))
        best = i;
    if (best == slots.size())
      slots.emplace_back();
    slots[best].bytes = std::max(slots[best].bytes, bytes);
    slots[best].freeFrom = last + 1;
    return static_cast<int64_t>(best);
  }
};

} // namespace
