//===- Advisor.cpp - what the compiler asks records -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Advisor.h"

#include <cstdio>

namespace convwright::schedules {

namespace {

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

Objection objectionOf(const Kernel &kernel, const PlanRequest &request) {
  return [&kernel, &request](const Plan &plan) -> std::optional<std::string> {
    if (!request.algorithm.empty() && plan.algorithm != request.algorithm)
      return "the algorithm '" + request.algorithm + "' was asked for, not '" + plan.algorithm +
             "'";
    double bound = errorBound(kernel, plan);
    if (request.tolerance > 0 && bound > request.tolerance)
      return "'" + plan.algorithm + "' promises a relative error of " + scientific(bound) +
             ", more than the tolerance of " + scientific(request.tolerance);
    return std::nullopt;
  };
}

/// "record: measured 1.25 ms ..."
std::string noteOf(const Found &found, bool shipped) {
  std::string text = shipped ? "shipped record" : "record";
  if (found.trust != Trust::Measured)
    text += ", used as a hint";
  return text + ": " + found.note;
}

/// The better of the two, if any: this very problem before similar ones, then the user's.
const Lookup *chooseBetween(const Lookup &own, const Lookup &shipped) {
  bool ownIsSimilar = own.found && own.found->trust == Trust::Similar;
  bool shippedIsNot = shipped.found && shipped.found->trust != Trust::Similar;
  if (own.found && !(ownIsSimilar && shippedIsNot))
    return &own;
  return shipped.found ? &shipped : nullptr;
}

} // namespace

Advisor adviseFrom(std::shared_ptr<const RecordIndex> own,
                   std::shared_ptr<const RecordIndex> shipped, int threads, RecordUsed used) {
  return [=](const Kernel &kernel, const Target &target, const PlanRequest &request) {
    Advice advice;
    if (!request.parameters.empty())
      return advice;
    Problem problem{kernel, target.name, threads};
    Objection objection = objectionOf(kernel, request);
    Lookup mine = own ? own->look(problem, target, objection) : Lookup();
    Lookup theirs = shipped ? shipped->look(problem, target, objection) : Lookup();
    const Lookup *chosen = chooseBetween(mine, theirs);
    if (chosen) {
      advice.plan = chosen->found->plan;
      advice.notes.push_back(noteOf(*chosen->found, chosen == &theirs));
      if (used)
        used(*chosen->found->record);
    }
    for (const std::string &reason : mine.passedOver)
      advice.notes.push_back("record not used: " + reason);
    return advice;
  };
}

} // namespace convwright::schedules
