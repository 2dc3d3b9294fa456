//===- Import.h - from the tree of a .conv file to the conv dialect -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_IMPORT_H
#define CONVWRIGHT_COMPILER_IMPORT_IMPORT_H

#include "dsl/Ast.h"
#include "dsl/Diagnostics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace convwright::compiler {

struct ImportOptions {
  /// What paths in `load` are relative to: the folder of the .conv file.
  std::string directory;
  /// The names that `algorithm =` may take (schedules::algorithmNames()).
  std::vector<std::string> algorithms;
};

struct ImportResult {
  /// Null when anything was wrong; it has been reported.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// The files that constants were loaded from.
  std::vector<std::string> filesRead;
};

/// Gives every layer a func.func of the conv dialect, with the places of the source as locations.
/// Names, types and shapes are checked here, and what is wrong is said in the terms of the source:
/// the module that comes out passes the verifiers.
/// The tree must come from a parse without errors. Loads the dialects that it needs.
ImportResult importModule(mlir::MLIRContext &context, const dsl::Module &tree,
                          dsl::DiagnosticEngine &diagnostics, const ImportOptions &options);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_IMPORT_H
