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

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Plan.h"
#include "schedules/kernel/Result.h"
#include "schedules/lowering/CompiledKernel.h"
#include "schedules/targets/Target.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// The names in Algorithms.def, in its order ("direct", "pointwise", "depthwise", "loops" ...).
std::vector<std::string> algorithmNames();
/// One line of documentation for `name`.
std::string algorithmSummary(std::string_view name);
/// The relative L2 error that the plan's algorithm promises of the kernel; 0: there is no such
/// algorithm.
double errorBound(const Kernel &kernel, const Plan &plan);

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

/// What else `compileKernel` can hand out, for `--emit`. LoopNest: the schedule's loops as text,
/// fast, because nothing is lowered.
enum class EmitKind : uint8_t { Object, Assembly, LlvmIr, HalideStatement, DeviceCode, LoopNest };

/// Compiles one kernel. `entry` becomes the symbol's stem. Thread-safe.
Result<CompiledKernel> compileKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                                     const std::string &entry);
/// The same, and a second entry where the first takes dense tensors only.
Result<CompiledKernel> compileStridedKernel(const Kernel &kernel, const Plan &plan,
                                            const Target &target, const std::string &entry);
/// The same kernel as text.
Result<std::string> emitKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                               const std::string &entry, EmitKind kind);

/// GPU targets: the object with Halide's device runtime that goes into the library once.
Result<std::vector<std::byte>> deviceRuntimeObject(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_SCHEDULES_H
