//===- ConvAttrs.td - layouts, extents, symbols and plans ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVATTRS_TD
#define CONVWRIGHT_COMPILER_IR_CONVATTRS_TD

include "compiler/IR/ConvDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Conv_Attr<string className, string attrMnemonic> : AttrDef<Conv_Dialect, className> {
  let mnemonic = attrMnemonic;
}

def Conv_PaddingModeEnum : I32EnumAttr<"PaddingMode", "what lies outside an image",
    [I32EnumAttrCase<"Zeros", 0, "zeros">, I32EnumAttrCase<"Reflect", 1, "reflect">,
     I32EnumAttrCase<"Replicate", 2, "replicate">, I32EnumAttrCase<"Circular", 3, "circular">]> {
  let cppNamespace = "::convwright::ir";
  let genSpecializedAttr = 0;
}

def Conv_PaddingModeAttr : EnumAttr<Conv_Dialect, Conv_PaddingModeEnum, "padding_mode">;

def Conv_ExtentAttr : Conv_Attr<"Extent", "extent"> {
  let summary = "A dimension's extent: floor((mul * symbol + add) / div)";
  let description = [{
    Printed as `56`, `H`, `H + 2`, `2 * H - 1` or `(H - 3) floordiv 2`. A constant has an empty symbol,
    mul = 0 and div = 1. Kept normalised (ConvShape.h), so that equal extents are the same attribute.
  }];
  let parameters = (ins "::mlir::StringAttr":$symbol, "int64_t":$mul, "int64_t":$add, "int64_t":$div);
  let builders = [AttrBuilderWithInferredContext<(ins "::mlir::MLIRContext *":$context,
                                                      "int64_t":$value), [{
    return $_get(context, ::mlir::StringAttr::get(context), 0, value, 1);
  }]>];
  let extraClassDeclaration = [{
    bool isConstant() const { return getSymbol().empty(); }
    /// The tensor type's size for this extent: its value, or dynamic.
    int64_t getStaticSize() const {
      return isConstant() ? getAdd() : ::mlir::ShapedType::kDynamic;
    }
  }];
  let hasCustomAssemblyFormat = 1;
}

def Conv_TensorAttr : Conv_Attr<"Tensor", "tensor"> {
  let summary = "The encoding of an activation's tensor type: its layout and exact extents";
  let description = [{
    `tensor<1x3x?x?xf32, #conv.tensor<layout = nhwc, dims = [1, 3, H, W]>>`: the type's sizes are in
    logical N, C, H, W order and `?` where a symbol decides; the encoding says which and how.
  }];
  let parameters = (ins "::convwright::schedules::Layout":$layout,
                        ArrayRefParameter<"::convwright::ir::ExtentAttr">:$dims);
  let hasCustomAssemblyFormat = 1;
}

def Conv_SymbolAttr : Conv_Attr<"Symbol", "symbol"> {
  let summary = "A size that the caller chooses at run time";
  let description = [{
    `#conv.symbol<H in [3, 4320] step 1 like 1080>`: lo, lo + step, … up to hi; schedules are made
    fastest at `like`.
  }];
  let parameters = (ins "::mlir::StringAttr":$name, "int64_t":$lo, "int64_t":$hi, "int64_t":$step,
                        "int64_t":$like);
  let hasCustomAssemblyFormat = 1;
}

def Conv_PlanAttr : Conv_Attr<"Plan", "plan"> {
  let summary = "How a kernel is computed";
  let description = [{
    `#conv.plan<algorithm = direct, tile_k = 2, tile_x = 14, source = default>`: an algorithm's name, its
    integer parameters as that algorithm's README documents them, and where the decision comes from
    (default, model, record or user). The same text stands in records, JSON and `--explain`.
  }];
  let parameters = (ins "::mlir::StringAttr":$algorithm, "::mlir::DictionaryAttr":$parameters,
                        "::mlir::StringAttr":$source);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // CONVWRIGHT_COMPILER_IR_CONVATTRS_TD
