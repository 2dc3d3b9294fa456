//===- ConstantTables.h - AbiTables as LLVM constants --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_CONSTANTTABLES_H
#define CONVWRIGHT_COMPILER_EMIT_CONSTANTTABLES_H

#include "compiler/Emit/AbiTables.h"

#include <llvm/IR/Module.h>

namespace convwright::compiler {

/// What a renamed device runtime's symbols begin with (KernelObjects.h).
inline constexpr char deviceSymbolPrefix[] = "cwrt_device_";

/// Adds the layer's tables to `module`, as private constants of abi.h's structures, and returns the
/// cw_layer. Kernels' entries become references to their symbols.
llvm::GlobalVariable *addTables(llvm::Module &module, const AbiTables &tables);

/// A private constant string.
llvm::Constant *addString(llvm::Module &module, llvm::StringRef text);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_CONSTANTTABLES_H
