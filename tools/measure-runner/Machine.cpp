//===- Machine.cpp - the machine that a runner is on -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Machine.h"

#include "runtime/src/CpuFeatures.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sched.h>
#include <string>
#include <sys/utsname.h>

namespace convwright::measure {

namespace {

/// x86 says "model name"; ARM gives numbers of implementer and part.
std::string cpuModel() {
  std::ifstream file("/proc/cpuinfo");
  std::string numbers;
  for (std::string line; std::getline(file, line);) {
    size_t colon = line.find(": ");
    if (colon == std::string::npos)
      continue;
    std::string value = line.substr(colon + 2);
    if (line.starts_with("model name"))
      return value;
    if (line.starts_with("CPU implementer"))
      numbers = "ARM implementer " + value;
    if (line.starts_with("CPU part"))
      return numbers + " part " + value;
  }
  utsname names{};
  uname(&names);
  return names.machine;
}

/// Bytes of the data cache of that level; 0: unknown.
int64_t cacheBytes(int core, int level) {
  std::string base = "/sys/devices/system/cpu/cpu" + std::to_string(core) + "/cache/index";
  for (int i = 0; i < 8; ++i) {
    std::string index = base + std::to_string(i) + "/", kind;
    int found = 0;
    int64_t kib = 0;
    if (std::ifstream(index + "level") >> found && found == level &&
        std::ifstream(index + "type") >> kind && kind != "Instruction" &&
        std::ifstream(index + "size") >> kib)
      return kib << 10;
  }
  return 0;
}

} // namespace

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
  return {{"cpu", cpuModel()},         {"cores", cores},
          {"l1", cacheBytes(core, 1)}, {"l2", cacheBytes(core, 2)},
          {"l3", cacheBytes(core, 3)}, {"features", runtime::cpuFeatures()}};
}

} // namespace convwright::measure
