//===- FoldBatchNorm.cpp - batch norms into filters and biases -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/MapUtils.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright::ir;
using namespace mlir;
using convwright::schedules::ScalarOp;

namespace {

/// Scalar arithmetic at one insertion point, for formulas that read like formulas.
struct Scalars {
  OpBuilder &builder;
  Location loc;

  Value add(Value a, Value b) { return buildScalar(builder, loc, ScalarOp::Add, {a, b}); }
  Value sub(Value a, Value b) { return buildScalar(builder, loc, ScalarOp::Sub, {a, b}); }
  Value mul(Value a, Value b) { return buildScalar(builder, loc, ScalarOp::Mul, {a, b}); }
  Value div(Value a, Value b) { return buildScalar(builder, loc, ScalarOp::Div, {a, b}); }
  Value sqrt(Value a) { return buildScalar(builder, loc, ScalarOp::Sqrt, {a}); }
  Value literal(double value) { return buildLiteral(builder, loc, value, builder.getF32Type()); }

  /// gamma / sqrt(variance + eps).
  Value scale(Value variance, Value gamma, double eps) {
    return div(gamma, sqrt(add(variance, literal(eps))));
  }
};

bool hasWeightSideParameters(BatchNormOp norm) {
  return llvm::all_of(norm->getOperands().drop_front(), isWeightSide);
}

/// [K]: gamma / sqrt(variance + eps).
Value buildScale(OpBuilder &builder, BatchNormOp norm) {
  double eps = norm.getEps().convertToDouble();
  return buildMap(builder, norm.getLoc(), norm.getGamma().getType(),
                  {norm.getVar(), norm.getGamma()}, [&](OpBuilder &inner, ValueRange e) {
                    return Scalars{inner, norm.getLoc()}.scale(e[0], e[1], eps);
                  });
}

/// [K]: (bias − mean) · scale + beta, or beta − mean · scale.
Value buildBias(OpBuilder &builder, BatchNormOp norm, Value bias, Value scale) {
  Location loc = norm.getLoc();
  SmallVector<Value> inputs = {norm.getMean(), scale, norm.getBeta()};
  if (bias)
    inputs.push_back(bias);
  return buildMap(
      builder, loc, norm.getBeta().getType(), inputs, [&](OpBuilder &inner, ValueRange e) {
        Scalars s{inner, loc};
        return bias ? s.add(s.mul(s.sub(e[3], e[0]), e[1]), e[2]) : s.sub(e[2], s.mul(e[0], e[1]));
      });
}

/// Of the filter times the scale: one filter for all channels becomes one for each.
Type scaledType(Value filter, Value scale) {
  auto type = cast<RankedTensorType>(filter.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.front() = cast<RankedTensorType>(scale.getType()).getDimSize(0);
  return type.clone(shape);
}

/// The operation with the batch norm inside its filter and bias.
void foldInto(BatchNormOp norm, StageOp stage, ChannelAffine affine) {
  OpBuilder builder(norm);
  SmallVector<Value> operands = stage.operandsInOrder();
  Value scale = buildScale(builder, norm);
  operands[affine.filter] =
      buildMap(builder, norm.getLoc(), scaledType(operands[affine.filter], scale),
               {operands[affine.filter], scale}, [&](OpBuilder &inner, ValueRange e) {
                 return Scalars{inner, norm.getLoc()}.mul(e[0], e[1]);
               });
  operands[affine.bias] = buildBias(builder, norm, operands[affine.bias], scale);
  LanguageOp folded = createOperation(builder, stage.getLoc(), spellingOf(stage), operands,
                                      stage->getAttrDictionary(), norm.getResult().getType());
  norm.getResult().replaceAllUsesWith(folded->getResult(0));
  norm.erase();
  stage.erase();
}

/// input · scale + (beta − mean · scale), with scale and shift on the weight side.
Value expandWithWeights(OpBuilder &builder, BatchNormOp norm) {
  Value scale = buildScale(builder, norm);
  Value shift = buildBias(builder, norm, Value(), scale);
  return buildMap(builder, norm.getLoc(), norm.getResult().getType(),
                  {norm.getInput(), scale, shift}, [&](OpBuilder &inner, ValueRange e) {
                    Scalars s{inner, norm.getLoc()};
                    return s.add(s.mul(e[0], e[1]), e[2]);
                  });
}

/// (input − mean) · scale + beta, all of it for every element.
Value expandWithActivations(OpBuilder &builder, BatchNormOp norm) {
  double eps = norm.getEps().convertToDouble();
  return buildMap(builder, norm.getLoc(), norm.getResult().getType(), norm->getOperands(),
                  [&](OpBuilder &inner, ValueRange e) {
                    Scalars s{inner, norm.getLoc()};
                    Value centred = s.sub(e[0], e[1]);
                    return s.add(s.mul(centred, s.scale(e[2], e[3], eps)), e[4]);
                  });
}

void expandToMap(BatchNormOp norm) {
  OpBuilder builder(norm);
  norm.getResult().replaceAllUsesWith(hasWeightSideParameters(norm)
                                          ? expandWithWeights(builder, norm)
                                          : expandWithActivations(builder, norm));
  norm.erase();
}

struct FoldBatchNormPass : convwright::ir::impl::FoldBatchNormBase<FoldBatchNormPass> {
  void runOnOperation() override {
    getOperation().walk([](BatchNormOp norm) {
      auto stage = norm.getInput().getDefiningOp<StageOp>();
      auto affine = stage ? stage.channelAffine() : std::nullopt;
      if (affine && stage->hasOneUse() && hasWeightSideParameters(norm))
        foldInto(norm, stage, *affine);
      else
        expandToMap(norm);
    });
  }
};

} // namespace
