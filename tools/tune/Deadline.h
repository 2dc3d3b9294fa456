//===- Deadline.h - a flag that rises when a moment has come ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_DEADLINE_H
#define CONVWRIGHT_TOOLS_TUNE_DEADLINE_H

#include <atomic>
#include <chrono>
#include <thread>

namespace convwright::tools {

/// What long work looks at when it is to end at a moment, or, as it does anyway, when another flag
/// has risen: work under way then is given up.
/// Threads  one of its own, which holds no lock, so that forking stays safe.
class Deadline {
public:
  using Clock = std::chrono::steady_clock;

  /// `also` outlives it.
  Deadline(Clock::time_point end, const std::atomic<bool> &also);
  Deadline(const Deadline &) = delete;
  Deadline &operator=(const Deadline &) = delete;
  ~Deadline();

  const std::atomic<bool> &risen() const { return flag; }

private:
  std::atomic<bool> flag{false}, unwanted{false};
  std::thread watcher;
};

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_DEADLINE_H
