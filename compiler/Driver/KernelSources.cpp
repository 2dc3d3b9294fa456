//===- KernelSources.cpp - which lines of the source a kernel computes ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/KernelSources.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <map>

namespace convwright::compiler {
namespace {

/// What a line contributes to a kernel.
struct Work {
  bool convolves = false, computes = false;
};

/// The line of the layer itself; 0: not known.
unsigned lineOf(mlir::Location location) {
  if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(location))
    return file.getLine();
  if (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(location))
    return lineOf(call.getCaller());
  if (auto named = llvm::dyn_cast<mlir::NameLoc>(location))
    return lineOf(named.getChildLoc());
  if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(location))
    for (mlir::Location part : fused.getLocations())
      if (unsigned line = lineOf(part))
        return line;
  return 0;
}

std::string textOfLine(const llvm::SourceMgr &sources, unsigned line) {
  const auto &buffer = sources.getBufferInfo(sources.getMainFileID());
  const char *begin = buffer.getPointerForLineNumber(line);
  if (!begin)
    return "";
  llvm::StringRef rest(begin, static_cast<size_t>(buffer.Buffer->getBufferEnd() - begin));
  return rest.take_until([](char c) { return c == '\n'; }).trim().str();
}

} // namespace

std::vector<std::string> sourcesOf(ir::KernelOp kernel, const llvm::SourceMgr &sources) {
  std::map<unsigned, Work> lines;
  for (mlir::Operation &op : kernel.getBody().front().without_terminator()) {
    if (llvm::isa<ir::Conv2dOp>(op)) {
      lines[lineOf(op.getLoc())].convolves = true;
      continue;
    }
    // Of a map, what stands in it: several lines may have been fused.
    op.walk([&](mlir::Operation *inner) {
      bool isWork = inner != &op && !inner->hasTrait<mlir::OpTrait::ConstantLike>() &&
                    !inner->hasTrait<mlir::OpTrait::IsTerminator>();
      if (isWork)
        lines[lineOf(inner->getLoc())].computes = true;
    });
  }
  std::vector<std::string> texts;
  for (const auto &[line, work] : lines) {
    if (line == 0)
      continue;
    const char *what = work.convolves && work.computes ? "conv2d and pointwise work"
                       : work.convolves                ? "conv2d"
                                                       : "pointwise work";
    texts.push_back("line " + std::to_string(line) + ", " + what + ": " +
                    textOfLine(sources, line));
  }
  return texts;
}

} // namespace convwright::compiler
