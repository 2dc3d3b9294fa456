//===- Assembly.h - functions, blocks and loops in a compiler's assembly text ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLY_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLY_H

#include "schedules/tuning/measure/static/LoopNest.h"

#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

struct AsmLoop {
  std::string header; // the header block's name in LLVM IR, "3_for_x.us"
  int parent = -1;    // index into AsmFunction::loops
  bool inner = true;  // no loop inside
};

struct AsmBlock {
  std::string name;
  int loop = -1;    // the innermost around it
  std::string text; // instructions, one a line, without comments
};

struct AsmFunction {
  std::string name;
  std::vector<AsmBlock> blocks;
  std::vector<AsmLoop> loops;
};

/// The functions of an assembly file as LLVM prints it, with its comments on blocks and loops
/// (x86 and AArch64).
std::vector<AsmFunction> parseAssembly(std::string_view text);

/// Executions of each function's blocks in one call of `entry`: loops are matched with the nest's
/// by their headers' names. Functions that the entry does not reach get zeros.
std::vector<std::vector<double>> blockTrips(const std::vector<AsmFunction> &functions,
                                            const LoopNest &nest, const std::vector<double> &trips,
                                            std::string_view entry);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLY_H
