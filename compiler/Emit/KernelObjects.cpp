//===- KernelObjects.cpp - kernels' symbols, kept apart from an application's ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/KernelObjects.h"

#include "compiler/Emit/ConstantTables.h"
#include "compiler/Emit/Names.h"

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/ObjCopy/ConfigManager.h>
#include <llvm/ObjCopy/ObjCopy.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/StringSaver.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// An object file, what is to change in it, and the result.
class ObjectEditor {
public:
  static Result<ObjectEditor> open(const std::vector<std::byte> &bytes) {
    llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    auto object = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(text, "kernel"));
    if (!object)
      return Error{"a generated object cannot be read: " + toString(object.takeError())};
    return ObjectEditor(std::move(*object));
  }

  struct Symbol {
    std::string name;
    bool defined;
  };

  /// Global and weak symbols, in the order of the table.
  std::vector<Symbol> symbols() const {
    std::vector<Symbol> list;
    for (const llvm::object::SymbolRef &symbol : object->symbols()) {
      uint32_t flags = llvm::cantFail(symbol.getFlags());
      if (flags & llvm::object::SymbolRef::SF_Global)
        list.push_back({llvm::cantFail(symbol.getName()).str(),
                        !(flags & llvm::object::SymbolRef::SF_Undefined)});
    }
    return list;
  }

  void rename(const std::string &from, const std::string &to) {
    config.Common.SymbolsToRename[from] = keep(to);
  }
  /// `symbol` by its name before renaming.
  void hide(const std::string &symbol) {
    if (config.ELF.SymbolsToSetVisibility.empty())
      config.ELF.SymbolsToSetVisibility.emplace_back(llvm::objcopy::NameMatcher(),
                                                     llvm::ELF::STV_HIDDEN);
    addName(config.ELF.SymbolsToSetVisibility.front().first, symbol);
  }
  void makeLocal(const std::string &symbol) { addName(config.Common.SymbolsToLocalize, symbol); }

  Result<std::vector<std::byte>> finish() {
    config.Common.OutputFilename = "kernel";
    llvm::SmallVector<char, 0> text;
    llvm::raw_svector_ostream stream(text);
    if (llvm::Error error = llvm::objcopy::executeObjcopyOnBinary(config, *object, stream))
      return Error{"a generated object cannot be edited: " + toString(std::move(error))};
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
  }

private:
  explicit ObjectEditor(std::unique_ptr<llvm::object::ObjectFile> object)
      : object(std::move(object)) {}

  llvm::StringRef keep(const std::string &text) { return strings->emplace_back(text); }

  void addName(llvm::objcopy::NameMatcher &matcher, const std::string &name) {
    llvm::cantFail(matcher.addMatcher(llvm::objcopy::NameOrPattern::create(
        keep(name), llvm::objcopy::MatchStyle::Literal, [](llvm::Error error) { return error; })));
  }

  std::unique_ptr<llvm::object::ObjectFile> object;
  llvm::objcopy::ConfigManager config;
  std::unique_ptr<std::deque<std::string>> strings = std::make_unique<std::deque<std::string>>();
};

bool isEntry(const std::string &name, const schedules::CompiledKernel &kernel) {
  for (const std::string &entry : {kernel.entry, kernel.packEntry, kernel.stridedEntry})
    if (!entry.empty() && name == entrySymbol(entry))
      return true;
  return false;
}

bool isHalides(const std::string &name) { return name.starts_with("halide_"); }

/// What the runtime library offers to kernels on a CPU (runtime/src/HalideHooks.h).
bool isHook(const std::string &name) {
  static constexpr std::array hooks{"halide_malloc", "halide_free", "halide_do_par_for"};
  return std::ranges::find(hooks, name) != hooks.end();
}

} // namespace

Result<std::vector<std::byte>> isolateKernel(const schedules::CompiledKernel &kernel, bool isGpu) {
  Result<ObjectEditor> editor = ObjectEditor::open(kernel.object);
  if (!editor)
    return editor.error();
  std::string prefix = isGpu ? deviceSymbolPrefix : "cwrt_";
  for (const ObjectEditor::Symbol &symbol : editor->symbols()) {
    if (isEntry(symbol.name, kernel))
      editor->hide(symbol.name);
    else if (symbol.defined)
      editor->makeLocal(symbol.name);
    else if (isHalides(symbol.name)) {
      if (!isGpu && !isHook(symbol.name))
        return Error{"kernel " + kernel.entry + " refers to " + symbol.name +
                     ", which the runtime does not have; please report this"};
      editor->rename(symbol.name, prefix + symbol.name);
    }
  }
  return editor->finish();
}

Result<std::vector<std::byte>> isolateDeviceRuntime(const std::vector<std::byte> &object) {
  Result<ObjectEditor> editor = ObjectEditor::open(object);
  if (!editor)
    return editor.error();
  for (const ObjectEditor::Symbol &symbol : editor->symbols()) {
    if (!symbol.defined)
      continue;
    editor->rename(symbol.name, deviceSymbolPrefix + symbol.name);
    editor->hide(symbol.name);
  }
  return editor->finish();
}

} // namespace convwright::compiler
