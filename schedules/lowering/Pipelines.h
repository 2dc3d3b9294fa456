//===- Pipelines.h - the scheduled Halide pipelines of one kernel ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Internal to the room: what an algorithm's build() gives to Compile.cpp.
//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_PIPELINES_H
#define CONVWRIGHT_SCHEDULES_LOWERING_PIPELINES_H

#include "schedules/lowering/CompiledKernel.h"

#include <Halide.h>

#include <optional>
#include <vector>

namespace convwright::schedules {

/// An extent or index for Halide, which counts in 32 bits; compiler/IR has checked that it fits.
inline int toInt(int64_t value) { return static_cast<int>(value); }

/// Two pipelines, fully scheduled, and what the caller must know of their arguments. Made by
/// lowering/Tensors.h's Tensors::finish().
struct Pipelines {
  Halide::Pipeline run;
  std::vector<Halide::Argument> runArguments; // one for each of `activations`, then of `packed`
  /// Reads the weights, writes every packed buffer; none when nothing is packed.
  std::optional<Halide::Pipeline> pack;
  std::vector<Halide::Argument> packArguments; // one for each of `weights`
  std::vector<Halide::ImageParam> weightParams;
  std::vector<int32_t> activations; // indices into Kernel::operands
  std::vector<int32_t> weights;     // likewise
  std::vector<PackedBuffer> packed;
  std::vector<ScratchBuffer> scratch;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_PIPELINES_H
