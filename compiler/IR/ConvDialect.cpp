//===- ConvDialect.cpp - registration --------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace convwright::ir;

namespace {
/// Long encodings are named once, at the top of the text.
struct Aliases : mlir::OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(mlir::Attribute attribute, llvm::raw_ostream &stream) const override {
    auto tensor = llvm::dyn_cast<TensorAttr>(attribute);
    if (!tensor)
      return AliasResult::NoAlias;
    stream << llvm::StringRef(
        convwright::schedules::spell(tensor.getLayout(), tensor.getDims().size()));
    return AliasResult::FinalAlias;
  }
};
} // namespace

#include "compiler/IR/ConvDialect.cpp.inc"

void ConvDialect::initialize() {
  registerAttributes();
  addInterfaces<Aliases>();
  addOperations<
#define GET_OP_LIST
#include "compiler/IR/ConvOps.cpp.inc"
      >();
}

/// Folding makes scalar literals only; tensors are never materialised.
mlir::Operation *ConvDialect::materializeConstant(mlir::OpBuilder &builder, mlir::Attribute value,
                                                  mlir::Type type, mlir::Location loc) {
  return mlir::arith::ConstantOp::materialize(builder, value, type, loc);
}
