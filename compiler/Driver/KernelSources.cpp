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
#include <set>

namespace convwright::compiler {
namespace {

/// What a line contributes to a kernel: operations by name ("conv2d"), pointwise work.
struct Work {
  std::set<std::string> operations;
  bool isPointwise = false;

  std::string text() const {
    std::string all;
    for (const std::string &name : operations)
      all += (all.empty() ? "" : ", ") + name;
    if (isPointwise)
      all += all.empty() ? "pointwise work" : " and pointwise work";
    return all;
  }
};

bool isConstant(mlir::Operation &op) {
  return op.hasTrait<mlir::OpTrait::ConstantLike>() || llvm::isa<ir::ConstantOp>(op);
}

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
    if (isConstant(op))
      continue;
    if (!llvm::isa<ir::MapOp>(op)) {
      lines[lineOf(op.getLoc())].operations.insert(op.getName().stripDialect().str());
      continue;
    }
    // What stands in the map: several lines may have been fused.
    for (mlir::Operation &scalar : op.getRegion(0).front().without_terminator())
      if (!isConstant(scalar))
        lines[lineOf(scalar.getLoc())].isPointwise = true;
  }
  for (mlir::Value result : kernel.getResults())
    for (mlir::Operation *user : result.getUsers())
      if (llvm::isa<ir::AssemblyOp>(user))
        lines[lineOf(user->getLoc())].operations.insert(user->getName().stripDialect().str() +
                                                        " in place");
  std::vector<std::string> texts;
  for (const auto &[line, work] : lines)
    if (line != 0)
      texts.push_back("line " + std::to_string(line) + ", " + work.text() + ": " +
                      textOfLine(sources, line));
  return texts;
}

} // namespace convwright::compiler
