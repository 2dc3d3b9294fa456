//===- Names.h - what things are called in a generated library -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_NAMES_H
#define CONVWRIGHT_COMPILER_EMIT_NAMES_H

#include "compiler/Emit/Emit.h"

namespace convwright::compiler {

/// Whether `name` can be a prefix of C symbols and a file's name. It never stands alone in C, so a
/// word of C is one too: "case" gives case_sobel_run().
bool isLibraryName(std::string_view name);

/// "edges_sobel": the prefix of the layer's entries.
std::string layerPrefix(const std::string &library, const LayerProgram &layer);

/// A kernel's symbol: unique in the library, and telling in a profile.
std::string kernelSymbol(const std::string &library, const LayerProgram &layer,
                         const schedules::Target &target, size_t step);

/// The function that a CompiledKernel's entry stands for (see schedules/Schedules.h).
inline std::string entrySymbol(const std::string &entry) { return entry + "_argv"; }

/// Parameter names of one entry: `names` as the .conv file has them, but for those that C, C++ or
/// the entry's other parameters (`taken`) need, which get underscores behind them.
std::vector<std::string> parameterNames(const std::vector<std::string> &names,
                                        std::vector<std::string> taken);

/// "(H + 1) / 2": an extent in terms of the symbols; divisions round down.
std::string printExtent(const schedules::Extent &extent,
                        const std::vector<schedules::Symbol> &symbols);
/// "u8[1, 1, H, W]".
std::string printType(const TensorInfo &tensor, const std::vector<schedules::Symbol> &symbols);
/// Of weights, and of tensors whose rank has no layout in the language.
inline constexpr std::string_view rowMajor = "row-major";
/// "nhwc", "ncw", "row-major": of an activation or a result.
std::string_view printLayout(const TensorInfo &tensor);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_NAMES_H
