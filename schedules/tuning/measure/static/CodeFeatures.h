//===- CodeFeatures.h - what the static model sees of compiled code -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CODEFEATURES_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CODEFEATURES_H

#include "schedules/kernel/Result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace convwright::schedules {

/// Instructions of a basic block by what they ask of the machine's ports. An instruction that loads
/// and computes counts in both.
struct InstructionCounts {
  int all = 0;
  int vectorFma = 0;   // fused multiply-adds on vectors of any width
  int vectorOther = 0; // other vector arithmetic, shuffles and moves between registers
  int fullLoads = 0;   // as wide as the widest vectors in the block's function
  int narrowLoads = 0; // anything narrower
  int broadcasts = 0;  // loads of one element into all lanes
  int fullStores = 0, narrowStores = 0;
  int spillLoads = 0, spillStores = 0; // full-width, at the stack pointer; counted above, too
  int spillChain = 0; // most store-to-load forwardings through one stack slot, one after the other
  int calls = 0;
};

/// A basic block of the entry or of one of its parallel loops' bodies.
struct BlockFeatures {
  std::string name;
  double trips = 0;   // executions in one call of the entry, at the symbols' `like` sizes
  bool inner = false; // in a loop that contains no other
  InstructionCounts counts;
  /// Cycles that one more execution adds in LLVM's pipeline model; 0: not simulated, because ports
  /// alone say that the block hardly counts.
  double mcaCycles = 0;
};

/// Simulated accesses of one call, in cache lines.
struct MemoryFeatures {
  double accesses = 0;
  double l1Misses = 0, l2Misses = 0;
  /// Those that follow a miss of the line before: a prefetcher sees them coming.
  double l1Sequential = 0, l2Sequential = 0;
  double footprint = 0;   // bytes of all buffers that are not registers
  double allocations = 0; // calls of halide_malloc
};

/// Everything the model needs of one compiled candidate: small, and without addresses or times.
struct CodeFeatures {
  std::vector<BlockFeatures> blocks;
  MemoryFeatures memory;
  double tasks = 0;          // iterations of parallel loops
  double parallelLoops = 0;  // how often a parallel loop starts
  double extractSeconds = 0; // CPU time of finding the features, beyond compiling
};

nlohmann::json toJson(const CodeFeatures &features);
/// The error says which field is missing or of the wrong kind.
Result<CodeFeatures> featuresFromJson(const nlohmann::json &json);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_CODEFEATURES_H
