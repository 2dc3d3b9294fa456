//===- Interpreter.h - the conv dialect, executed in double precision -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_REFERENCE_INTERPRETER_H
#define CONVWRIGHT_COMPILER_REFERENCE_INTERPRETER_H

#include "compiler/Reference/ExactTensor.h"
#include "schedules/kernel/Result.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace convwright::compiler {

/// Runs a verified layer, before or after the passes: conv.kernel regions are executed as their
/// operations stand. `inputs` holds its arguments and weights by name; the sizes are read off their
/// shapes. The results by name.
/// Errors: an input that is missing, unknown, of the wrong type or shape, or a size out of range.
/// Accuracy   double throughout; rounded only where the language converts, and i32 wraps.
schedules::Result<ExactTensors> interpret(mlir::func::FuncOp layer, const ExactTensors &inputs);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_REFERENCE_INTERPRETER_H
