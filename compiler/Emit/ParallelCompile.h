//===- ParallelCompile.h - kernels compiled in child processes -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_PARALLELCOMPILE_H
#define CONVWRIGHT_COMPILER_EMIT_PARALLELCOMPILE_H

#include "compiler/Emit/Emit.h"

#include <optional>

namespace convwright::compiler {

/// One kernel to compile and where it goes.
struct CompileJob {
  const TargetProgram *program = nullptr;
  const LayerProgram *layer = nullptr;
  size_t step = 0;
  schedules::CompiledKernel *result = nullptr;
};

/// schedules::compileKernel, or what a test puts in its place; called in the child.
using KernelCompiler = std::function<schedules::Result<schedules::CompiledKernel>(
    const CompileJob &job, const std::string &entry)>;
schedules::Result<schedules::CompiledKernel> compileOne(const CompileJob &job,
                                                        const std::string &entry);

/// Does the jobs, options.jobs at a time, each in a child process of its own. So
///   - a code generator that aborts takes no one along: it becomes an error that names the kernel;
///   - the bytes of an object do not depend on what was compiled before or beside it (Halide
///   numbers
///     names by counters of the process);
///   - an interruption need not wait.
/// Returns the first error; all children are gone then.
std::optional<schedules::Error> compileInChildren(const std::vector<CompileJob> &jobs,
                                                  const EmitOptions &options,
                                                  const KernelCompiler &compile = compileOne);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_PARALLELCOMPILE_H
