//===- Constants.h - what the constants of a .conv file hold --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_CONSTANTS_H
#define CONVWRIGHT_COMPILER_IMPORT_CONSTANTS_H

#include "compiler/Import/Safetensors.h"
#include "compiler/Import/Types.h"

#include "llvm/ADT/StringMap.h"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace convwright::compiler {

/// A constant tensor: elements in row-major logical order.
struct ConstantTensor {
  ir::TensorSpec spec;
  std::vector<std::byte> bytes;
};

/// A constant: a number, or a tensor.
struct Constant {
  std::variant<double, ConstantTensor> value;
  llvm::SMRange origin; // its type where it has one, otherwise its value
};

/// The constants of a file. Everything is checked and every file read when it is made.
class ConstantTable {
public:
  /// `directory`: what paths in `load` are relative to.
  ConstantTable(const dsl::Module &module, const std::string &directory, Reporter &reporter);

  /// Null when the constant is faulty (which has been reported) or does not exist.
  const Constant *find(llvm::StringRef name) const;
  bool failed() const { return anyFailed; }
  /// The files that were read, in order, each once.
  const std::vector<std::string> &filesRead() const { return files; }

private:
  std::optional<Constant> import(const dsl::ConstDecl &decl);
  std::optional<Constant> importNumber(const dsl::ConstDecl &decl, const dsl::Value &value);
  std::optional<Constant> importList(const dsl::ConstDecl &decl, const dsl::Value &value);
  std::optional<Constant> importLoad(const dsl::ConstDecl &decl, const dsl::Load &load);
  const Safetensors *open(const dsl::Load &load);
  const TensorView *findTensor(const dsl::Load &load, const Safetensors &file);

  std::string directory;
  Reporter &reporter;
  llvm::StringMap<Constant> constants;
  llvm::StringMap<std::optional<Safetensors>> opened;
  std::vector<std::string> files;
  bool anyFailed = false;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_CONSTANTS_H
