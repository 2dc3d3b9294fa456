//===- LoweringTestSupport.h - text to lowered kernels ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_LOWERING_LOWERINGTESTSUPPORT_H
#define CONVWRIGHT_TESTS_COMPILER_LOWERING_LOWERINGTESTSUPPORT_H

#include "compiler/IR/ConvDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

#include <string>

namespace convwright::compiler::testing {

/// A context with the dialects loaded, and the module of a text in it.
struct ParsedModule {
  explicit ParsedModule(const std::string &text) {
    context.loadDialect<ir::ConvDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }

  ir::KernelOp firstKernel() {
    ir::KernelOp first;
    module->walk([&](ir::KernelOp kernel) {
      first = kernel;
      return mlir::WalkResult::interrupt();
    });
    return first;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_LOWERING_LOWERINGTESTSUPPORT_H
