//===- TaskHistory.cpp - what earlier attempts at a task left ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Task.h"

namespace convwright::schedules::slurm {

const Plan *planOf(const WorkItem &item, size_t plan) {
  if (plan < item.plans.size())
    return &item.plans[plan];
  return plan == item.plans.size() && item.incumbent ? &*item.incumbent : nullptr;
}

static bool isAbout(const Record &record, const PartFields &fields, const Lease &lease) {
  if (fields.item >= lease.size())
    return false;
  const Plan *plan = planOf(lease[fields.item], fields.plan);
  return plan && plan->algorithm == record.plan.algorithm &&
         plan->parameters == record.plan.parameters;
}

Result<TaskHistory> readHistory(const RoundFolder &round, const std::string &kind, size_t number,
                                const Lease &lease) {
  TaskHistory history;
  for (const std::string &part : round.parts(kind, number)) {
    Result<RecordSet> records = readRecords({part});
    if (!records)
      return records.error();
    size_t before = history.known.size();
    for (Record &record : records->records)
      if (std::optional<PartFields> fields = partFields(record);
          fields && isAbout(record, *fields, lease))
        history.known.try_emplace({fields->item, fields->plan}, std::move(record));
    // Candidates are taken in a fixed order: what an attempt stopped at is the first without a
    // word.
    history.losses = history.known.size() > before ? 1 : history.losses + 1;
  }
  return history;
}

} // namespace convwright::schedules::slurm
