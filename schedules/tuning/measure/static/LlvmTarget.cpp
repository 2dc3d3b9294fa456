//===- LlvmTarget.cpp - LLVM's assembler for one CPU ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/LlvmTarget.h"

#include <llvm/MC/MCObjectFileInfo.h>
#include <llvm/MC/MCParser/MCAsmParser.h>
#include <llvm/MC/MCParser/MCTargetAsmParser.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>

namespace convwright::schedules {

namespace {

using namespace llvm;

void registerTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmParser();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmParser();
  });
}

void rememberFirst(const SMDiagnostic &diagnostic, void *context) {
  auto *message = static_cast<std::string *>(context);
  if (message->empty())
    *message =
        diagnostic.getMessage().str() + " in '" + diagnostic.getLineContents().trim().str() + "'";
}

} // namespace

Result<LlvmTarget> LlvmTarget::find(const std::string &triple, const std::string &cpu) {
  registerTargets();
  LlvmTarget found;
  found.triple = Triple(triple);
  found.options.X86RelaxRelocations = false; // as Halide's code generator
  std::string problem;
  found.target = TargetRegistry::lookupTarget(found.triple, problem);
  if (!found.target)
    return Error{"the static model cannot read code for '" + triple + "': " + problem};
  const llvm::Target &target = *found.target;
  found.registers.reset(target.createMCRegInfo(found.triple));
  found.assembly.reset(target.createMCAsmInfo(*found.registers, found.triple, found.options));
  found.subtarget.reset(target.createMCSubtargetInfo(found.triple, cpu, ""));
  if (!found.subtarget || !found.subtarget->isCPUStringValid(cpu))
    return Error{"LLVM knows no CPU '" + cpu + "' of '" + triple +
                 "'; correct its row in targets/MachineModels.def"};
  found.instructions.reset(target.createMCInstrInfo());
  return found;
}

std::optional<Error> LlvmTarget::parse(const std::string &text, bool finish,
                                       const MakeStreamer &make) const {
  SourceMgr source;
  std::string problem;
  source.setDiagHandler(rememberFirst, &problem);
  source.AddNewSourceBuffer(MemoryBuffer::getMemBuffer(text, "", true), SMLoc());
  MCContext context(triple, assembly.get(), registers.get(), subtarget.get(), &source, &options);
  std::unique_ptr<MCObjectFileInfo> object(target->createMCObjectFileInfo(context, /*PIC=*/true));
  context.setObjectFileInfo(object.get());
  std::unique_ptr<MCStreamer> streamer = make(context);
  std::unique_ptr<MCAsmParser> parser(createMCAsmParser(source, context, *streamer, *assembly));
  std::unique_ptr<MCTargetAsmParser> targetParser(
      target->createMCAsmParser(*subtarget, *parser, *instructions, options));
  parser->setTargetParser(*targetParser);
  if (parser->Run(/*NoInitialTextSection=*/false, /*NoFinalize=*/!finish))
    return Error{"the static model cannot read the assembly: " + problem};
  return std::nullopt;
}

} // namespace convwright::schedules
