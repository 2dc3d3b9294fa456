//===- SampledCheck.h - some of a layer's numbers against the reference -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_SAMPLEDCHECK_H
#define CONVWRIGHT_TOOLS_BENCH_SAMPLEDCHECK_H

#include "compiler/Lowering/Program.h"
#include "schedules/kernel/HostTensor.h"
#include "tools/bench/LayerRun.h"

#include <cmath>

namespace convwright::bench {

/// The tensors of a run, in the order of the layer's.
struct RunTensors {
  const std::vector<schedules::HostTensor> &arguments, &weights, &results;
};

/// Compares what the kernels wrote with their reference in double precision: all of it when that is
/// affordable, otherwise corners and a fixed pseudo-random choice, as many of it as `seconds` allow
/// and enough to tell. For layers too large for the interpreter. Every kernel reads arguments and
/// weights only and writes results; an error says so, or that enough take longer than that.
schedules::Result<Check> checkSampled(const compiler::LayerProgram &layer,
                                      std::span<const int64_t> sizes, const RunTensors &tensors,
                                      double seconds = HUGE_VAL);

/// checkSampled of what `run` has computed, noted in the result: its errors, or why it is
/// unchecked.
void checkInPart(LayerRun &run, const compiler::LayerProgram &layer, std::span<const int64_t> sizes,
                 double seconds, RowResult &result);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_SAMPLEDCHECK_H
