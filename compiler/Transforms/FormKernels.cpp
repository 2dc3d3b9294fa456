//===- FormKernels.cpp - group work into conv.kernel regions ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// KernelGrouping.cpp decides what goes together; this file moves it.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/AccessUtils.h"
#include "compiler/Transforms/KernelGrouping.h"
#include "compiler/Transforms/MapUtils.h"
#include "compiler/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

#include <algorithm>

namespace convwright::ir {
#define GEN_PASS_DEF_FORMKERNELS
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright::ir;
using namespace mlir;

namespace {

/// Erases operations that nothing uses, the users of others first.
void eraseUnused(func::FuncOp layer) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(layer.getBody().front())))
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty())
      op.erase();
}

/// Beyond, computing an index costs more than storing the tensor once.
constexpr int mostAccesses = 4;

int accessesBehind(Value value) {
  int count = 0;
  for (; auto access = value.getDefiningOp<AccessOp>(); value = access->getOperand(0))
    ++count;
  return count;
}

/// Such a map joins no convolution's kernel.
bool readsOneActivation(MapOp map) {
  return llvm::count_if(map.getInputs(), [](Value input) { return !isWeightSide(input); }) == 1;
}

/// Whether the reader computes the elements itself. Elements that are put together of several are
/// computed once: by the map that alone reads them, or stored.
bool readsThrough(OpOperand &use, AccessOp access, Symbols symbols) {
  Operation *user = use.getOwner();
  AccessForm form = access.accessForm(symbols);
  bool isOneElement = form.isOneElement();
  if (auto map = dyn_cast<MapOp>(user))
    return isOneElement || (use.get().hasOneUse() && readsOneActivation(map));
  if (auto stage = dyn_cast<StageOp>(user))
    return &stage.windowedInput() == &use && suitsWindows(access, symbols);
  return isOneElement && isa<AccessOp>(user);
}

MapOp buildCopy(OpBuilder &builder, Value value, Type type) {
  return buildMap(builder, value.getLoc(), type, value,
                  [](OpBuilder &, ValueRange elements) { return elements[0]; });
}

MapOp buildCopy(OpBuilder &builder, Value value) {
  return buildCopy(builder, value, value.getType());
}

/// Accesses that some reader does not take are stored, for all readers.
void storeAccesses(func::FuncOp layer, Symbols symbols) {
  for (AccessOp access : llvm::make_early_inc_range(layer.getOps<AccessOp>())) {
    Value value = access->getResult(0);
    if (accessesBehind(value) <= mostAccesses && llvm::all_of(value.getUses(), [&](OpOperand &use) {
          return readsThrough(use, access, symbols);
        }))
      continue;
    OpBuilder builder(layer.getContext());
    builder.setInsertionPointAfter(access);
    MapOp copy = buildCopy(builder, value);
    value.replaceAllUsesExcept(copy.getResult(), copy);
  }
}

/// Each result of the layer is to be written by a kernel, once: an argument that is returned, what
/// is seen through an access, and a value that is returned twice, get a copy.
void copyUnwrittenResults(func::FuncOp layer) {
  Operation *returned = layer.getBody().front().getTerminator();
  llvm::DenseSet<Value> written;
  for (OpOperand &result : returned->getOpOperands()) {
    Value value = result.get();
    bool isComputed = value.getDefiningOp() && !value.getDefiningOp<AccessOp>();
    if (isComputed && written.insert(value).second)
      continue;
    OpBuilder builder(returned);
    MapOp copy = buildCopy(builder, value);
    result.set(copy.getResult());
    written.insert(copy.getResult());
  }
}

//===----------------------------------------------------------------------===//
// Assemblies
//===----------------------------------------------------------------------===//

