//===- MlirMessages.cpp - what MLIR reports, in the terms of the source ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/MlirMessages.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace convwright::compiler {

MlirMessages::MlirMessages(mlir::MLIRContext *context)
    : handler(context, [this](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
          errors.push_back({diagnostic.str(), diagnostic.getLocation()});
        return mlir::success();
      }) {}

/// The first place in a file that the location knows of; for inlined code the innermost.
static mlir::FileLineColLoc fileLocation(mlir::Location location) {
  mlir::FileLineColLoc found;
  location->walk([&](mlir::Location part) {
    found = llvm::dyn_cast<mlir::FileLineColLoc>(part);
    return found ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return found;
}

/// The name or number that begins at the place, so that there is something to underline.
static llvm::SMRange rangeAt(const llvm::SourceMgr &sources, mlir::FileLineColLoc location) {
  if (!location)
    return {};
  const auto &buffer = sources.getBufferInfo(sources.getMainFileID());
  const char *line = buffer.getPointerForLineNumber(location.getLine());
  if (!line)
    return {};
  const char *last = buffer.Buffer->getBufferEnd();
  const char *begin = std::min(line + location.getColumn() - 1, last), *end = begin;
  while (end != last && (llvm::isAlnum(*end) || *end == '_'))
    ++end;
  return {llvm::SMLoc::getFromPointer(begin), llvm::SMLoc::getFromPointer(end)};
}

void MlirMessages::reportAsUserErrors(dsl::DiagnosticEngine &engine) const {
  for (const Entry &error : errors)
    (void)engine.report(dsl::DiagId::PlanRefused,
                        rangeAt(engine.sourceMgr(), fileLocation(error.location)), error.message);
}

std::string MlirMessages::text() const {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Entry &error : errors)
    out << error.location << ": " << error.message << "\n";
  return text;
}

} // namespace convwright::compiler
