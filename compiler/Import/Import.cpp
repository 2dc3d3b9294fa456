//===- Import.cpp - from the tree of a .conv file to the conv dialect -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Import.h"

#include "compiler/Import/Layers.h"

#include "compiler/IR/ConvDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

namespace convwright::compiler {

static mlir::Location fileLocation(mlir::MLIRContext &context, const llvm::SourceMgr &sources) {
  return mlir::FileLineColLoc::get(
      &context, sources.getMemoryBuffer(sources.getMainFileID())->getBufferIdentifier(), 1, 1);
}

ImportResult importModule(mlir::MLIRContext &context, const dsl::Module &tree,
                          dsl::DiagnosticEngine &diagnostics, const ImportOptions &options) {
  context.loadDialect<ir::ConvDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  Reporter reporter(diagnostics);
  Names names = resolveNames(tree, reporter);
  ConstantTable constants(tree, options.directory, reporter);

  ImportResult result;
  result.filesRead = constants.filesRead();
  result.module = mlir::ModuleOp::create(fileLocation(context, diagnostics.sourceMgr()));
  mlir::OpBuilder builder(result.module->getBodyRegion());
  LayerImporter layers(builder, names, constants, reporter, options.algorithms);
  for (const dsl::LayerDecl &layer : tree.layers)
    if (names.isSound(layer))
      layers.import(layer);
  if (diagnostics.hasErrors())
    result.module = nullptr;
  return result;
}

} // namespace convwright::compiler
