//===- Emit.cpp - programs become a library that an application links ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Emit.h"

#include "compiler/Emit/Archive.h"
#include "compiler/Emit/LibraryTexts.h"
#include "compiler/Emit/OutputFiles.h"

#include <optional>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

/// Asks before hours of compiling what would fail after it.
static std::optional<Error> checkDirectory(const std::string &directory) {
  Result<std::vector<std::string>> nothing = OutputFiles(directory).put();
  return nothing ? std::nullopt : std::optional<Error>(nothing.error());
}

Result<std::vector<std::string>> emitLibrary(const std::vector<TargetProgram> &programs,
                                             const EmitOptions &options) {
  if (std::optional<Error> error = checkDirectory(options.directory))
    return *error;
  Result<CompiledLibrary> library = compileKernels(programs, options);
  if (!library)
    return library.error();
  std::string description = writeDescription(*library, options.records);
  Result<std::string> archive = buildArchive(*library, description);
  if (!archive)
    return archive.error();

  OutputFiles files(options.directory);
  files.add(options.name + ".h", writeHeader(*library));
  files.add("lib" + options.name + ".a", *archive);
  files.add(options.name + "Config.cmake", writeCMakeConfig(*library));
  files.add(options.name + ".json", description);
  if (options.cancelled && options.cancelled->load())
    return Error{"interrupted: nothing was written"};
  Result<std::vector<std::string>> paths = files.put();
  if (!paths || options.depfile.empty())
    return paths;

  size_t slash = options.depfile.rfind('/');
  bool bare = slash == std::string::npos;
  OutputFiles depfile(bare ? "." : options.depfile.substr(0, slash));
  depfile.add(bare ? options.depfile : options.depfile.substr(slash + 1),
              writeDepfile(*paths, options.dependencies));
  Result<std::vector<std::string>> written = depfile.put();
  return written ? paths : written;
}

Result<std::vector<std::string>> emitObjects(const std::vector<TargetProgram> &programs,
                                             const EmitOptions &options) {
  if (std::optional<Error> error = checkDirectory(options.directory))
    return *error;
  OutputFiles files(options.directory);
  for (const TargetProgram &program : programs) {
    Result<CompiledLibrary> library = compileKernels({program}, options);
    if (!library)
      return library.error();
    for (const std::vector<schedules::CompiledKernel> &layer : library->targets.front().kernels)
      for (const schedules::CompiledKernel &kernel : layer)
        files.add(kernel.entry + ".o", kernel.object);
  }
  return files.put();
}

} // namespace convwright::compiler
