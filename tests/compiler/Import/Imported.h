//===- Imported.h - a text, imported --------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_IMPORT_IMPORTED_H
#define CONVWRIGHT_TESTS_COMPILER_IMPORT_IMPORTED_H

#include "compiler/IR/ConvDialect.h"
#include "compiler/Import/Import.h"
#include "dsl/Parser.h"
#include "tests/dsl/Goldens.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

namespace convwright::compiler::testing {

/// Imports a text that has to be sound, and verifies the module. Failures are test failures.
class Imported {
public:
  explicit Imported(llvm::StringRef text, const std::string &directory = ".") : source(text) {
    context.disableMultithreading();
    tree = dsl::parse(source.engine, source.buffer);
    ImportResult result = importModule(context, tree, source.engine, {directory, {"direct"}});
    EXPECT_EQ(source.messages, "");
    filesRead = result.filesRead;
    module = std::move(result.module);
    if (module)
      EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
    else
      ADD_FAILURE() << "not imported";
  }

  mlir::func::FuncOp layer(llvm::StringRef name) {
    return module->lookupSymbol<mlir::func::FuncOp>(name);
  }
  /// All operations of one kind in a layer.
  template <typename Op> llvm::SmallVector<Op> all(llvm::StringRef name) {
    llvm::SmallVector<Op> found;
    layer(name).walk([&](Op op) { found.push_back(op); });
    return found;
  }

  mlir::MLIRContext context;
  dsl::testing::Source source;
  dsl::Module tree;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<std::string> filesRead;
};

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_IMPORT_IMPORTED_H
