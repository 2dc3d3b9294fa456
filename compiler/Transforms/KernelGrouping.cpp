//===- KernelGrouping.cpp - which operations share a kernel ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/KernelGrouping.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/AccessUtils.h"
#include "compiler/Transforms/MapUtils.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

using namespace convwright::ir;
using namespace mlir;
using convwright::compiler::Fusion;

namespace {

/// The groups as they grow. A group's number is its first operation's place in the program; merged
/// groups leave an empty one behind.
class Grouping {
public:
  Grouping(func::FuncOp layer, Fusion fusion) : layer(layer), fusion(fusion) {}

  std::vector<KernelGroup> run();

private:
  bool fusesEpilogues() const { return fusion == Fusion::Full || fusion == Fusion::Epilogue; }
  bool fusesPrologues() const { return fusion == Fusion::Full || fusion == Fusion::Prologue; }
  void place(MapOp map);
  std::optional<int> homeOf(MapOp map);
  void mergeMeetingStages(int home, const llvm::SetVector<int> &producers);
  void absorbPrologues();
  void splitResults();
  std::vector<KernelGroup> inExecutionOrder();

  int open(Operation *op);
  void join(int group, Operation *op);
  void merge(int into, int from);
  /// The groups that compute the operation's operands.
  llvm::SetVector<int> producersOf(Operation *op) const;
  /// Those that compute what it reads through accesses and in assemblies: they are to be done
  /// before.
  llvm::SetVector<int> accessedBy(Operation *op) const;
  void addComputing(Value value, llvm::SetVector<int> &producers) const;
  bool accesses(const KernelGroup &ops, int group) const;
  llvm::SetVector<int> producersOf(int group) const;
  bool dependsOn(int group, int on) const;
  bool isConnectedThroughOthers(int group, int on) const;

