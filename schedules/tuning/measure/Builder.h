//===- Builder.h - candidates to shared objects, each in a child process ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILDER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILDER_H

#include "schedules/kernel/Problem.h"
#include "schedules/tuning/measure/BuiltInfo.h"
#include "schedules/tuning/measure/Process.h"
#include "schedules/tuning/records/Outcome.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace convwright::schedules {

struct BuildOptions {
  size_t jobs = 0;                  // processes at a time; 0: as many as this process may use CPUs
  double seconds = 20;              // of CPU time; ten times that by the clock
  int64_t bytes = int64_t{4} << 30; // of data, for each child
};

/// compileKernel, or what a test puts in its place; called in the child.
using KernelCompiler = std::function<Result<CompiledKernel>(
    const Kernel &kernel, const Plan &plan, const Target &target, const std::string &entry)>;

/// What became of one build: files, or a verdict.
struct Built {
  bool fine = false;
  std::string stem; // of the files that BuiltInfo.h lists, when fine
  Outcome outcome;  // when not fine: refused, crashed, timed_out or out_of_memory, and why;
                    // always: compileSeconds, and objectBytes when fine
};

/// Builds candidates in parallel, so that one which hangs, crashes or eats all memory is an outcome
/// and nothing else. Needs ld.lld or a compiler driver to link with.
/// Threads: one at a time (it forks).
class Builder {
public:
  explicit Builder(const BuildOptions &options = {}, KernelCompiler compile = compileKernel);

  /// `stems[i]`: the path of plans[i]'s files, without an extension, in a directory that exists.
  /// One Built each, in order. `cancelled`: children are killed, outcomes not reached are refused.
  /// Errors: the target is unknown, nothing to link with, no process can be made.
  Result<std::vector<Built>> build(const Problem &problem, const std::vector<Plan> &plans,
                                   const std::vector<std::string> &stems,
                                   const std::atomic<bool> *cancelled = nullptr) const;

private:
  BuildOptions options;
  KernelCompiler compile;
};

/// The command that links an object into a shared object for the target.
Result<std::vector<std::string>> linkCommand(const Target &target, const std::string &object,
                                             const std::string &output);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILDER_H
