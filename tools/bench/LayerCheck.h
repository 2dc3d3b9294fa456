//===- LayerCheck.h - a layer's numbers against the reference -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_LAYERCHECK_H
#define CONVWRIGHT_TOOLS_BENCH_LAYERCHECK_H

#include "compiler/Driver/Driver.h"
#include "tools/bench/Bench.h"

#include <cmath>

namespace convwright::bench {

/// The reference interpreter on the layers of the driver's file, which must outlive it.
Interpret interpretWith(compiler::Driver &driver);

/// Runs the layer at sizes that the interpreter can bear and compares; where that would take longer
/// than `seconds`, in part. Sets the result's errors and `verified`; `problem` says what is wrong,
/// `unchecked` why nothing could be compared.
void checkLayer(const compiler::LayerProgram &layer, const tools::Layers &layers, int threads,
                const Interpret &interpret, RowResult &result, double seconds = HUGE_VAL);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_LAYERCHECK_H
