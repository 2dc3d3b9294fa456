//===- Schedules.h - the room's interface: choose a plan, compile a kernel -===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What compiler/ and tools/ include of this room. No Halide type crosses it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_SCHEDULES_H
#define CONVWRIGHT_SCHEDULES_SCHEDULES_H

#include "schedules/Kernel.h"
#include "schedules/Plan.h"
#include "schedules/Result.h"
#include "schedules/Target.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// The names in Algorithms.def, in its order ("direct", "pointwise", "depthwise", "loops" ...).
std::vector<std::string> algorithmNames();
/// One line of documentation for `name`.
std::string algorithmSummary(std::string_view name);
/// The relative L2 error that `name` promises for f32 (0 when it is exact for integer values too).
double algorithmErrorBound(std::string_view name);

/// What selection thought of one algorithm.
struct Consideration {
  std::string algorithm;
  bool legal = false;
  bool chosen = false;
  std::string whyNot;     // when not legal, or legal and slower: a sentence with the numbers
  double estimatedMs = 0; // when legal: the model's time at the symbols' `like` values, one thread
  Plan plan;              // when legal
};

/// What the user asked for; empty means free choice.
struct PlanRequest {
  std::string algorithm;
  std::map<std::string, int64_t> parameters;
  double tolerance = 0; // relative L2 error the user accepts; 0: any that is documented
};

/// What somebody who knows better than the cost models says of a kernel: records.
struct Advice {
  std::optional<Plan> plan;       // none: the cost models decide; validated like user input
  std::vector<std::string> notes; // for people: "record: measured 1.25 ms, 1.08 x the default"
};
/// Asked for each kernel before the cost models are. What the request excludes it does not advise.
/// Called from several threads.
using Advisor = std::function<Advice(const Kernel &, const Target &, const PlanRequest &)>;

struct Choice {
  Plan plan;
  std::vector<std::string> notes;        // of the advisor
  std::vector<Consideration> considered; // every algorithm, in registry order
};

/// Chooses by the targets' cost models; a default plan always exists (`loops` takes anything).
/// Errors: the requested algorithm does not exist, cannot compute this kernel, or a requested
/// parameter is unknown or out of range; the message says which and what is allowed.
Result<Choice> choosePlan(const Kernel &kernel, const Target &target, const PlanRequest &request);

/// Checks a plan that came from a record or a user as strictly as user input.
Result<Plan> validatePlan(const Kernel &kernel, const Target &target, const Plan &plan);

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
/// are 0. Symbolic sizes are taken from the buffers' extents. No alignment beyond the element's is
/// assumed of activations and outputs; 64 bytes of packed buffers. Both return 0 or a Halide error
/// code. The objects are built with user_context, no_runtime, no_asserts, no_bounds_query; they
/// refer to halide_malloc, halide_free, halide_do_par_for and nothing else of a runtime (CPU
/// targets), which runtime/src/Halide*.cpp provides.
struct CompiledKernel {
  std::string entry;
  std::string packEntry;            // empty: nothing to pack at run time
  std::vector<std::byte> object;    // one ELF relocatable, holding both entries
  std::vector<int32_t> activations; // indices into Kernel::operands
  std::vector<int32_t> weights;     // indices into Kernel::operands: Weights and Constants to pack
  std::vector<PackedBuffer> packed;
  std::vector<std::byte>
      constantPacked; // all of `packed`, laid out, when `weights` are all Constant
  std::vector<ScratchBuffer> scratch;
  double estimatedMs = 0; // by the static model, where that was asked; 0: not known
};

/// What else `compileKernel` can hand out, for `--emit`. LoopNest: the schedule's loops as text,
/// fast, because nothing is lowered.
enum class EmitKind : uint8_t { Object, Assembly, LlvmIr, HalideStatement, DeviceCode, LoopNest };

/// Compiles one kernel. `entry` becomes the symbol's stem. Thread-safe.
Result<CompiledKernel> compileKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                                     const std::string &entry);
/// The same kernel as text.
Result<std::string> emitKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                               const std::string &entry, EmitKind kind);

/// GPU targets: the object with Halide's device runtime that goes into the library once.
Result<std::vector<std::byte>> deviceRuntimeObject(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_SCHEDULES_H
