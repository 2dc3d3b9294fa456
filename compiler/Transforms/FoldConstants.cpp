//===- FoldConstants.cpp - pointwise work on constants, done now -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"
#include "compiler/Lowering/ConstantData.h"
#include "compiler/Lowering/ExpressionLowering.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;
using schedules::ScalarExpr;

namespace {

/// Above this, packing does the work with the target's vectors.
constexpr int64_t maxFoldedElements = 1 << 22;

/// The map's body, its operands as Operand leaves.
ScalarExpr expressionOf(MapOp map) {
  auto leaf = [&](Value tensor) -> std::optional<ScalarExpr> {
    auto found = llvm::find(map.getInputs(), tensor);
    if (found == map.getInputs().end())
      return std::nullopt;
    auto index = static_cast<int32_t>(found - map.getInputs().begin());
    return ScalarExpr::operand(index, specOf(tensor.getType(), {}).type);
  };
  // Weight-side work on its own has nothing that could fail.
  return *compiler::ExpressionLowering(leaf).lower(map.getResult());
}

/// One operand's elements, and how far apart they lie along each dimension of the result: 0 where
/// the operand broadcasts.
struct Source {
  std::vector<double> elements;
  SmallVector<int64_t> strides;

  Source(ConstantOp constant, ArrayRef<int64_t> resultShape)
      : elements(compiler::numbersOf(constant.getValue())), strides(resultShape.size(), 0) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(constant.getType()).getShape();
    int64_t stride = 1;
    for (size_t i = shape.size(); i-- > 0; stride *= shape[i])
      strides[i] = shape[i] == 1 ? 0 : stride; // rank 1 runs along dimension 0
  }

  double at(ArrayRef<int64_t> position) const {
    int64_t offset = 0;
    for (auto [stride, coordinate] : llvm::zip_equal(strides, position))
      offset += stride * coordinate;
    return elements[offset];
  }
};

/// The next position in row-major order.
void advance(MutableArrayRef<int64_t> position, ArrayRef<int64_t> shape) {
  for (size_t i = shape.size(); i-- > 0;) {
    if (++position[i] < shape[i])
      return;
    position[i] = 0;
  }
}

ElementsAttr evaluateMap(MapOp map) {
  auto type = cast<RankedTensorType>(map.getResult().getType());
  std::vector<Source> sources;
  for (Value input : map.getInputs())
    sources.emplace_back(input.getDefiningOp<ConstantOp>(), type.getShape());
  ScalarExpr expr = expressionOf(map);
  SmallVector<int64_t> position(type.getRank(), 0);
  auto leaf = [&](const schedules::ScalarNode &node) { return sources[node.index].at(position); };
  std::vector<double> numbers(type.getNumElements());
  for (double &number : numbers) {
    number = schedules::evaluate(expr, leaf);
    advance(position, type.getShape());
  }
  return compiler::elementsOf(type, numbers);
}

bool isFoldable(MapOp map) {
  if (!isWeightSide(map.getResult()))
    return false;
  bool isKnown = llvm::all_of(map.getInputs(), [](Value input) {
    return isa_and_present<ConstantOp>(input.getDefiningOp());
  });
  return isKnown &&
         cast<RankedTensorType>(map.getResult().getType()).getNumElements() <= maxFoldedElements;
}

struct FoldConstantsPass : convwright::ir::impl::FoldConstantsBase<FoldConstantsPass> {
  void runOnOperation() override {
    for (MapOp map : llvm::make_early_inc_range(getOperation().getOps<MapOp>())) {
      if (!isFoldable(map))
        continue;
      OpBuilder builder(map);
      auto first = map.getInputs()[0].getDefiningOp<ConstantOp>();
      auto folded = ConstantOp::create(builder, map.getLoc(), map.getResult().getType(),
                                       first.getNameAttr(), evaluateMap(map));
      map.getResult().replaceAllUsesWith(folded);
      map.erase();
    }
  }
};

} // namespace
