//===- StaticModel.cpp - time from code features --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/StaticModel.h"

#include <algorithm>
#include <cstdio>

namespace convwright::schedules {

namespace {

double portCycles(const InstructionCounts &n, const MachineModel &m) {
  double arithmetic = n.vectorFma / m.fmaPerCycle + n.vectorOther / m.vectorOtherPerCycle;
  double narrow = n.narrowLoads + (m.broadcastIsNarrow ? n.broadcasts : 0);
  double full = n.fullLoads + (m.broadcastIsNarrow ? 0 : n.broadcasts);
  double loads = full / m.fullLoadsPerCycle + narrow / m.narrowLoadsPerCycle;
  return std::max({arithmetic, loads, n.all / m.issueWidth});
}

std::string describe(const Estimate &estimate, const CodeFeatures &features,
                     const MachineModel &model) {
  char text[256];
  std::snprintf(text, sizeof text,
                "%.4g ms on %s: %.4g Mcycles of instructions, %.4g Mcycles of misses (%.4g k lines "
                "into L1, %.4g k into L2), %.4g k cycles of calls",
                estimate.ms, model.name.c_str(), estimate.coreCycles / 1e6,
                estimate.memoryCycles / 1e6, features.memory.l1Misses / 1e3,
                features.memory.l2Misses / 1e3, estimate.callCycles / 1e3);
  return text;
}

} // namespace

double blockCycles(const BlockFeatures &block, const MachineModel &m, const ModelParts &parts) {
  const InstructionCounts &n = block.counts;
  if (!parts.ports)
    return block.mcaCycles;
  double base = portCycles(n, m);
  if (parts.mca)
    base = std::max(base, block.mcaCycles);
  double stores = n.fullStores * m.fullStoreCycles + n.narrowStores * m.narrowStoreCycles;
  return std::max({base + m.storeExposed * stores, stores, n.spillChain * m.forwardCycles});
}

Estimate estimateTime(const CodeFeatures &features, const MachineModel &model,
                      const ModelParts &parts) {
  Estimate estimate;
  double calls = features.memory.allocations + features.tasks + features.parallelLoops;
  for (const BlockFeatures &block : features.blocks)
    if (block.inner || parts.outerBlocks) {
      estimate.coreCycles += block.trips * blockCycles(block, model, parts);
      calls += block.trips * block.counts.calls;
    }
  estimate.callCycles = calls * model.callCycles;
  if (parts.memory)
    estimate.memoryCycles = features.memory.l1Misses * model.l1MissCycles +
                            features.memory.l2Misses * model.l2MissCycles;
  estimate.cycles = std::max(estimate.coreCycles + estimate.callCycles, estimate.memoryCycles);
  estimate.ms = estimate.cycles / model.gigahertz * 1e-6;
  estimate.text = describe(estimate, features, model);
  return estimate;
}

Views estimateViews(const CodeFeatures &features, const MachineModel &model) {
  return {estimateTime(features, model).ms, estimateTime(features, model, {.mca = false}).ms,
          estimateTime(features, model, {.memory = false}).ms};
}

double cautiousRatio(const Views &candidate, const Views &reference) {
  double most = 0;
  for (size_t i = 0; i < candidate.size(); ++i)
    most = std::max(most, candidate[i] / reference[i]);
  return most;
}

} // namespace convwright::schedules