  func::FuncOp layer;
  Fusion fusion;
  std::vector<KernelGroup> groups;
  llvm::DenseMap<Operation *, int> groupOf;
};

ArrayRef<ExtentAttr> extentsOf(Operation *op) {
  return encodingOf(op->getResult(0).getType()).getDims();
}

convwright::schedules::Layout layoutOf(Operation *op) {
  return encodingOf(op->getResult(0).getType()).getLayout();
}

bool isActivationWork(Operation *op) {
  return isa<StageOp>(op) || (isa<MapOp>(op) && !isWeightSide(op->getResult(0)));
}

StageOp firstStage(const KernelGroup &group) {
  for (Operation *op : group)
    if (auto stage = dyn_cast<StageOp>(op))
      return stage;
  return {};
}

bool mayShareKernel(StageOp a, StageOp b) {
  return extentsOf(a) == extentsOf(b) && a.readsOneChannelPerOutput() &&
         b.readsOneChannelPerOutput() && a.sharesWindowWith(b) && a.algorithm() == b.algorithm();
}

int operationCount(const KernelGroup &group) {
  int count = 0;
  for (Operation *op : group)
    if (auto map = dyn_cast<MapOp>(op))
      count += convwright::ir::operationCount(map);
  return count;
}

/// The operations whose values are used outside of the list.
KernelGroup resultsOf(const KernelGroup &ops) {
  auto isInside = [&](Operation *user) { return llvm::is_contained(ops, user); };
  KernelGroup results;
  for (Operation *op : ops)
    if (!llvm::all_of(op->getUsers(), isInside))
      results.push_back(op);
  return results;
}

bool canWriteAllResults(const KernelGroup &group) {
  KernelGroup results = resultsOf(group);
  if (results.size() < 2 || !firstStage(group))
    return true;
  return llvm::all_equal(llvm::map_range(results, layoutOf)) &&
         llvm::all_of(group, [](Operation *op) {
           return isa<MapOp>(op) || cast<StageOp>(op).readsOneChannelPerOutput();
         });
}

/// The operations of the group that `last` needs, and itself.
KernelGroup partLeadingTo(Operation *last, const KernelGroup &group) {
  llvm::SmallPtrSet<Operation *, 8> needed = {last};
  KernelGroup part;
  for (Operation *op : llvm::reverse(group)) {
    if (!needed.contains(op))
      continue;
    part.insert(part.begin(), op);
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        needed.insert(producer);
  }
  return part;
}

/// With all of the group's stages; empty when there is none.
KernelGroup largestPartWithOneResult(const KernelGroup &group) {
  auto stages = [](const KernelGroup &ops) { return llvm::count_if(ops, llvm::IsaPred<StageOp>); };
  KernelGroup largest;
  for (Operation *last : group) {
    KernelGroup part = partLeadingTo(last, group);
    if (stages(part) == stages(group) && resultsOf(part).size() == 1 &&
        part.size() > largest.size())
      largest = part;
  }
  return largest;
}

//===----------------------------------------------------------------------===//
// Bookkeeping
//===----------------------------------------------------------------------===//

int Grouping::open(Operation *op) {
  groups.push_back({op});
  return groupOf[op] = static_cast<int>(groups.size()) - 1;
}

void Grouping::join(int group, Operation *op) {
  groups[group].push_back(op);
  llvm::sort(groups[group], [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  groupOf[op] = group;
}

void Grouping::merge(int into, int from) {
  KernelGroup ops = std::move(groups[from]);
  groups[from].clear();
  for (Operation *op : ops)
    join(into, op);
}

llvm::SetVector<int> Grouping::producersOf(Operation *op) const {
  llvm::SetVector<int> producers;
  for (Value operand : op->getOperands())
    if (auto found = groupOf.find(operand.getDefiningOp()); found != groupOf.end())
      producers.insert(found->second);
  return producers;
}

llvm::SetVector<int> Grouping::accessedBy(Operation *op) const {
  llvm::SetVector<int> producers;
  for (Value operand : op->getOperands())
    if (isa_and_present<AccessOp, AssemblyOp>(operand.getDefiningOp()))
      addComputing(behindAccesses(operand), producers);
  return producers;
}

void Grouping::addComputing(Value value, llvm::SetVector<int> &producers) const {
  if (auto found = groupOf.find(value.getDefiningOp()); found != groupOf.end())
    producers.insert(found->second);
  if (auto assembly = value.getDefiningOp<AssemblyOp>())
    for (Value part : assembly->getOperands())
      addComputing(part, producers);
}

bool Grouping::accesses(const KernelGroup &ops, int group) const {
  return llvm::any_of(ops, [&](Operation *op) { return accessedBy(op).contains(group); });
}

llvm::SetVector<int> Grouping::producersOf(int group) const {
  llvm::SetVector<int> producers;
  for (Operation *op : groups[group])
    producers.insert_range(accessedBy(op));
  for (Operation *op : groups[group])
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      // A prologue that several groups compute is each one's own.
      auto found = groupOf.find(producer);
      if (found != groupOf.end() && !llvm::is_contained(groups[group], producer))
        producers.insert(found->second);
    }
  return producers;
}

bool Grouping::dependsOn(int group, int on) const {
  llvm::SetVector<int> reached = producersOf(group);
  for (size_t i = 0; i < reached.size(); ++i) { // grows meanwhile
    if (reached[i] == on)
      return true;
    reached.insert_range(producersOf(reached[i]));
  }
  return false;
}

bool Grouping::isConnectedThroughOthers(int group, int on) const {
  return llvm::any_of(producersOf(group),
                      [&](int other) { return other != on && dependsOn(other, on); });
}

//===----------------------------------------------------------------------===//
// The rules
//===----------------------------------------------------------------------===//

std::optional<int> Grouping::homeOf(MapOp map) {
  llvm::SetVector<int> producers = producersOf(map), accessed = accessedBy(map);
  auto wouldCycle = [&](int home) {
    auto comesLater = [&](int other) { return other != home && dependsOn(other, home); };
    return accessed.contains(home) || llvm::any_of(producers, comesLater) ||
           llvm::any_of(accessed, comesLater);
  };
  std::optional<int> home;
  auto isBetter = [&](int group) {
    if (!home)
      return true;
    bool computes = bool(firstStage(groups[group]));
    bool homeComputes = bool(firstStage(groups[*home]));
    if (computes != homeComputes)
      return computes;
    return groups[*home].back()->isBeforeInBlock(groups[group].back());
  };
  auto hasRoom = [&](int group) {
    return operationCount(groups[group]) + convwright::ir::operationCount(map) <=
           maxKernelOperations;
  };
  auto takesMaps = [&](int group) { return fusesEpilogues() || !firstStage(groups[group]); };
  for (int group : producers)
    if (takesMaps(group) && extentsOf(groups[group].back()) == extentsOf(map) && hasRoom(group) &&
        !wouldCycle(group) && isBetter(group))
      home = group;
  return home;
}

void Grouping::mergeMeetingStages(int home, const llvm::SetVector<int> &producers) {
  for (int other : producers) {
    if (other == home)
      continue;
    StageOp ours = firstStage(groups[home]), theirs = firstStage(groups[other]);
    if (ours && theirs && mayShareKernel(ours, theirs) && !isConnectedThroughOthers(home, other) &&
        !isConnectedThroughOthers(other, home) && !accesses(groups[home], other) &&
        !accesses(groups[other], home))
      merge(home, other);
  }
}

void Grouping::place(MapOp map) {
  std::optional<int> home = homeOf(map);
  if (!home) {
    open(map);
    return;
  }
  llvm::SetVector<int> producers = producersOf(map);
  join(*home, map);
  mergeMeetingStages(*home, producers);
}

/// The groups whose stages read the map as their windowed input, when nothing else reads it.
static std::optional<llvm::SetVector<int>>
stagesReading(MapOp map, const llvm::DenseMap<Operation *, int> &groupOf) {
  llvm::SetVector<int> readers;
  for (OpOperand &use : map.getResult().getUses()) {
    auto stage = dyn_cast<StageOp>(use.getOwner());
    if (!stage || &stage.windowedInput() != &use)
      return std::nullopt;
    readers.insert(groupOf.at(use.getOwner()));
  }
  return readers;
}

static bool suitsWindows(MapOp map, Symbols symbols) {
  return llvm::all_of(map.getInputs(), [&](Value input) {
    auto access = input.getDefiningOp<AccessOp>();
    return !access || convwright::ir::suitsWindows(access, symbols);
  });
}

void Grouping::absorbPrologues() {
  std::vector<Symbol> symbols = symbolsOf(layer);
  for (size_t i = 0; i < groups.size(); ++i) {
    auto map = groups[i].size() == 1 ? dyn_cast<MapOp>(groups[i].front()) : MapOp();
    if (!map || !suitsWindows(map, symbols))
      continue;
    auto readers = stagesReading(map, groupOf);
    if (!readers || readers->empty() || (readers->size() > 1 && !isCheap(map)))
      continue;
    groups[i].clear();
    for (int reader : *readers)
      join(reader, map);
  }
}

/// Fast kernels write one result, or, when they read one channel an output, several of one layout.
/// Otherwise the kernel keeps what leads to one of its values, and the rest becomes pointwise work
/// on that value.
void Grouping::splitResults() {
  for (size_t i = 0, count = groups.size(); i < count; ++i) {
    if (canWriteAllResults(groups[i]))
      continue;
    KernelGroup kept = largestPartWithOneResult(groups[i]), group = groups[i];
    if (kept.empty())
      continue;
    groups[i] = kept;
    std::optional<int> rest;
    for (Operation *op : group) {
      if (llvm::is_contained(kept, op))
        continue;
      if (rest)
        join(*rest, op);
      else
        rest = open(op);
    }
  }
}

std::vector<KernelGroup> Grouping::inExecutionOrder() {
  std::vector<KernelGroup> ordered;
  std::vector<bool> done(groups.size());
  std::function<void(int)> visit = [&](int group) {
    if (done[group])
      return;
    done[group] = true;
    for (int producer : producersOf(group))
      visit(producer);
    if (!groups[group].empty())
      ordered.push_back(groups[group]);
  };
  for (size_t i = 0; i < groups.size(); ++i)
    visit(static_cast<int>(i));
  return ordered;
}

std::vector<KernelGroup> Grouping::run() {
  for (Operation &op : layer.getBody().front()) {
    if (!isActivationWork(&op))
      continue;
    if (auto map = dyn_cast<MapOp>(op))
      place(map);
    else
      open(&op);
  }
  splitResults(); // first: its remainders may be prologues
  if (fusesPrologues())
    absorbPrologues();
  return inExecutionOrder();
}

} // namespace

std::vector<KernelGroup> convwright::ir::groupIntoKernels(func::FuncOp layer, Fusion fusion) {
  return Grouping(layer, fusion).run();
}
