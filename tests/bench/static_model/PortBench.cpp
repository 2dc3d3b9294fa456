//===- PortBench.cpp - measures a machine model's constants on an AVX2 machine ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   static_model_ports
// Prints cycles for short sequences that use one kind of port each: what the rows of
// schedules/targets/MachineModels.def hold. A cycle is a step of a chain of dependent additions.
//

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

namespace {

double seconds(const std::function<void()> &run) {
  double best = 1e9;
  for (int i = 0; i < 60; ++i) {
    auto begin = std::chrono::steady_clock::now();
    run();
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    best = std::min(best, time.count());
  }
  return best;
}

constexpr int64_t rounds = 20000;

// A loop of `rounds` rounds around `BODY`, which may use rbx (a buffer) and all vector registers.
#define SEQUENCE(BODY)                                                                             \
  [](char *buffer) {                                                                               \
    int64_t count = rounds;                                                                        \
    asm volatile("1:\n" BODY "dec %0\njnz 1b\n"                                                    \
                 : "+r"(count)                                                                     \
                 : "b"(buffer)                                                                     \
                 : "memory", "rax", "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6",        \
                   "ymm7", "ymm8", "ymm9", "ymm10", "ymm11", "ymm12", "ymm13");                    \
  }

#define FMAS8                                                                                      \
  "vfmadd231ps %%ymm12, %%ymm13, %%ymm0\nvfmadd231ps %%ymm12, %%ymm13, %%ymm1\n"                   \
  "vfmadd231ps %%ymm12, %%ymm13, %%ymm2\nvfmadd231ps %%ymm12, %%ymm13, %%ymm3\n"                   \
  "vfmadd231ps %%ymm12, %%ymm13, %%ymm4\nvfmadd231ps %%ymm12, %%ymm13, %%ymm5\n"                   \
  "vfmadd231ps %%ymm12, %%ymm13, %%ymm6\nvfmadd231ps %%ymm12, %%ymm13, %%ymm7\n"
#define LOADS4                                                                                     \
  "vmovups (%%rbx), %%ymm8\nvmovups 32(%%rbx), %%ymm9\n"                                           \
  "vmovups 64(%%rbx), %%ymm10\nvmovups 96(%%rbx), %%ymm11\n"
#define BROADCASTS4                                                                                \
  "vbroadcastss (%%rbx), %%ymm8\nvbroadcastss 4(%%rbx), %%ymm9\n"                                  \
  "vbroadcastss 64(%%rbx), %%ymm10\nvbroadcastss 68(%%rbx), %%ymm11\n"
#define SCALARS4                                                                                   \
  "movl (%%rbx), %%eax\nmovl 4(%%rbx), %%eax\nmovl 64(%%rbx), %%eax\nmovl 68(%%rbx), %%eax\n"
#define STORES4                                                                                    \
  "vmovups %%ymm0, 128(%%rbx)\nvmovups %%ymm1, 160(%%rbx)\n"                                       \
  "vmovups %%ymm2, 192(%%rbx)\nvmovups %%ymm3, 224(%%rbx)\n"
#define SCALARSTORES4                                                                              \
  "movl %%eax, 128(%%rbx)\nmovl %%eax, 132(%%rbx)\nmovl %%eax, 192(%%rbx)\nmovl %%eax, "           \
  "196(%%rbx)\n"
#define SHUFFLES4                                                                                  \
  "vunpcklps %%ymm12, %%ymm13, %%ymm8\nvunpcklps %%ymm12, %%ymm13, %%ymm9\n"                       \
  "vunpcklps %%ymm12, %%ymm13, %%ymm10\nvunpcklps %%ymm12, %%ymm13, %%ymm11\n"
#define ADDS4                                                                                      \
  "vaddps %%ymm12, %%ymm13, %%ymm8\nvaddps %%ymm12, %%ymm13, %%ymm9\n"                             \
  "vaddps %%ymm12, %%ymm13, %%ymm10\nvaddps %%ymm12, %%ymm13, %%ymm11\n"
#define FORWARD                                                                                    \
  "vmovups 256(%%rbx), %%ymm8\nvfmadd231ps %%ymm12, %%ymm13, %%ymm8\nvmovups %%ymm8, 256(%%rbx)\n"
#define NOPS8 "nop\nnop\nnop\nnop\nnop\nnop\nnop\nnop\n"
#define CHAIN8                                                                                     \
  "add $1, %%rax\nadd $1, %%rax\nadd $1, %%rax\nadd $1, %%rax\n"                                   \
  "add $1, %%rax\nadd $1, %%rax\nadd $1, %%rax\nadd $1, %%rax\n"

struct Sequence {
  const char *name;
  void (*run)(char *);
  int count; // of what is counted, in a round
};

const Sequence sequences[] = {
    {"cycles an FMA", SEQUENCE(FMAS8 FMAS8), 16},
    {"cycles an add", SEQUENCE(ADDS4 ADDS4), 8},
    {"cycles a shuffle", SEQUENCE(SHUFFLES4 SHUFFLES4), 8},
    {"cycles a full load", SEQUENCE(LOADS4 LOADS4), 8},
    {"cycles a broadcast", SEQUENCE(BROADCASTS4 BROADCASTS4), 8},
    {"cycles a scalar load", SEQUENCE(SCALARS4 SCALARS4), 8},
    {"cycles a full store", SEQUENCE(STORES4 STORES4), 8},
    {"cycles a scalar store", SEQUENCE(SCALARSTORES4 SCALARSTORES4), 8},
    {"cycles an instruction (nop)", SEQUENCE(NOPS8 NOPS8), 16},
    {"cycles, load + FMA + store through one place", SEQUENCE(FORWARD FORWARD), 2},
    {"cycles for 16 FMAs, 8 broadcasts", SEQUENCE(FMAS8 BROADCASTS4 FMAS8 BROADCASTS4), 1},
    {"cycles for 16 FMAs, 8 full loads", SEQUENCE(FMAS8 LOADS4 FMAS8 LOADS4), 1},
    {"cycles for 16 FMAs, 4 full stores", SEQUENCE(FMAS8 STORES4 FMAS8), 1},
    {"cycles for 16 FMAs, 8 full stores", SEQUENCE(FMAS8 STORES4 FMAS8 STORES4), 1},
    {"cycles for 16 FMAs, 4 shuffles", SEQUENCE(FMAS8 SHUFFLES4 FMAS8), 1},
    {"cycles for 8 loads, 4 stores", SEQUENCE(LOADS4 STORES4 LOADS4), 1},
};

/// Seconds a line for reading `bytes` over and over, in rounds that touch every `stride`-th line.
double secondsALine(const std::vector<char> &buffer, size_t bytes, size_t stride) {
  size_t step = stride * 64, repeats = std::max<size_t>(1, (1 << 20) / bytes), lines = 0;
  auto walk = [&] {
    lines = 0;
    for (size_t repeat = 0; repeat < repeats; ++repeat)
      for (size_t start = 0; start < step; start += 64)
        for (size_t at = start; at + 3 * step < bytes; at += 4 * step, lines += 4)
          asm volatile("vmovups (%0), %%ymm8\nvmovups (%0,%1), %%ymm9\n"
                       "vmovups (%0,%1,2), %%ymm10\nvmovups (%2), %%ymm11"
                       :
                       : "r"(buffer.data() + at), "r"(step), "r"(buffer.data() + at + 3 * step)
                       : "ymm8", "ymm9", "ymm10", "ymm11", "memory");
  };
  walk();
  double time = seconds(walk);
  return time / static_cast<double>(lines);
}

} // namespace

