//===- Process.h - a child process within limits ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PROCESS_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PROCESS_H

#include "schedules/kernel/Result.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace convwright::schedules {

struct ProcessLimits {
  double seconds = 20;   // wall clock, until the process and all that it started are killed
  int64_t bytes = 0;     // of data (RLIMIT_DATA); 0: as the parent
  double cpuSeconds = 0; // of one process's CPU time, rounded up to whole ones; 0: any
};

/// How a process ended.
struct ProcessEnd {
  int exitCode = 0; // when neither killed nor timedOut
  int signal = 0;   // that killed it; 0: none
  bool timedOut = false;
  bool cancelled = false;
  std::string output, errors; // standard output and error
  double seconds = 0;

  bool fine() const { return !timedOut && !cancelled && !signal && exitCode == 0; }
};

/// The exit code of a child that found no memory (std::set_new_handler in runFunctions' children).
constexpr int outOfMemoryExit = 97;

/// On a busy machine a second of work takes several: limits are of CPU time, and so many times that
/// by the clock for what waits instead of working.
constexpr double patience = 10;

/// Calls each function in a child process of its own (fork), up to `jobs` at a time. The functions'
/// results are the exit codes; what they write to standard output and error is collected. Children
/// are process groups, end with the parent, ignore SIGINT, and read nothing. `ended` is called in
/// the order in which they end. When `cancelled` becomes true all are killed.
/// Errors: no process or pipe can be made.
Result<size_t> runFunctions(const std::vector<std::function<int()>> &functions, size_t jobs,
                            const ProcessLimits &limits,
                            const std::function<void(size_t index, ProcessEnd end)> &ended,
                            const std::atomic<bool> *cancelled);

/// Runs a program found along PATH, and waits for its end. A program that cannot be started ends
/// with exit code 127.
Result<ProcessEnd> runProgram(const std::vector<std::string> &command, const ProcessLimits &limits,
                              const std::atomic<bool> *cancelled = nullptr);

/// "SIGSEGV" for 11.
std::string signalName(int signal);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_PROCESS_H
