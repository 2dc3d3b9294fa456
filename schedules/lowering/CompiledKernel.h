//===- CompiledKernel.h - what comes out of code generation -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_COMPILEDKERNEL_H
#define CONVWRIGHT_SCHEDULES_LOWERING_COMPILEDKERNEL_H

#include "schedules/kernel/Kernel.h"

#include <cstddef>
#include <string>
#include <vector>

namespace convwright::schedules {

/// A packed parameter buffer of one kernel: dims innermost first, dense. Buffers lie one after
/// the other, each at a multiple of 64 bytes, in the order of CompiledKernel::packed.
struct PackedBuffer {
  ElementType type = ElementType::F32;
  std::vector<int64_t> dims;
  int64_t bytes() const;
};

/// Scratch that one call allocates through halide_malloc: at most the product of `dims` elements of
/// `elementBytes`, plus 64, for each such buffer; `perThread` ones once per worker.
struct ScratchBuffer {
  std::vector<Extent> dims;
  int64_t elementBytes = 4;
  bool perThread = false;
};

/// The argument convention of a compiled kernel.
///   int <entry>_argv(void **args)
///     args[0]   the address of the user context pointer (its type: void **)
///     then      one halide_buffer_t * for each operand in `activations`, each of `packed`, each
///     output
///   int <packEntry>_argv(void **args)
///     args[0]   likewise
///     then      one halide_buffer_t * for each operand in `weights` (raw), then each of `packed`
/// Buffers' dimensions are given innermost in memory first: nhwc activations as (C, W, H, N), nchw
/// as (W, H, C, N), rank-1 as (C); raw weights reversed, [K, C/G, R, S] as (S, R, C/G, K). All mins
/// are 0. Dimensions within denseDims() are dense, the strides of the others are the buffers': of
/// the entry where `stridedEntry` is empty, otherwise of that one (a part of an output: of the
/// whole, times its step). Symbolic sizes are taken from the buffers' extents. No alignment beyond
/// the element's is assumed of activations and outputs; 64 bytes of packed buffers. Both return 0
/// or a Halide error code. The objects are built with user_context, no_runtime, no_asserts,
/// no_bounds_query; they refer to halide_malloc, halide_free, halide_do_par_for and nothing else of
/// a runtime (CPU targets), which runtime/src/Halide*.cpp provides.
struct CompiledKernel {
  std::string entry;
  std::string packEntry; // empty: nothing to pack at run time
  /// Beside an `entry` that takes dense tensors only, where it was asked for: takes the others,
  /// with the same packed buffers.
  std::string stridedEntry;
  std::vector<std::byte> object;    // one ELF relocatable, holding all entries
  std::vector<int32_t> activations; // indices into Kernel::operands
  std::vector<int32_t> weights;     // indices into Kernel::operands: Weights and Constants to pack
  std::vector<PackedBuffer> packed;
  std::vector<std::byte>
      constantPacked; // all of `packed`, laid out, when `weights` are all Constant
  std::vector<ScratchBuffer> scratch, stridedScratch;
  double estimatedMs = 0; // by the static model, where that was asked; 0: not known
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_COMPILEDKERNEL_H
