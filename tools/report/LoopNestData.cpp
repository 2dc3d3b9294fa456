//===- LoopNestData.cpp - the winner's loops beside the default's -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Guarded.h"
#include "tools/report/LayerData.h"
#include "tools/report/LineDiff.h"

#include "schedules/Schedules.h"

namespace convwright::report {

using nlohmann::json;
using schedules::Error;
using schedules::Plan;
using schedules::Problem;
using schedules::Result;

namespace {

Result<std::string> loopNest(const Problem &problem, const Plan &plan) {
  Result<schedules::Target> target = schedules::findTarget(problem.target);
  if (!target)
    return target.error();
  schedules::Kernel kernel = problem.kernel;
  kernel.name = "kernel"; // the canonical name is one letter
  return guardedText(
      [&]() -> Result<std::string> {
        return schedules::emitKernel(kernel, plan, *target, "kernel",
                                     schedules::EmitKind::LoopNest);
      },
      std::chrono::seconds(20));
}

json rowsOf(const std::string &standard, const std::string &winner) {
  json rows = json::array();
  for (const DiffRow &row : diffLines(standard, winner))
    rows.push_back({row.same ? "=" : "~", row.left ? json(*row.left) : json(),
                    row.right ? json(*row.right) : json()});
  return rows;
}

} // namespace

json loopNestData(const LayerRun &run) {
  if (run.winner < 0)
    return {{"error", "there is no winner"}};
  const Trial &winner = run.trials[static_cast<size_t>(run.winner)];
  Result<std::string> best = loopNest(winner.record->problem, winner.record->plan);
  if (!best)
    return {{"error", best.error().message}};
  std::string standard;
  if (run.defaultTrial >= 0 && run.defaultTrial != run.winner) {
    const Trial &first = run.trials[static_cast<size_t>(run.defaultTrial)];
    Result<std::string> text = loopNest(first.record->problem, first.record->plan);
    if (!text)
      return {{"error", text.error().message}};
    standard = *text;
  }
  if (standard.empty())
    standard = *best;
  return {{"rows", rowsOf(standard, *best)}};
}

} // namespace convwright::report
