//===- Types.h - the types that a .conv file writes -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_TYPES_H
#define CONVWRIGHT_COMPILER_IMPORT_TYPES_H

#include "compiler/IR/ConvShape.h"
#include "compiler/Import/Reporter.h"
#include "dsl/Ast.h"

#include "llvm/ADT/StringMap.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::compiler {

/// The sizes that a layer's types may name.
struct Sizes {
  std::vector<schedules::Symbol> symbols;     // what extents refer to
  std::vector<llvm::SMRange> ranges;          // where each is declared, for notes
  llvm::StringMap<schedules::Extent> extents; // by name
};

/// Whose type it is: decides what it may say.
enum class TypeRole : uint8_t { Activation, Weight, Constant, Result };

/// The type of schedules/ that the language's is; none for those of later versions.
std::optional<schedules::ElementType> elementType(dsl::ElementType type);

/// "f32[1, 64, H, W]".
std::string typeText(const ir::TensorSpec &spec, ir::Symbols symbols);

/// Checks a type and reports what is wrong with it.
std::optional<ir::TensorSpec> importType(const dsl::TensorType &type, TypeRole role,
                                         const Sizes &sizes, Reporter &reporter);

/// Imports the symbols of a layer, in order of declaration; reports bad ranges. Complete even then.
Sizes importSizes(const dsl::LayerDecl &layer, Reporter &reporter, bool &failed);

/// Begins a report of a constraint that does not hold.
Report reportViolation(Reporter &reporter, const ir::Violation &violation, llvm::SMRange range);

/// Notes where the sizes in `dims` are declared.
void noteSizes(Report &report, const ir::Dims &dims, const Sizes &sizes);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_TYPES_H
