//===- Plan.cpp - a decision as text ------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Plan.h"

namespace convwright::schedules {

std::string_view spell(PlanSource source) {
  switch (source) {
  case PlanSource::Default:
    return "default";
  case PlanSource::Model:
    return "model";
  case PlanSource::Record:
    return "record";
  case PlanSource::User:
    return "user";
  }
  return {};
}

std::string print(const Plan &plan) {
  std::string text = "algorithm = " + plan.algorithm;
  for (const auto &[name, value] : plan.parameters)
    text += ", " + name + " = " + std::to_string(value);
  return text + ", source = " + std::string(spell(plan.source));
}

} // namespace convwright::schedules
