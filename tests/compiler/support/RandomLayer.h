//===- RandomLayer.h - layers that nobody would write, to test passes with ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_SUPPORT_RANDOMLAYER_H
#define CONVWRIGHT_TESTS_COMPILER_SUPPORT_RANDOMLAYER_H

#include "compiler/Reference/ExactTensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace convwright::compiler::testing {

/// A module with one layer, @layer: some convolutions, batch norms, maps, conversions and gates
/// over arguments with symbolic sizes, values used several times, weight-side work, several
/// results.
struct RandomLayer {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  ExactTensors inputs;        // arguments and weights, at sizes drawn within the symbols' ranges
  std::vector<int64_t> sizes; // those sizes
};

/// The same layer for the same seed. Loads the dialects that it needs.
RandomLayer drawLayer(mlir::MLIRContext &context, unsigned seed);

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_SUPPORT_RANDOMLAYER_H
