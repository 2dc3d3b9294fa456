//===- Origin.cpp - where and with what something is measured -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Origin.h"

#include <HalideRuntime.h>

#include <fstream>
#include <string_view>

namespace convwright::schedules {

/// The value of the first line "name : value" of /proc/cpuinfo; empty when there is none.
static std::string cpuinfo(std::string_view name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    size_t colon = line.find(": ");
    if (line.starts_with(name) && colon != std::string::npos)
      return line.substr(colon + 2, line.find_last_not_of(" \t") - colon - 1);
  }
  return {};
}

/// ARM kernels give numbers instead of a name.
static std::string processorName() {
  if (std::string name = cpuinfo("model name"); !name.empty())
    return name;
  std::string implementer = cpuinfo("CPU implementer");
  return implementer.empty() ? "unknown" : "CPU " + implementer + " " + cpuinfo("CPU part");
}

const Origin &thisOrigin() {
  static const Origin origin{processorName(), CONVWRIGHT_VERSION,
                             std::to_string(HALIDE_VERSION_MAJOR) + "." +
                                 std::to_string(HALIDE_VERSION_MINOR) + "." +
                                 std::to_string(HALIDE_VERSION_PATCH)};
  return origin;
}

std::string cpuOf(const nlohmann::json &hardware) {
  if (!hardware.is_object())
    return {};
  auto cpu = hardware.find("cpu");
  return cpu != hardware.end() && cpu->is_string() ? cpu->get<std::string>() : "";
}

} // namespace convwright::schedules
