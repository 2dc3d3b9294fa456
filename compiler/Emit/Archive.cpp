//===- Archive.cpp - objects in a static library -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Archive.h"

#include "compiler/Emit/EntryObject.h"
#include "compiler/Emit/KernelObjects.h"

#include <llvm/Object/ArchiveWriter.h>

#include <deque>
#include <optional>

using convwright::schedules::CompiledKernel;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

using Object = Result<std::vector<std::byte>>;

class ArchiveBuilder {
public:
  /// Notes the first error; later calls then do nothing.
  void add(const std::string &name, Object object) {
    if (failure)
      return;
    if (!object) {
      failure = object.error();
      return;
    }
    std::vector<std::byte> &bytes = objects.emplace_back(std::move(*object));
    names.push_back(name + ".o");
    llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    members.emplace_back(llvm::MemoryBufferRef(text, names.back()));
  }

  Result<std::string> finish() {
    if (failure)
      return *failure;
    auto archive = llvm::writeArchiveToBuffer(members, llvm::SymtabWritingMode::NormalSymtab,
                                              llvm::object::Archive::K_GNU,
                                              /*Deterministic=*/true, /*Thin=*/false);
    if (!archive)
      return Error{"the static library cannot be made: " + toString(archive.takeError())};
    return (*archive)->getBuffer().str();
  }

private:
  std::optional<Error> failure;
  std::deque<std::vector<std::byte>> objects;
  std::deque<std::string> names;
  std::vector<llvm::NewArchiveMember> members;
};

} // namespace

Result<std::string> buildArchive(const CompiledLibrary &library, const std::string &description) {
  ArchiveBuilder archive;
  archive.add(library.name + "_entries", buildEntryObject(library, description));
  for (const CompiledTarget &target : library.targets) {
    const schedules::Target &machine = target.program->target;
    for (const std::vector<CompiledKernel> &layer : target.kernels)
      for (const CompiledKernel &kernel : layer)
        archive.add(kernel.entry, isolateKernel(kernel, machine.isGpu()));
    if (machine.isGpu())
      archive.add("cwrt_device_" + machine.name, isolateDeviceRuntime(target.deviceRuntime));
  }
  return archive.finish();
}

} // namespace convwright::compiler
