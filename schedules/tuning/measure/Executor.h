//===- Executor.h - where runner processes run -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXECUTOR_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXECUTOR_H

#include "schedules/targets/Target.h"
#include "schedules/tuning/measure/Process.h"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// Another machine, or an emulator of one.
struct RemoteOptions {
  std::string prefix;             // "ssh board", "qemu-aarch64 -cpu neoverse-n1 -L /usr/aarch64-…"
  std::string copy;               // "scp -q {from} board:{to}", "cp {from} {to}"
  std::string directory = "/tmp"; // there; without spaces
};

/// Starts runner processes (tools/measure-runner) and brings files to where they run.
/// Threads: one at a time.
class Executor {
public:
  virtual ~Executor() = default;
  /// The path of a copy of the local file over there; files of one stem and directory have one
  /// stem there, too. Copies once; the file must not change.
  virtual Result<std::string> give(const std::string &file) = 0;
  /// The copies of these files are not needed any more.
  virtual void forget(const std::vector<std::string> &files) = 0;
  /// Runs the runner with these arguments (paths over there).
  virtual Result<ProcessEnd> run(const std::vector<std::string> &arguments,
                                 const ProcessLimits &limits,
                                 const std::atomic<bool> *cancelled) = 0;
};

/// `runner`: its path here.
std::unique_ptr<Executor> makeLocalExecutor(const std::string &runner);
/// Copies the runner there at once; removes all copies at the end. Errors: the copy command fails,
/// or lacks {from} or {to}.
Result<std::unique_ptr<Executor>> makeRemoteExecutor(const std::string &runner,
                                                     const RemoteOptions &options);

/// What the runner says of the machine that it is started on, of its last `threads` cores.
/// Errors: it does not start there, or does not answer within a minute.
Result<nlohmann::json> askHardware(Executor &executor, int threads);

/// The runner program for a target: $CONVWRIGHT_MEASURE_RUNNER, or measure_runner (for 64-bit ARM
/// from elsewhere, measure_runner-aarch64) in ../libexec/convwright/ beside this program. Errors:
/// it is not there, or what the variable names is no program.
Result<std::string> findRunner(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXECUTOR_H
