//===- SampleRecords.h - records for tests --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_RECORDS_SAMPLERECORDS_H
#define CONVWRIGHT_TESTS_SCHEDULES_RECORDS_SAMPLERECORDS_H

#include "schedules/algorithms/Algorithm.h"
#include "schedules/tuning/records/RecordFile.h"
#include "tests/schedules/support/Kernels.h"

namespace convwright::schedules::testing {

inline Target sampleTarget() { return *findTarget("x86-64-v3"); }

inline Problem sampleProblem(bool relu = true) {
  Layer layer;
  layer.C = layer.K = 32;
  layer.H = layer.W = 14;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  layer.relu = relu;
  return {canonicalKernel(convolutionKernel(layer)), "x86-64-v3", 1};
}

/// The direct algorithm's default plan, with another width of tile when one is given.
inline Plan samplePlan(int64_t tileX = 0) {
  Plan plan = findAlgorithm("direct")->defaultPlan(sampleProblem().kernel, sampleTarget());
  plan.algorithm = "direct";
  if (tileX != 0) // a tile that any target's registers hold
    for (auto [name, value] :
         {std::pair("tile_x", tileX), {"tile_y", 1}, {"tile_k", 2}, {"strip", 1}})
      plan.parameters[name] = value;
  return plan;
}

/// A right candidate of today on this machine.
inline Record sampleRecord(const Plan &plan = samplePlan(), double ms = 1.25) {
  Record record;
  record.problem = sampleProblem();
  record.key = problemKey(record.problem.kernel);
  record.hardware = thisOrigin().hardware;
  record.hardware["cores"] = {0};
  record.convwrightVersion = thisOrigin().convwright;
  record.halideVersion = thisOrigin().halide;
  record.templateVersion = findAlgorithm("direct")->version();
  record.plan = plan;
  record.outcome.verdict = Verdict::Ok;
  record.outcome.ms = ms;
  record.outcome.allowedError = 2e-6;
  record.session = "s1";
  record.date = "2026-11-27T02:00:00Z";
  return record;
}

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_RECORDS_SAMPLERECORDS_H
