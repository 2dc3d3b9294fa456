//===- Emit.h - programs become a library that an application links --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_EMIT_H
#define CONVWRIGHT_COMPILER_EMIT_EMIT_H

#include "compiler/Lowering/Program.h"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::compiler {

/// One kernel is compiled: `done` of `total`, `what` names it ("sobel for znver4").
struct EmitProgress {
  size_t done = 0, total = 0;
  std::string what;
};

struct EmitOptions {
  /// The library's name, a C identifier: prefix of every symbol and file. See libraryName().
  std::string name;
  /// Where the files go. It must exist.
  std::string directory = ".";
  /// Records that plans were taken from, for the self-description.
  std::vector<std::string> records;
  /// The files that were read (the .conv file, safetensors, records), and where to write a Makefile
  /// rule that lists them (empty: nowhere).
  std::vector<std::string> dependencies;
  std::string depfile;
  /// Kernels compiled at the same time; 0: one for each CPU.
  unsigned jobs = 0;
  /// Called from the calling thread.
  std::function<void(const EmitProgress &)> progress;
  /// Checked some times a second: when it becomes true, emission ends with an error, nothing
  /// written.
  const std::atomic<bool> *cancelled = nullptr;
};

/// "edge-filters.conv" -> "edge_filters": the name that a library gets from its source's file name.
std::string libraryName(std::string_view path);

/// Compiles every kernel of every program and writes, into options.directory,
///   <name>.h            the C header
///   lib<name>.a         entries, tables and kernels; needs libconvwright_runtime.a, pthread, dl
///   <name>Config.cmake  for find_package(<name>): the target <name>
///   <name>.json         the self-description, also returned by <name>_description()
/// Each kernel is compiled in a child process (fork): one that crashes is an error that names it.
/// One program for each target: CPU targets of one architecture, and GPU targets. The same input
/// gives the same bytes. All files appear, complete, or none does: on any error the directory is as
/// it was.
/// Returns the paths of the files. Errors: bad combination of targets, a kernel that cannot be
/// compiled, a directory that cannot be written; the message says what to do.
schedules::Result<std::vector<std::string>> emitLibrary(const std::vector<TargetProgram> &programs,
                                                        const EmitOptions &options);

/// Each kernel's object by itself, as <symbol>.o in options.directory: what `--emit obj` gives. The
/// children, the bytes and the errors are emitLibrary's; the programs' targets may be any.
schedules::Result<std::vector<std::string>> emitObjects(const std::vector<TargetProgram> &programs,
                                                        const EmitOptions &options);

/// The same library and the runtime as one shared object at `path`, for tools that load it
/// (`convwright run`, `bench`). Its entries are those of the header, and cw_last_error() etc.
/// `runtime` is libconvwright_runtime.a (see runtimeLibrary()). Links with clang, cc or gcc.
/// Returns `path`.
schedules::Result<std::string> emitSharedObject(const std::vector<TargetProgram> &programs,
                                                const EmitOptions &options,
                                                const std::string &runtime,
                                                const std::string &path);

/// Where libconvwright_runtime.a lies beside a tool (`executable`: its path): ../lib in the build
/// and the install tree; env CONVWRIGHT_RUNTIME overrides. The error says where it looked.
schedules::Result<std::string> runtimeLibrary(const std::string &executable);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_EMIT_H
