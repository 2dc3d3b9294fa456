//===- Hardware.cpp - which machine a record speaks of ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Hardware.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <sys/utsname.h>

namespace convwright::schedules {

using nlohmann::json;

namespace {

struct Number {
  const char *cpuinfo, *field;
};
constexpr Number numbers[] = {
    {"cpu family", "family"}, {"model", "model"}, {"stepping", "stepping"}};

/// "name : value" lines up to the first blank one; the first of each name.
std::map<std::string, std::string> firstEntry(std::istream &cpuinfo) {
  std::map<std::string, std::string> entry;
  for (std::string line; std::getline(cpuinfo, line) && !line.empty();) {
    size_t colon = line.find(':'), end = line.find_last_not_of(" \t", colon - 1);
    if (colon == std::string::npos || colon == 0 || end == std::string::npos)
      continue;
    size_t value = line.find_first_not_of(" \t", colon + 1);
    size_t last = line.find_last_not_of(" \t");
    entry.emplace(line.substr(0, end + 1),
                  value == std::string::npos ? "" : line.substr(value, last - value + 1));
  }
  return entry;
}

std::string nameFrom(std::map<std::string, std::string> &entry) {
  if (std::string name = entry["model name"]; !name.empty())
    return name;
  if (std::string implementer = entry["CPU implementer"]; !implementer.empty())
    return "ARM implementer " + implementer + " part " + entry["CPU part"];
  utsname names{};
  uname(&names);
  return names.machine;
}

std::optional<int64_t> numberOf(const json &hardware, const char *field) {
  if (!hardware.is_object())
    return std::nullopt;
  auto found = hardware.find(field);
  return found != hardware.end() && found->is_number_integer()
             ? std::optional(found->get<int64_t>())
             : std::nullopt;
}

} // namespace

json processorFrom(std::istream &cpuinfo) {
  std::map<std::string, std::string> entry = firstEntry(cpuinfo);
  json processor{{"cpu", nameFrom(entry)}};
  for (const Number &number : numbers) {
    const std::string &text = entry[number.cpuinfo];
    const char *end = text.data() + text.size();
    int64_t value = 0;
    if (!text.empty() && std::from_chars(text.data(), end, value).ptr == end)
      processor[number.field] = value;
  }
  return processor;
}

json thisProcessor() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  return processorFrom(cpuinfo);
}

int64_t cacheBytes(int core, int level) {
  std::string base = "/sys/devices/system/cpu/cpu" + std::to_string(core) + "/cache/index";
  for (int i = 0; i < 8; ++i) {
    std::string index = base + std::to_string(i) + "/", kind;
    int found = 0;
    int64_t kib = 0;
    if (std::ifstream(index + "level") >> found && found == level &&
        std::ifstream(index + "type") >> kind && kind != "Instruction" &&
        std::ifstream(index + "size") >> kib)
      return kib << 10;
  }
  return 0;
}

std::string cpuOf(const json &hardware) {
  if (!hardware.is_object())
    return {};
  auto cpu = hardware.find("cpu");
  return cpu != hardware.end() && cpu->is_string() ? cpu->get<std::string>() : "";
}

std::string spellProcessor(const json &hardware) {
  std::string known;
  for (const Number &number : numbers)
    if (auto value = numberOf(hardware, number.field))
      known += std::string(known.empty() ? "" : ", ") + number.field + " " + std::to_string(*value);
  return cpuOf(hardware) + (known.empty() ? "" : " (" + known + ")");
}

bool sameHardware(const json &a, const json &b) {
  if (cpuOf(a) != cpuOf(b))
    return false;
  auto contradicts = [&](const char *field, int64_t unknown) {
    auto left = numberOf(a, field), right = numberOf(b, field);
    return left && right && *left != *right && *left != unknown && *right != unknown;
  };
  bool otherNumber = std::any_of(std::begin(numbers), std::end(numbers), [&](const Number &number) {
    return contradicts(number.field, -1);
  });
  return !otherNumber && !contradicts("features", -1) && !contradicts("l1", 0) &&
         !contradicts("l2", 0);
}

} // namespace convwright::schedules