/// Where a run of an assembly's operands is all that an earlier assembly of the same kind puts
/// together, that one becomes its operand: what both hold is then written once.
void nestAssemblies(func::FuncOp layer) {
  SmallVector<AssemblyOp> earlier;
  for (AssemblyOp assembly : layer.getOps<AssemblyOp>()) {
    for (AssemblyOp smaller : earlier) { // in order: those behind have been nested likewise
      SmallVector<Value> parts(assembly->getOperands()), run(smaller->getOperands());
      auto found = std::search(parts.begin(), parts.end(), run.begin(), run.end());
      if (found == parts.end() || run.size() == parts.size() ||
          assembly->getName() != smaller->getName() ||
          assembly->getDiscardableAttrDictionary() != smaller->getDiscardableAttrDictionary() ||
          assembly->getPropertiesAsAttribute() != smaller->getPropertiesAsAttribute())
        continue;
      *found = smaller->getResult(0);
      parts.erase(found + 1, found + static_cast<long>(run.size()));
      assembly->setOperands(parts);
    }
    earlier.push_back(assembly);
  }
}

/// Whether a kernel, or those that write its parts, can write the value within the assembly: the
/// first that it is an operand of holds it, and nothing needs it whole.
bool canLieIn(OpOperand &use, Symbols symbols) {
  Value value = use.get();
  Operation *producer = value.getDefiningOp();
  if (!isa_and_present<StageOp, MapOp, AssemblyOp>(producer) ||
      layoutOf(value.getType()) != layoutOf(use.getOwner()->getResult(0).getType()))
    return false;
  return llvm::all_of(value.getUses(), [&](OpOperand &other) {
    Operation *user = other.getOwner();
    if (auto access = dyn_cast<AccessOp>(user))
      return !access.accessForm(symbols).keepsOrder;
    bool isHeldBefore = isa<AssemblyOp>(user) && &other != &use &&
                        (user == use.getOwner() ? other.getOperandNumber() < use.getOperandNumber()
                                                : user->isBeforeInBlock(use.getOwner()));
    return !isHeldBefore && !user->hasTrait<OpTrait::IsTerminator>();
  });
}

/// What cannot be written in place is copied there.
void copyParts(func::FuncOp layer, Symbols symbols) {
  for (AssemblyOp assembly : layer.getOps<AssemblyOp>())
    for (OpOperand &part : assembly->getOpOperands()) {
      if (canLieIn(part, symbols))
        continue;
      OpBuilder builder(assembly);
      Type type = withLayout(part.get().getType(), layoutOf(assembly->getResult(0).getType()));
      part.set(buildCopy(builder, part.get(), type).getResult());
    }
}

/// Behind the kernels that write their parts, and before those that read them.
void placeAssemblies(func::FuncOp layer) {
  for (AssemblyOp assembly : llvm::make_early_inc_range(layer.getOps<AssemblyOp>())) {
    Operation *last = assembly->getOperand(0).getDefiningOp();
    for (Value part : assembly->getOperands())
      if (last->isBeforeInBlock(part.getDefiningOp()))
        last = part.getDefiningOp();
    assembly->moveAfter(last);
  }
}

/// Builds one kernel from a group.
class KernelBuilder {
public:
  KernelBuilder(const KernelGroup &group, const std::vector<KernelGroup> &all) : group(group) {
    for (const KernelGroup &other : all)
      if (&other != &group)
        elsewhere.insert(other.begin(), other.end());
    inside.insert(group.begin(), group.end());
  }

