//===- Measurer.cpp - several problems, one after the other ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Measurer.h"

namespace convwright::schedules {

Result<size_t> Measurer::measureMany(
    const std::vector<MeasureRequest> &requests,
    const std::function<void(size_t request, size_t plan, const Outcome &)> &finished,
    const std::atomic<bool> *cancelled) {
  size_t done = 0;
  for (size_t i = 0; i < requests.size() && !(cancelled && *cancelled); ++i) {
    Result<std::vector<Outcome>> outcomes = measure(
        *requests[i].problem, requests[i].plans, requests[i].incumbent,
        [&](size_t plan, const Outcome &outcome) { finished(i, plan, outcome); }, cancelled);
    if (!outcomes)
      return outcomes.error();
    done += outcomes->size();
  }
  return done;
}

} // namespace convwright::schedules
