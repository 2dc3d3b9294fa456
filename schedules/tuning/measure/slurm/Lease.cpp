//===- Lease.cpp - the work of one task -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Lease.h"

#include "schedules/kernel/JsonFields.h"

#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {

using nlohmann::json;

static json planToJson(const Plan &plan) {
  return {{"algorithm", plan.algorithm}, {"parameters", plan.parameters}};
}

static Plan planFromJson(const json &value, Complaint &complaint) {
  JsonFields fields(value, "plan", complaint);
  Plan plan{.algorithm = fields.text("algorithm", 64, ""), .parameters = {}};
  if (const json *parameters = fields.need("parameters"); parameters && parameters->is_object())
    for (const auto &[name, number] : parameters->items())
      plan.parameters[name] = readInteger(number, name, INT64_MIN, INT64_MAX, complaint);
  return plan;
}

size_t leaseSize(size_t problems, size_t nodes, size_t wanted) {
  if (wanted > 0)
    return wanted;
  return std::max<size_t>(1, nodes == 0 ? 1 : (problems + nodes - 1) / nodes);
}

std::vector<Lease> makeLeases(std::vector<WorkItem> items, size_t size) {
  std::vector<Lease> leases;
  for (WorkItem &item : items) {
    if (leases.empty() || leases.back().size() >= size)
      leases.emplace_back();
    leases.back().push_back(std::move(item));
  }
  return leases;
}

static json toJson(const WorkItem &item) {
  json object{{"request", item.request},       {"kernel", kernelToJson(item.problem.kernel)},
              {"target", item.problem.target}, {"threads", item.problem.threads},
              {"numbers", item.numbers},       {"plans", json::array()}};
  for (const Plan &plan : item.plans)
    object["plans"].push_back(planToJson(plan));
  if (item.incumbent)
    object["incumbent"] = planToJson(*item.incumbent);
  return object;
}

json toJson(const Lease &lease) {
  json items = json::array();
  for (const WorkItem &item : lease)
    items.push_back(toJson(item));
  return {{"v", 1}, {"items", std::move(items)}};
}

static WorkItem itemFromJson(const json &value, Complaint &complaint) {
  JsonFields fields(value, "item", complaint);
  WorkItem item;
  item.request = static_cast<size_t>(fields.integer("request", 0, INT64_MAX, 0));
  item.problem.target = fields.text("target", 64, "");
  item.problem.threads = static_cast<int>(fields.integer("threads", 1, 65536, 1));
  if (const json *kernel = fields.need("kernel")) {
    if (Result<Kernel> read = kernelFromJson(*kernel))
      item.problem.kernel = std::move(*read);
    else
      complaint.say("kernel: " + read.error().message);
  }
  if (const json *plans = fields.need("plans"); plans && plans->is_array())
    for (const json &plan : *plans)
      item.plans.push_back(planFromJson(plan, complaint));
  if (const json *numbers = fields.need("numbers"); numbers && numbers->is_array())
    for (const json &number : *numbers)
      item.numbers.push_back(
          static_cast<size_t>(readInteger(number, "numbers", 0, INT64_MAX, complaint)));
  if (item.numbers.size() != item.plans.size())
    complaint.say("'numbers' has " + std::to_string(item.numbers.size()) + " entries for " +
                  std::to_string(item.plans.size()) + " plans");
  if (const json *incumbent = fields.find("incumbent"))
    item.incumbent = planFromJson(*incumbent, complaint);
  return item;
}

Result<Lease> leaseFromText(std::string_view text) {
  Result<json> parsed = parseJson(text);
  if (!parsed)
    return parsed.error();
  Complaint complaint;
  JsonFields fields(*parsed, "lease", complaint);
  Lease lease;
  if (const json *items = fields.need("items"); items && items->is_array())
    for (const json &item : *items)
      lease.push_back(itemFromJson(item, complaint));
  if (complaint)
    return Error{complaint.message()};
  return lease;
}

} // namespace convwright::schedules::slurm
