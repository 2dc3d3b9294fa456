//===- ProgramLowering.h - a planned module to Program.h -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_PROGRAMLOWERING_H
#define CONVWRIGHT_COMPILER_LOWERING_PROGRAMLOWERING_H

#include "compiler/Lowering/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace convwright::compiler {

/// Every layer of a module that has been through conv-compile for `target`. Fails with diagnostics.
llvm::FailureOr<TargetProgram> lowerModule(mlir::ModuleOp module, const schedules::Target &target);

/// One layer.
llvm::FailureOr<LayerProgram> lowerLayer(mlir::func::FuncOp layer, const schedules::Target &target);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_PROGRAMLOWERING_H
