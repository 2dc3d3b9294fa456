//===- CodeFeatures.cpp - features as JSON --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/CodeFeatures.h"

#include <nlohmann/json.hpp>

namespace convwright::schedules {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InstructionCounts, all, vectorFma, vectorOther, fullLoads,
                                   narrowLoads, broadcasts, fullStores, narrowStores, spillLoads,
                                   spillStores, spillChain, calls)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BlockFeatures, name, trips, inner, counts, mcaCycles)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MemoryFeatures, accesses, l1Misses, l2Misses, l1Sequential,
                                   l2Sequential, footprint, allocations)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CodeFeatures, blocks, memory, tasks, parallelLoops,
                                   extractSeconds)

nlohmann::json toJson(const CodeFeatures &features) { return features; }

Result<CodeFeatures> featuresFromJson(const nlohmann::json &value) {
  try {
    return value.get<CodeFeatures>();
  } catch (const json::exception &error) {
    return Error{std::string("these are no code features: ") + error.what()};
  }
}

} // namespace convwright::schedules
