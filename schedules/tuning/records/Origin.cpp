//===- Origin.cpp - where and with what something is measured -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Origin.h"

#include "schedules/kernel/JsonFields.h"
#include "schedules/targets/Target.h"

#include <HalideRuntime.h>

#include <algorithm>
#include <thread>

namespace convwright::schedules {

static nlohmann::json hardwareHere() {
  nlohmann::json hardware = thisProcessor();
  // Of the last core, as programs that time candidates use it.
  int core = static_cast<int>(std::max(1U, std::thread::hardware_concurrency())) - 1;
  hardware["l1"] = cacheBytes(core, 1);
  hardware["l2"] = cacheBytes(core, 2);
  return hardware;
}

static std::vector<std::string> targetsHere() {
  std::vector<std::string> names;
  for (const Target &target : allTargets())
    if (runsHere(target))
      names.push_back(target.name);
  return names;
}

nlohmann::json readHardware(JsonFields &record, Complaint &complaint) {
  const nlohmann::json *hardware = record.find("hardware");
  if (!hardware)
    return nlohmann::json::object();
  JsonFields inside(*hardware, "hardware", complaint);
  inside.text("cpu", 256, "");
  for (const char *number : {"family", "model", "stepping"})
    inside.integer(number, 0, INT32_MAX, 0);
  return *hardware;
}

const Origin &thisOrigin() {
  static const Origin origin{hardwareHere(), CONVWRIGHT_VERSION,
                             std::to_string(HALIDE_VERSION_MAJOR) + "." +
                                 std::to_string(HALIDE_VERSION_MINOR) + "." +
                                 std::to_string(HALIDE_VERSION_PATCH),
                             targetsHere()};
  return origin;
}

/// Whether a machine of those CW_CPU_* bits runs other targets than this one, of its architecture.
static bool runsOthers(uint64_t features, const std::vector<std::string> &targets) {
  auto runs = [&](const Target &target) {
    return std::find(targets.begin(), targets.end(), target.name) != targets.end();
  };
  auto ours = std::find_if(allTargets().begin(), allTargets().end(), runs);
  return ours != allTargets().end() &&
         std::any_of(allTargets().begin(), allTargets().end(), [&](const Target &target) {
           bool there = (target.cpuFeatures & ~features) == 0;
           return target.machine == ours->machine && there != runs(target);
         });
}

bool isFrom(const nlohmann::json &hardware, const Origin &here) {
  if (!sameHardware(hardware, here.hardware))
    return false;
  auto features = hardware.find("features");
  return features == hardware.end() || !features->is_number_integer() ||
         !runsOthers(features->get<uint64_t>(), here.targets);
}

} // namespace convwright::schedules
