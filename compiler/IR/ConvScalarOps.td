//===- ConvScalarOps.td - operations on scalars, inside conv.map -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One operation for each row of schedules/kernel/ScalarOps.def, `conv.<spelling>`; that file and
// ScalarExpr.h say what they mean (NaN, wrapping, rounding). Literals are arith.constant. A test
// compares the two lists.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVSCALAROPS_TD
#define CONVWRIGHT_COMPILER_IR_CONVSCALAROPS_TD

include "compiler/IR/ConvDialect.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The operand types are checked in the verifier, to say what to do (C27, C28).
class Conv_ScalarOp<string opMnemonic, list<Trait> traits = []>
    : Op<Conv_Dialect, opMnemonic, traits # [Pure]> {
  let hasVerifier = 1;
}

class Conv_UnaryOp<string opMnemonic> : Conv_ScalarOp<opMnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins AnyType:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$value attr-dict `:` type($result)";
}

class Conv_BinaryOp<string opMnemonic> : Conv_ScalarOp<opMnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins AnyType:$lhs, AnyType:$rhs);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

class Conv_CompareOp<string opMnemonic> : Conv_ScalarOp<opMnemonic, [SameTypeOperands]> {
  let arguments = (ins AnyType:$lhs, AnyType:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs)";
}

def Conv_AddOp : Conv_BinaryOp<"add"> { let summary = "lhs + rhs; i32 wraps"; }
def Conv_SubOp : Conv_BinaryOp<"sub"> { let summary = "lhs − rhs; i32 wraps"; }
def Conv_MulOp : Conv_BinaryOp<"mul"> { let summary = "lhs · rhs; i32 wraps"; }
def Conv_DivOp : Conv_BinaryOp<"div"> { let summary = "lhs / rhs; f32 only"; }
def Conv_MinOp : Conv_BinaryOp<"min"> { let summary = "The smaller; NaN when either is"; }
def Conv_MaxOp : Conv_BinaryOp<"max"> { let summary = "The larger; NaN when either is"; }

def Conv_NegOp : Conv_UnaryOp<"neg"> { let summary = "−value; i32 wraps"; }
def Conv_AbsOp : Conv_UnaryOp<"abs"> { let summary = "|value|"; }
def Conv_SqrtOp : Conv_UnaryOp<"sqrt"> { let summary = "Square root"; }
def Conv_ExpOp : Conv_UnaryOp<"exp"> { let summary = "e to the value"; }
def Conv_LogOp : Conv_UnaryOp<"log"> { let summary = "Natural logarithm"; }
def Conv_Log1pOp : Conv_UnaryOp<"log1p"> { let summary = "log(1 + value), precise near 0"; }
def Conv_Expm1Op : Conv_UnaryOp<"expm1"> { let summary = "exp(value) − 1, precise near 0"; }
def Conv_TanhOp : Conv_UnaryOp<"tanh"> { let summary = "Hyperbolic tangent"; }
def Conv_ErfOp : Conv_UnaryOp<"erf"> { let summary = "Error function"; }

def Conv_LessOp : Conv_CompareOp<"less"> { let summary = "lhs < rhs"; }
def Conv_LessEqualOp : Conv_CompareOp<"less_equal"> { let summary = "lhs ≤ rhs"; }
def Conv_EqualOp : Conv_CompareOp<"equal"> { let summary = "lhs = rhs"; }
def Conv_NotEqualOp : Conv_CompareOp<"not_equal"> { let summary = "lhs ≠ rhs"; }

def Conv_SelectOp : Conv_ScalarOp<"select", [AllTypesMatch<["lhs", "rhs", "result"]>]> {
  let summary = "lhs where the condition holds, otherwise rhs";
  let arguments = (ins I1:$condition, AnyType:$lhs, AnyType:$rhs);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` type($result)";
}

def Conv_ConvertOp : Conv_ScalarOp<"convert"> {
  let summary = "The value in another element type";
  let description = [{
    To u8, i8 and i32 from f32: round half to even, then saturate, NaN gives 0; between integers:
    saturate; to f32: nearest.
  }];
  let arguments = (ins AnyType:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `to` type($result)";
}

#endif // CONVWRIGHT_COMPILER_IR_CONVSCALAROPS_TD
