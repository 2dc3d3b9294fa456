//===- Target.h - what a schedule must know of a machine -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TARGETS_TARGET_H
#define CONVWRIGHT_SCHEDULES_TARGETS_TARGET_H

#include "schedules/kernel/Result.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

enum class Machine : uint8_t { X86, AArch64, OpenCL, Cuda };

/// A row of targets/Targets.def. Sizes in bytes.
struct Target {
  std::string name; // as users spell it: "znver4", "x86-64-v3", "cuda-sm_80"
  Machine machine = Machine::X86;
  std::string halideTarget; // "x86-64-linux-avx-avx2-..." without the features every build adds
  std::string triple;       // of the CPU side, for the entry stubs: "x86_64-unknown-linux-gnu"
  uint64_t cpuFeatures =
      0; // CW_CPU_* bits that the machine must have (runtime/include/convwright/abi.h)
  int vectorBits = 128;     // CPU: SIMD register width
  int vectorRegisters = 16; // CPU: how many; GPU: 32-bit registers per thread to aim for
  bool hasFma = false;
  int64_t l1 = 32 << 10, l2 = 256 << 10,
          l3 = 4 << 20;     // CPU: data caches of one core (l3: its share)
  int fmaPerCycle = 2;      // CPU: vector FMAs (or multiply + add pairs) issued a cycle
  double loadsPerCycle = 2; // CPU: full-width vector loads a cycle
  // GPU only:
  int multiprocessors = 1, warp = 32, maxThreadsPerBlock = 256;
  int64_t sharedMemory = 48 << 10;

  bool here = false; // a row with the caches of this machine: what "host" means

  /// Bytes of a cache line, and lines of a set of L1, on every CPU of the table.
  static constexpr int64_t cacheLine = 64, l1Ways = 8;
  /// How many lines that lie so many bytes apart fit in L1 together: fewer than it has when the
  /// distance is a multiple of a large power of two.
  int64_t l1LinesApart(int64_t bytes) const {
    int64_t way = l1 / l1Ways;
    return l1Ways * (way / std::max(cacheLine, std::gcd(bytes, way)));
  }

  int lanes(int elementBytes) const { return vectorBits / 8 / elementBytes; }
  bool isGpu() const { return machine == Machine::OpenCL || machine == Machine::Cuda; }
};

/// Every row of Targets.def, in the order of the file.
const std::vector<Target> &allTargets();
/// The target of that name. "host" is the best row that this machine can run (env
/// CONVWRIGHT_TARGET does not change it), with the caches that this machine reports.
/// The error names the nearest known one.
Result<Target> findTarget(std::string_view name);
/// Whether this machine can run code for `target` natively.
bool runsHere(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TARGETS_TARGET_H
