//===- LayerContext.cpp - what the parts that import one layer share ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/LayerContext.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SourceMgr.h"

namespace convwright::compiler {

static mlir::Location fileLocation(mlir::MLIRContext *context, const llvm::SourceMgr &sources,
                                   llvm::SMRange range) {
  unsigned buffer = sources.FindBufferContainingLoc(range.Start);
  auto [line, column] = sources.getLineAndColumn(range.Start, buffer);
  return mlir::FileLineColLoc::get(context, sources.getMemoryBuffer(buffer)->getBufferIdentifier(),
                                   line, column);
}

mlir::Location LayerContext::location(llvm::SMRange range) const {
  mlir::MLIRContext *context = builder.opBuilder().getContext();
  const llvm::SourceMgr &sources = reporter.sourceMgr();
  mlir::Location location = fileLocation(context, sources, range);
  for (const CallFrame &frame : llvm::reverse(reporter.callStack()))
    location = mlir::CallSiteLoc::get(location, fileLocation(context, sources, frame.call));
  return location;
}

std::string LayerContext::typeText(const Tensor &tensor) const {
  return compiler::typeText(tensor.spec, sizes.symbols);
}

void LayerContext::noteOrigin(Report &report, const Value &value) const {
  const Tensor *tensor = value.tensor();
  if (!tensor)
    return;
  llvm::StringRef name = value.name.empty() ? sourceText(value.origin) : value.name;
  report.note(dsl::DiagId::NoteTypeIs, value.origin, name, typeText(*tensor));
}

llvm::StringRef sourceText(llvm::SMRange range) {
  const char *begin = range.Start.getPointer();
  return {begin, static_cast<size_t>(range.End.getPointer() - begin)};
}

} // namespace convwright::compiler
