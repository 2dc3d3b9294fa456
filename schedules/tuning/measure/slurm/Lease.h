//===- Lease.h - the work of one task ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_LEASE_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_LEASE_H

#include "schedules/tuning/measure/Measurer.h"

#include <nlohmann/json_fwd.hpp>

namespace convwright::schedules::slurm {

/// Candidates of one problem.
struct WorkItem {
  size_t request = 0; // which of the round's requests
  Problem problem;
  std::vector<Plan> plans;
  std::vector<size_t> numbers; // which of the request's plans each is
  std::optional<Plan> incumbent;
};

/// What one build task and one timing task work on.
using Lease = std::vector<WorkItem>;

/// Problems in a lease: as `wanted`; 0: so many that there is a lease for each node.
size_t leaseSize(size_t problems, size_t nodes, size_t wanted);

/// Every item in exactly one lease, in order, at most `size` in each.
std::vector<Lease> makeLeases(std::vector<WorkItem> items, size_t size);

nlohmann::json toJson(const Lease &lease);
/// Errors say what is wrong with the text.
Result<Lease> leaseFromText(std::string_view text);

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_LEASE_H