  /// Replaces the group's values outside of it by the new kernel's results. Fails, with a
  /// diagnostic, when the work on weights is beyond what one kernel may hold.
  void build(OpBuilder &builder, StringRef name) {
    collectBody();
    collectInputs();
    SmallVector<Value> results = resultsUsedOutside();
    auto kernel = KernelOp::create(builder, locationOf(), TypeRange(ValueRange(results)),
                                   builder.getStringAttr(name), inputs.getArrayRef(), PlanAttr(),
                                   DenseI64ArrayAttr());
    fillBody(kernel, results);
    for (auto [old, value] : llvm::zip_equal(results, kernel.getResults()))
      old.replaceUsesWithIf(value, [&](OpOperand &use) { return isOutside(use.getOwner()); });
  }

private:
  /// The group, and the weight-side maps and accesses that it needs, in program order.
  void collectBody() {
    llvm::SmallPtrSet<Operation *, 16> needed = inside;
    for (Operation *op = group.back(); op; op = op->getPrevNode()) {
      if (!needed.contains(op))
        continue;
      body.push_back(op);
      for (Value operand : op->getOperands())
        if (operand.getDefiningOp<AccessOp>() ||
            (isWeightSide(operand) && operand.getDefiningOp<MapOp>()))
          needed.insert(operand.getDefiningOp());
    }
    std::reverse(body.begin(), body.end());
  }

  /// What the body reads from outside, activations first.
  void collectInputs() {
    llvm::SmallPtrSet<Operation *, 16> computed(body.begin(), body.end());
    llvm::SetVector<Value> weights;
    for (Operation *op : body)
      for (Value operand : op->getOperands())
        if (!computed.contains(operand.getDefiningOp()))
          (isWeightSide(operand) ? weights : inputs).insert(operand);
    inputs.insert_range(weights);
  }

  /// A use by another group, by an earlier kernel, by the layer's return, by an assembly, or by an
  /// access, which others read through. The original of a
  /// prologue that was absorbed is a use by no one.
  bool isOutside(Operation *user) const {
    return elsewhere.contains(user) || isa<KernelOp, AccessOp, AssemblyOp>(user) ||
           user->hasTrait<OpTrait::IsTerminator>();
  }

  SmallVector<Value> resultsUsedOutside() const {
    SmallVector<Value> results;
    for (Operation *op : group) {
      if (elsewhere.contains(op)) // a prologue that each of its groups computes itself
        continue;
      Value value = op->getResult(0);
      if (llvm::any_of(value.getUsers(),
                       [&](Operation *user) { return !inside.contains(user) && isOutside(user); }))
        results.push_back(value);
    }
    return results;
  }

  Location locationOf() const {
    for (Operation *op : group)
      if (isa<StageOp>(op))
        return op->getLoc();
    return group.back()->getLoc();
  }

  void fillBody(KernelOp kernel, ValueRange results) {
    OpBuilder builder(kernel.getContext());
    Block *block = builder.createBlock(&kernel.getBody());
    IRMapping mapping;
    for (Value input : inputs)
      mapping.map(input, block->addArgument(input.getType(), input.getLoc()));
    for (Operation *op : body)
      builder.clone(*op, mapping);
    YieldOp::create(builder, kernel.getLoc(),
                    llvm::map_to_vector(results, [&](Value v) { return mapping.lookup(v); }));
  }

  const KernelGroup &group;
  llvm::SmallPtrSet<Operation *, 16> inside, elsewhere;
  llvm::SetVector<Value> inputs;
  std::vector<Operation *> body;
};

struct FormKernelsPass : convwright::ir::impl::FormKernelsBase<FormKernelsPass> {
  using FormKernelsBase::FormKernelsBase;

  void runOnOperation() override {
    func::FuncOp layer = getOperation();
    eraseUnused(layer);
    std::vector<Symbol> symbols = symbolsOf(layer);
    nestAssemblies(layer);
    copyUnwrittenResults(layer);
    storeAccesses(layer, symbols);
    copyParts(layer, symbols);
    std::vector<KernelGroup> groups = groupIntoKernels(layer, fusion);
    OpBuilder builder(layer.getBody().front().getTerminator());
    for (size_t i = 0; i < groups.size(); ++i) {
      std::string name = layer.getName().str();
      if (groups.size() > 1)
        name += "_" + std::to_string(i);
      KernelBuilder(groups[i], groups).build(builder, name);
    }
    placeAssemblies(layer);
    eraseUnused(layer);
  }
};

} // namespace
