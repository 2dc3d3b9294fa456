//===- Targets.cpp - the table of targets and this machine -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/targets/Target.h"

#include "convwright/abi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <unistd.h>
#include <utility>

namespace convwright::schedules {

namespace {

Target cpuRow(const char *name, Machine machine, const char *halide, const char *triple,
              uint64_t features, int vectorBits, int vectorRegisters, bool fma, int64_t l1,
              int64_t l2, int64_t l3, int fmaPerCycle, double loadsPerCycle) {
  Target target;
  target.name = name;
  target.machine = machine;
  target.halideTarget = halide;
  target.triple = triple;
  target.cpuFeatures = features;
  target.vectorBits = vectorBits;
  target.vectorRegisters = vectorRegisters;
  target.hasFma = fma;
  target.l1 = l1 << 10;
  target.l2 = l2 << 10;
  target.l3 = l3 << 10;
  target.fmaPerCycle = fmaPerCycle;
  target.loadsPerCycle = loadsPerCycle;
  return target;
}

Target gpuRow(const char *name, Machine machine, const char *halide, const char *triple,
              uint64_t features, int registers, int multiprocessors, int warp, int maxThreads,
              int64_t sharedMemory) {
  Target target;
  target.name = name;
  target.machine = machine;
  target.halideTarget = halide;
  target.triple = triple;
  target.cpuFeatures = features;
  target.vectorRegisters = registers;
  target.multiprocessors = multiprocessors;
  target.warp = warp;
  target.maxThreadsPerBlock = maxThreads;
  target.sharedMemory = sharedMemory << 10;
  return target;
}

std::vector<Target> makeRows() {
  std::vector<Target> rows;
#define TARGET(name, aliases, machine, ...)                                                        \
  rows.push_back(cpuRow(name, Machine::machine, __VA_ARGS__));
#define GPU_TARGET(name, aliases, machine, ...)                                                    \
  rows.push_back(gpuRow(name, Machine::machine, __VA_ARGS__));
#include "schedules/targets/Targets.def"
  return rows;
}

uint64_t featuresHere() {
  uint64_t features = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"))
    features |= CW_CPU_SSE41;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    features |= CW_CPU_AVX2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    features |= CW_CPU_AVX512;
  if (__builtin_cpu_supports("avx512vnni"))
    features |= CW_CPU_AVX512_VNNI;
  if (__builtin_cpu_supports("avx512bf16"))
    features |= CW_CPU_AVX512_BF16;
#elif defined(__aarch64__)
  features = CW_CPU_NEON;
#endif
  return features;
}

Machine machineHere() {
#if defined(__aarch64__)
  return Machine::AArch64;
#else
  return Machine::X86;
#endif
}

/// Rows named after a core are tuned for it; others with its features do better with a general row.
bool tunedForHere(const Target &target) {
#if defined(__x86_64__)
  if (target.name == "znver4")
    return __builtin_cpu_is("amd") != 0;
#endif
  return true;
}

void takeCachesFromHere(Target &target) {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  auto update = [](int64_t &size, long reported, int64_t share) {
    if (reported > 0)
      size = reported / share;
  };
  update(target.l1, sysconf(_SC_LEVEL1_DCACHE_SIZE), 1);
  update(target.l2, sysconf(_SC_LEVEL2_CACHE_SIZE), 1);
  update(target.l3, sysconf(_SC_LEVEL3_CACHE_SIZE),
         std::max(1u, std::thread::hardware_concurrency()));
#endif
}

/// The target that other compilers call so; empty: there is none.
std::string targetCalled(std::string_view alias) {
  static constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"host", "native auto"},
#define TARGET(name, aliases, ...) {name, aliases},
#define GPU_TARGET(name, aliases, ...) {name, aliases},
#include "schedules/targets/Targets.def"
  };
  for (auto [name, aliases] : rows) {
    llvm::SmallVector<llvm::StringRef> words;
    llvm::StringRef(aliases).split(words, ' ', -1, /*KeepEmpty=*/false);
    if (llvm::is_contained(words, llvm::StringRef(alias)))
      return std::string(name);
  }
  return "";
}

Error unknownTarget(std::string_view name) {
  std::string nearest, list = "host";
  size_t best = std::numeric_limits<size_t>::max();
  for (const Target &target : allTargets()) {
    list += ", " + target.name;
    if (size_t distance = llvm::StringRef(name).edit_distance(target.name); distance < best) {
      best = distance;
      nearest = target.name;
    }
  }
  if (std::string called = targetCalled(name); !called.empty())
    nearest = called;
  return {"unknown target '" + std::string(name) + "'; did you mean '" + nearest +
          "'? known targets: " + list};
}

} // namespace

const std::vector<Target> &allTargets() {
  static const std::vector<Target> rows = makeRows();
  return rows;
}

bool runsHere(const Target &target) {
  if (target.isGpu())
    return false;
  return target.machine == machineHere() && (target.cpuFeatures & ~featuresHere()) == 0;
}

Result<Target> findTarget(std::string_view name) {
  for (const Target &target : allTargets()) {
    if (name == target.name)
      return target;
    if (name == "host" && runsHere(target) && tunedForHere(target)) {
      Target host = target;
      host.here = true;
      takeCachesFromHere(host);
      return host;
    }
  }
  return unknownTarget(name);
}

} // namespace convwright::schedules
