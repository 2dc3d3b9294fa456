//===- ConvDialect.h - the `conv` dialect in C++ ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVDIALECT_H
#define CONVWRIGHT_COMPILER_IR_CONVDIALECT_H

#include "compiler/IR/ConvInterfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/IR/ConvDialect.h.inc"
#include "compiler/IR/ConvEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/IR/ConvAttrs.h.inc"

#define GET_OP_CLASSES
#include "compiler/IR/ConvOps.h.inc"

namespace convwright::ir {

/// Names of the attributes on layers (func.func), their arguments, the module and planned kernels.
inline constexpr llvm::StringLiteral symbolsAttrName = "conv.symbols";
inline constexpr llvm::StringLiteral resultsAttrName = "conv.results";
inline constexpr llvm::StringLiteral docAttrName = "conv.doc";
inline constexpr llvm::StringLiteral nameAttrName = "conv.name";
inline constexpr llvm::StringLiteral roleAttrName = "conv.role";
inline constexpr llvm::StringLiteral targetAttrName = "conv.target";
/// An array of strings for people: what an advisor said of the kernel's plan.
inline constexpr llvm::StringLiteral planNotesAttrName = "conv.plan_notes";
inline constexpr llvm::StringLiteral activationRole = "activation";
inline constexpr llvm::StringLiteral weightRole = "weight";

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVDIALECT_H
