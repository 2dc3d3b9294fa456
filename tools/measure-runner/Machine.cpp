//===- Machine.cpp - the machine that a runner is on -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Machine.h"

#include "runtime/src/CpuFeatures.h"
#include "schedules/tuning/records/Hardware.h"

#include <nlohmann/json.hpp>

#include <sched.h>

namespace convwright::measure {

std::vector<int> lastCores(int threads) {
  cpu_set_t allowed;
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    return cores;
  for (int cpu = CPU_SETSIZE; cpu-- > 0 && static_cast<int>(cores.size()) < threads;)
    if (CPU_ISSET(cpu, &allowed))
      cores.insert(cores.begin(), cpu);
  return cores;
}

bool pinTo(const std::vector<int> &cores) {
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (int core : cores)
    if (core >= 0 && core < CPU_SETSIZE)
      CPU_SET(core, &wanted);
  return sched_setaffinity(0, sizeof wanted, &wanted) == 0;
}

nlohmann::json describeMachine(const std::vector<int> &cores) {
  int core = cores.empty() ? 0 : cores.back();
  nlohmann::json machine = schedules::thisProcessor();
  machine.update({{"cores", cores},
                  {"l1", schedules::cacheBytes(core, 1)},
                  {"l2", schedules::cacheBytes(core, 2)},
                  {"l3", schedules::cacheBytes(core, 3)},
                  {"features", runtime::cpuFeatures()}});
  return machine;
}

} // namespace convwright::measure
