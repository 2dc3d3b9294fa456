//===- ConvDialect.td - the dialect of convolutions ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVDIALECT_TD
#define CONVWRIGHT_COMPILER_IR_CONVDIALECT_TD

include "mlir/IR/OpBase.td"

def Conv_Dialect : Dialect {
  let name = "conv";
  let cppNamespace = "::convwright::ir";
  let summary = "Convolutions, the pointwise work around them, and how each kernel is computed";
  let description = [{
    A layer is a `func.func`. Its attributes, all checked by the dialect's verifier:

    * `conv.symbols`: an array of `#conv.symbol`, the sizes that a caller chooses at run time;
    * `conv.results`: the results' names;
    * `conv.doc`: the documentation text for the generated header;

    and of each argument `conv.name`, and `conv.role`: `"activation"` (given at every run) or
    `"weight"` (bound once and packed). On the module, `conv.target` names the machine that
    SelectPlan chooses for.

    Activations are tensors with the encoding `#conv.tensor`; weights and constants are plain tensors.
    SPEC.md lists the constraints.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = "void registerAttributes();";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"];
}

#endif // CONVWRIGHT_COMPILER_IR_CONVDIALECT_TD
