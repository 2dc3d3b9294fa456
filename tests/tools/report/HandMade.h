//===- HandMade.h - small runs whose numbers can be worked out by hand --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_TOOLS_REPORT_HANDMADE_H
#define CONVWRIGHT_TESTS_TOOLS_REPORT_HANDMADE_H

#include "tests/schedules/support/Kernels.h"
#include "tools/report/LayerRun.h"

namespace convwright::report::testing {

using schedules::Plan;
using schedules::Record;
using schedules::Verdict;

inline Plan planA(int64_t a, int64_t b = 0) { return {"direct", {{"a", a}, {"b", b}}}; }

inline schedules::Problem smallProblem() {
  return {schedules::canonicalKernel(
              schedules::testing::convolutionKernel({.C = 8, .H = 9, .W = 9, .K = 16})),
          "x86-64-v3", 1};
}

inline Record timedRecord(const Plan &plan, double ms, const char *role = "candidate") {
  Record record;
  record.problem = smallProblem();
  record.key = schedules::problemKey(record.problem.kernel);
  record.name = "layer";
  record.hardware = {{"cpu", "a machine"}};
  record.convwrightVersion = "0.1.0";
  record.halideVersion = "21.0.0";
  record.plan = plan;
  record.role = role;
  record.session = "one";
  record.date = "2026-11-27T02:00:00Z";
  record.outcome.verdict = Verdict::Ok;
  record.outcome.ms = ms;
  record.outcome.compileSeconds = 2;
  record.outcome.measureSeconds = 1;
  return record;
}

/// `ratio`: the incumbent's time over its own; its interval is 2 % to both sides.
inline Record racedRecord(const Plan &plan, double ms, const Plan &incumbent, double ratio,
                          bool better = false) {
  Record record = timedRecord(plan, ms);
  record.incumbent = incumbent;
  record.outcome.ratio = ratio;
  record.outcome.ratioLow = ratio / 1.02;
  record.outcome.ratioHigh = ratio * 1.02;
  record.outcome.confidence = 0.99;
  record.outcome.better = better;
  return record;
}

inline Record failedRecord(const Plan &plan, Verdict verdict, const char *reason) {
  Record record = timedRecord(plan, 0);
  record.outcome.verdict = verdict;
  record.outcome.reason = reason;
  return record;
}

/// The default takes 2 ms; plan 2 is 1.25 x as fast, plan 3 at 0.8 of plan 2's speed, plan 4 does
/// not compile, plan 5 is 1.1 x as fast as plan 2. The clock drifts meanwhile: times mislead.
inline std::vector<Record> smallRun() {
  return {timedRecord(planA(1), 2, "default"), racedRecord(planA(2), 1.6, planA(1), 1.25, true),
          racedRecord(planA(3), 1.2, planA(2), 0.8),
          failedRecord(planA(4), Verdict::TimedOut, "did not compile in 20 s"),
          racedRecord(planA(5), 1.7, planA(2), 1.1, true)};
}

inline std::vector<LayerRun> runsOf(const std::vector<Record> &records) {
  std::vector<const Record *> pointers;
  for (const Record &record : records)
    pointers.push_back(&record);
  return layerRuns(pointers);
}

} // namespace convwright::report::testing

#endif // CONVWRIGHT_TESTS_TOOLS_REPORT_HANDMADE_H
