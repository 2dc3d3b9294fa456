//===- SharedObject.cpp - a library that tools load at once --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Archive.h"
#include "compiler/Emit/LibraryTexts.h"
#include "compiler/Emit/OutputFiles.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <cstdlib>
#include <optional>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// A compiler driver that links for the architecture.
Result<std::string> findLinker(const schedules::Target &target) {
  bool native = llvm::Triple(target.triple).getArch() ==
                llvm::Triple(llvm::sys::getProcessTriple()).getArch();
  std::vector<std::string> candidates =
      native ? std::vector<std::string>{"clang-22", "clang", "cc", "gcc"}
             : std::vector<std::string>{"aarch64-linux-gnu-gcc"};
  std::string tried;
  for (const std::string &candidate : candidates) {
    if (auto path = llvm::sys::findProgramByName(candidate))
      return *path;
    tried += (tried.empty() ? "" : ", ") + candidate;
  }
  return Error{"no program to link code for " + target.name + " with: looked for " + tried +
               " in PATH; install one (apt-get install " +
               (native ? "gcc" : "gcc-aarch64-linux-gnu") + ")"};
}

/// Runs `command`; its standard error goes into the error.
std::optional<Error> execute(const std::vector<std::string> &command, const std::string &log) {
  std::vector<llvm::StringRef> arguments(command.begin(), command.end());
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(log),
                                                llvm::StringRef(log)};
  std::string problem;
  int code =
      llvm::sys::ExecuteAndWait(command[0], arguments, std::nullopt, redirects, 0, 0, &problem);
  if (code == 0)
    return std::nullopt;
  if (auto text = llvm::MemoryBuffer::getFile(log))
    problem += (*text)->getBuffer().str();
  return Error{"linking failed (" + command[0] + ", code " + std::to_string(code) +
               "): " + problem};
}

std::vector<std::string> linkCommand(const std::string &linker, const std::string &archive,
                                     const std::string &runtime, const std::string &output) {
  return {linker, "-shared", "-o", output, "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive",
          runtime,
          // A process may load many of these, each with its own runtime.
          "-Wl,-Bsymbolic", "-Wl,-z,defs", "-pthread", "-ldl", "-lm"};
}

} // namespace

Result<std::string> emitSharedObject(const std::vector<TargetProgram> &programs,
                                     const EmitOptions &options, const std::string &runtime,
                                     const std::string &path) {
  Result<CompiledLibrary> library = compileKernels(programs, options);
  if (!library)
    return library.error();
  Result<std::string> linker = findLinker(programs.front().target);
  if (!linker)
    return linker;
  Result<std::string> archive = buildArchive(*library, writeDescription(*library, options.records));
  if (!archive)
    return archive;

  OutputFiles files(llvm::sys::path::parent_path(path).str());
  std::string stem = llvm::sys::path::filename(path).str();
  files.add(stem + ".a", *archive);
  files.add(stem + ".log", "");
  Result<std::vector<std::string>> staged = files.put();
  if (!staged)
    return staged.error();
  const std::string &archivePath = staged->at(0), &log = staged->at(1);
  std::string output = path + ".linking";
  llvm::FileRemover removeArchive(archivePath), removeLog(log), removeOutput(output);
  if (std::optional<Error> error = execute(linkCommand(*linker, archivePath, runtime, output), log))
    return *error;
  if (std::error_code code = llvm::sys::fs::rename(output, path))
    return Error{"cannot write " + path + ": " + code.message()};
  return path;
}

Result<std::string> runtimeLibrary(const std::string &executable) {
  if (const char *chosen = std::getenv("CONVWRIGHT_RUNTIME"); chosen && *chosen) {
    if (llvm::sys::fs::is_regular_file(chosen))
      return std::string(chosen);
    return Error{
        "CONVWRIGHT_RUNTIME is \"" + std::string(chosen) +
        "\", where no file is: set it to the path of libconvwright_runtime.a, or unset it"};
  }
  llvm::SmallString<256> prefix;
  if (llvm::sys::fs::real_path(executable, prefix))
    prefix = executable;
  llvm::sys::path::append(prefix, "..", "..");
  llvm::sys::path::remove_dots(prefix, /*remove_dot_dot=*/true);
  std::string tried;
  for (const char *directory : {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
    std::string path = (prefix + "/" + directory + "/libconvwright_runtime.a").str();
    if (llvm::sys::fs::exists(path))
      return path;
    tried += (tried.empty() ? "" : ", ") + path;
  }
  return Error{"Convwright's runtime is missing; looked for " + tried +
               ": install it beside the tools, or set CONVWRIGHT_RUNTIME to the path of "
               "libconvwright_runtime.a"};
}

} // namespace convwright::compiler
