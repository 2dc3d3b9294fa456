//===- MlirMessages.h - what MLIR reports, in the terms of the source -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_MLIRMESSAGES_H
#define CONVWRIGHT_COMPILER_DRIVER_MLIRMESSAGES_H

#include "dsl/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"

#include <string>
#include <vector>

namespace convwright::compiler {

/// Collects what MLIR reports while it lives. Whoever made it says afterwards whose fault that is.
class MlirMessages {
public:
  explicit MlirMessages(mlir::MLIRContext *context);

  bool any() const { return !errors.empty(); }
  /// Reports the errors to the engine, at the places of the source that they come from.
  void reportAsUserErrors(dsl::DiagnosticEngine &engine) const;
  /// One line each, for a report of a bug.
  std::string text() const;

private:
  struct Entry {
    std::string message;
    mlir::Location location;
  };
  std::vector<Entry> errors;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_MLIRMESSAGES_H
