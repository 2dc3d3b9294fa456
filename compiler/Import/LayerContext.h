//===- LayerContext.h - what the parts that import one layer share --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_LAYERCONTEXT_H
#define CONVWRIGHT_COMPILER_IMPORT_LAYERCONTEXT_H

#include "compiler/Import/TensorBuilder.h"
#include "compiler/Import/Types.h"

namespace convwright::compiler {

/// The layer that is being imported: what its operations are built with and reported to.
struct LayerContext {
  Reporter &reporter;
  TensorBuilder &builder;
  const Sizes &sizes;

  /// Of the IR made for this place, within the calls being inlined.
  mlir::Location location(llvm::SMRange range) const;
  /// "f32[1, 64, H, W]".
  std::string typeText(const Tensor &tensor) const;
  /// Notes what shape and type a value has and where it has them from; nothing for a number.
  void noteOrigin(Report &report, const Value &value) const;
};

/// The source text of `range`.
llvm::StringRef sourceText(llvm::SMRange range);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_LAYERCONTEXT_H