int main() {
  std::vector<char> buffer(8 << 20);
  char *aligned = buffer.data() + (64 - reinterpret_cast<uintptr_t>(buffer.data()) % 64);
  double cycle = seconds([&] { SEQUENCE(CHAIN8)(aligned); }) / (8.0 * rounds);
  std::printf("%-48s %6.2f\n", "gigahertz", 1e-9 / cycle);
  for (const Sequence &sequence : sequences)
    std::printf("%-48s %6.2f\n", sequence.name,
                seconds([&] { sequence.run(aligned); }) / cycle / rounds / sequence.count);
  constexpr std::array<size_t, 3> sizes{16 << 10, 256 << 10, 4 << 20};
  std::array<double, 3> inOrder{};
  for (size_t i = 0; i < sizes.size(); ++i)
    for (size_t stride : {1, 17}) {
      double cycles = secondsALine(buffer, sizes[i], stride) / cycle;
      inOrder[i] = stride == 1 ? cycles : inOrder[i];
      std::printf("cycles a line, %5zu KiB, %2zu lines apart            %6.2f\n", sizes[i] >> 10,
                  stride, cycles);
    }
  std::printf("l1MissCycles %.1f, l2MissCycles (on top) %.1f\n", inOrder[1],
              inOrder[2] - inOrder[1]);
  return 0;
}
