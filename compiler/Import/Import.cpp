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

/// "it holds 2 constants and 1 function".
static std::string contentText(const dsl::Module &tree) {
  auto counted = [](size_t count, const char *what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  std::string constants = counted(tree.constants.size(), "constant");
  std::string functions = counted(tree.functions.size(), "function");
  if (tree.constants.empty() && tree.functions.empty())
    return "it is empty";
  if (tree.constants.empty() || tree.functions.empty())
    return "it holds " + (tree.constants.empty() ? functions : constants);
  return "it holds " + constants + " and " + functions;
}

static void warnOfNoLayer(const dsl::Module &tree, dsl::DiagnosticEngine &diagnostics) {
  const llvm::SourceMgr &sources = diagnostics.sourceMgr();
  const char *begin = sources.getMemoryBuffer(sources.getMainFileID())->getBufferStart();
  llvm::SMLoc place = llvm::SMLoc::getFromPointer(begin);
  (void)diagnostics.report(dsl::DiagId::NoLayer, {place, place}, contentText(tree));
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
  else if (tree.layers.empty())
    warnOfNoLayer(tree, diagnostics);
  return result;
}

} // namespace convwright::compiler
