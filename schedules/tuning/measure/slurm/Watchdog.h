//===- Watchdog.h - ends the cluster's work when the controller dies --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_WATCHDOG_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_WATCHDOG_H

#include <string>
#include <sys/types.h>

namespace convwright::schedules::slurm {

/// A process of its own that cancels this user's jobs of a name as soon as the process that made it
/// is gone, even by SIGKILL. Destroyed in order, it cancels nothing.
class Watchdog {
public:
  explicit Watchdog(const std::string &jobName);
  Watchdog(const Watchdog &) = delete;
  Watchdog &operator=(const Watchdog &) = delete;
  ~Watchdog();

private:
  int line = -1; // it listens at the other end
  pid_t process = -1;
};

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_WATCHDOG_H
