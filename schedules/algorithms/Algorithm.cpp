//===- Algorithm.cpp - the registry of algorithms -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"

namespace convwright::schedules {

#define ALGORITHM(Name) std::unique_ptr<Algorithm> create##Name();
#include "schedules/algorithms/Algorithms.def"

const std::vector<std::unique_ptr<Algorithm>> &allAlgorithms() {
  static const std::vector<std::unique_ptr<Algorithm>> registry = [] {
    std::vector<std::unique_ptr<Algorithm>> algorithms;
#define ALGORITHM(Name) algorithms.push_back(create##Name());
#include "schedules/algorithms/Algorithms.def"
    return algorithms;
  }();
  return registry;
}

const Algorithm *findAlgorithm(std::string_view name) {
  for (const auto &algorithm : allAlgorithms())
    if (algorithm->name() == name)
      return algorithm.get();
  return nullptr;
}

} // namespace convwright::schedules
