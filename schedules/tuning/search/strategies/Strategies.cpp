//===- Strategies.cpp - the registry of strategies --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/search/Strategy.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace convwright::schedules {

#define STRATEGY(Name) StrategyInfo describe##Name();
#include "schedules/tuning/search/Strategies.def"

const std::vector<StrategyInfo> &allStrategies() {
  static const std::vector<StrategyInfo> strategies = {
#define STRATEGY(Name) describe##Name(),
#include "schedules/tuning/search/Strategies.def"
  };
  return strategies;
}

namespace {

std::string spellNumber(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

Error unknownStrategy(std::string_view name) {
  std::string list, nearest;
  size_t best = SIZE_MAX;
  for (const StrategyInfo &info : allStrategies()) {
    list += (list.empty() ? "" : ", ") + info.name;
    if (size_t distance = llvm::StringRef(name).edit_distance(info.name); distance < best) {
      best = distance;
      nearest = info.name;
    }
  }
  return {"unknown strategy '" + std::string(name) + "'; did you mean '" + nearest +
          "'? known strategies: " + list};
}

std::optional<Error> checkOption(const StrategyInfo &info, const std::string &name, double value) {
  std::string list;
  for (const StrategyOption &option : info.options) {
    if (name != option.name) {
      list += (list.empty() ? "" : ", ") + std::string(option.name);
      continue;
    }
    if (value >= option.low && value <= option.high)
      return std::nullopt;
    return Error{"strategy '" + info.name + "': " + name + " = " + spellNumber(value) +
                 " is not within " + spellNumber(option.low) + " .. " + spellNumber(option.high)};
  }
  return Error{"strategy '" + info.name + "' has no option '" + name + "'" +
               (list.empty() ? "; it has none" : "; its options are: " + list)};
}

} // namespace

Result<std::unique_ptr<Strategy>> makeStrategy(std::string_view name,
                                               const StrategyContext &context) {
  for (const StrategyInfo &info : allStrategies()) {
    if (name != info.name)
      continue;
    for (const auto &[option, value] : context.options)
      if (std::optional<Error> wrong = checkOption(info, option, value))
        return *wrong;
    return info.create(context);
  }
  return unknownStrategy(name);
}

} // namespace convwright::schedules
