//===- Assembler.cpp - assembly to an object ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/Assembler.h"

#include "schedules/tuning/measure/static/LlvmTarget.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/MC/MCAsmBackend.h>
#include <llvm/MC/MCCodeEmitter.h>
#include <llvm/MC/MCObjectWriter.h>
#include <llvm/Support/raw_ostream.h>

namespace convwright::schedules {

Result<std::vector<std::byte>> assemble(const std::string &assembly, const std::string &triple,
                                        const std::string &cpu) {
  Result<LlvmTarget> found = LlvmTarget::find(triple, cpu);
  if (!found)
    return found.error();
  const LlvmTarget &llvm = *found;
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  auto streamer = [&](llvm::MCContext &context) {
    std::unique_ptr<llvm::MCAsmBackend> backend(
        llvm.target->createMCAsmBackend(*llvm.subtarget, *llvm.registers, llvm.options));
    std::unique_ptr<llvm::MCObjectWriter> writer = backend->createObjectWriter(stream);
    std::unique_ptr<llvm::MCCodeEmitter> emitter(
        llvm.target->createMCCodeEmitter(*llvm.instructions, context));
    return std::unique_ptr<llvm::MCStreamer>(llvm.target->createMCObjectStreamer(
        llvm.triple, context, std::move(backend), std::move(writer), std::move(emitter),
        *llvm.subtarget));
  };
  if (std::optional<Error> error = llvm.parse(assembly, /*finish=*/true, streamer))
    return *error;
  auto *begin = reinterpret_cast<const std::byte *>(bytes.data());
  return std::vector<std::byte>(begin, begin + bytes.size());
}

} // namespace convwright::schedules
