//===- EntryObject.cpp - the object with a library's entries and tables --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/EntryObject.h"

#include "compiler/Emit/ConstantTables.h"
#include "compiler/Emit/Names.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>

#include <cstring>
#include <mutex>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// Writes the entries of all layers into a module.
class EntryWriter {
public:
  explicit EntryWriter(llvm::Module &module)
      : module(module), builder(module.getContext()), pointer(builder.getPtrTy()),
        size(builder.getInt64Ty()), status(builder.getInt32Ty()) {}

  void addDescription(const std::string &library, const std::string &text) {
    begin(library + "_description", pointer, 0);
    builder.CreateRet(addString(module, text));
  }

  void addLayer(const CompiledLibrary &library, size_t index) {
    AbiTables tables(library, index);
    const LayerProgram &layer = library.layer(index);
    std::string prefix = layerPrefix(library.name, layer);
    table = addTables(module, tables);
    addWorkspaceBytes(prefix);
    if (!layer.weights.empty()) {
      addPackedBytes(prefix);
      addPack(prefix, layer);
    }
    addRun(prefix, layer);
  }

private:
  llvm::Function *begin(const std::string &name, llvm::Type *result, size_t parameters) {
    std::vector<llvm::Type *> types(parameters, pointer);
    auto *function = llvm::Function::Create(llvm::FunctionType::get(result, types, false),
                                            llvm::GlobalValue::ExternalLinkage, name, module);
    function->setDoesNotThrow();
    builder.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", function));
    return function;
  }

  void returnCall(const char *callee, llvm::Type *result,
                  const std::vector<llvm::Value *> &arguments) {
    std::vector<llvm::Type *> types(arguments.size(), pointer);
    llvm::FunctionCallee function =
        module.getOrInsertFunction(callee, llvm::FunctionType::get(result, types, false));
    builder.CreateRet(builder.CreateCall(function, arguments));
  }

  /// The function's parameters [first, first + count) as an array on the stack.
  llvm::Value *gather(llvm::Function *function, size_t first, size_t count) {
    auto *type = llvm::ArrayType::get(pointer, count);
    llvm::Value *array = builder.CreateAlloca(type);
    for (size_t i = 0; i < count; ++i)
      builder.CreateStore(function->getArg(first + i),
                          builder.CreateConstInBoundsGEP2_64(type, array, 0, i));
    return array;
  }

  void addWorkspaceBytes(const std::string &prefix) {
    llvm::Function *function = begin(prefix + "_workspace_bytes", size, 1);
    returnCall("cwrt_workspace_bytes", size, {table, function->getArg(0)});
  }

  void addPackedBytes(const std::string &prefix) {
    begin(prefix + "_packed_bytes", size, 0);
    returnCall("cwrt_packed_bytes", size, {table});
  }

  void addPack(const std::string &prefix, const LayerProgram &layer) {
    size_t weights = layer.weights.size();
    llvm::Function *function = begin(prefix + "_pack", status, weights + 1);
    llvm::Value *list = gather(function, 0, weights);
    returnCall("cwrt_pack", status, {table, list, function->getArg(weights)});
  }

  void addRun(const std::string &prefix, const LayerProgram &layer) {
    size_t first = layer.weights.empty() ? 0 : 1;
    size_t arguments = layer.arguments.size(), results = layer.results.size();
    llvm::Function *function = begin(prefix + "_run", status, first + arguments + results + 1);
    llvm::Value *packed = first ? static_cast<llvm::Value *>(function->getArg(0))
                                : llvm::ConstantPointerNull::get(pointer);
    llvm::Value *argumentList = gather(function, first, arguments);
    llvm::Value *resultList = gather(function, first + arguments, results);
    returnCall(
        "cwrt_run", status,
        {table, packed, argumentList, resultList, function->getArg(first + arguments + results)});
  }

  llvm::Module &module;
  llvm::IRBuilder<> builder;
  llvm::PointerType *pointer;
  llvm::Type *size, *status;
  llvm::GlobalVariable *table = nullptr;
};

void initialiseTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
  });
}

Result<std::unique_ptr<llvm::TargetMachine>> makeMachine(const llvm::Triple &triple) {
  initialiseTargets();
  std::string message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return Error{"no code generator for " + triple.str() + ": " + message};
  const char *oldest = triple.isX86() ? "x86-64" : "generic";
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, oldest, /*Features=*/"", llvm::TargetOptions(), llvm::Reloc::PIC_));
}

Result<std::vector<std::byte>> generateCode(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::SmallVector<char, 0> code;
  llvm::raw_svector_ostream stream(code);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    return Error{"the code generator for " + module.getTargetTriple().str() +
                 " cannot write objects"};
  passes.run(module);
  std::vector<std::byte> bytes(code.size());
  std::memcpy(bytes.data(), code.data(), code.size());
  return bytes;
}

} // namespace

Result<std::vector<std::byte>> buildEntryObject(const CompiledLibrary &library,
                                                const std::string &description) {
  llvm::Triple triple(library.targets.front().program->target.triple);
  Result<std::unique_ptr<llvm::TargetMachine>> machine = makeMachine(triple);
  if (!machine)
    return machine.error();
  llvm::LLVMContext context;
  llvm::Module module(library.name, context);
  module.setTargetTriple(triple);
  module.setDataLayout((*machine)->createDataLayout());

  EntryWriter writer(module);
  writer.addDescription(library.name, description);
  for (size_t l = 0; l < library.layerCount(); ++l)
    writer.addLayer(library, l);
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(module, &stream))
    return Error{"the entries of " + library.name + " came out wrong: " + problem};
  return generateCode(module, **machine);
}

} // namespace convwright::compiler
